from collections.abc import Callable, Mapping

import numpy as np
import onnx
import onnx.reference
import pytest
from onnx import TensorProto, helper, numpy_helper

from inspector.teaching.anomaly import evidence as anomaly_evidence
from inspector.teaching.anomaly import search as anomaly_search
from inspector.teaching.anomaly.choice import CHANGED, AnomalyChoice, AnomalyUnteachable, choose_anomaly
from inspector.teaching.anomaly.evidence import assign_folds, pick_pictures
from inspector.teaching.anomaly.fit import FINAL, GAUSSIANS, Way
from inspector.teaching.anomaly.graph import add_anomaly
from inspector.teaching.anomaly.model import Bank, Gaussian, anomaly_maps, anomaly_scores
from inspector.teaching.anomaly.scale import limit_of, resizing
from inspector.teaching.anomaly.search import Look, area_under_curve
from inspector.teaching.progress import Progress, TeachingCancelled, Watch
from inspector.vision.accelerator import CPU, Session

SIDE = 64
QUIET = Watch(lambda _: None, lambda: False)
PLAIN_OPERATORS = {
    "Add", "AveragePool", "Concat", "Conv", "MatMul", "Mul", "ReduceMax", "ReduceSum", "ReduceSumSquare", "Relu",
    "Reshape", "Sqrt", "Sub", "Transpose",
}  # fmt: skip


def tiny_backbone() -> onnx.ModelProto:
    """Return a graph of two maps: `feat_s8` `[N, 10, 8, 8]` and `feat_s16` `[N, 24, 4, 4]`."""
    random = np.random.default_rng(5)

    def weights(name: str, *shape: int) -> onnx.TensorProto:
        values = random.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape)
        return numpy_helper.from_array(values.astype(np.float32), name)

    nodes = [
        helper.make_node("Cast", ["image"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["floats"], ["first"], perm=[0, 3, 1, 2]),
        helper.make_node("Mul", ["first", "by"], ["scaled"]),
        helper.make_node("Conv", ["scaled", "w1"], ["c1"], strides=[4, 4], pads=[1, 1, 2, 2]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2"], ["feat_s8"], strides=[2, 2], pads=[0, 0, 1, 1]),
        helper.make_node("Relu", ["feat_s8"], ["r2"]),
        helper.make_node("Conv", ["r2", "w3"], ["feat_s16"], strides=[2, 2], pads=[0, 0, 1, 1]),
    ]
    constants = [
        weights("w1", 16, 3, 6, 6), weights("w2", 10, 16, 3, 3), weights("w3", 24, 10, 3, 3),
        numpy_helper.from_array(np.array(1 / 64, np.float32), "by"),
    ]  # fmt: skip
    inputs = [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", SIDE, SIDE, 3])]
    outputs = [
        helper.make_tensor_value_info("feat_s8", TensorProto.FLOAT, ["N", 10, 8, 8]),
        helper.make_tensor_value_info("feat_s16", TensorProto.FLOAT, ["N", 24, 4, 4]),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(tiny_backbone().SerializeToString(), CPU, threads=1)


@pytest.fixture(scope="module")
def extract(session: Session) -> Callable[[np.ndarray], Mapping[str, np.ndarray]]:
    return session.run


def pictures(count: int, seed: int, moved: bool = False, defect: bool = False) -> np.ndarray:
    """Return parts with a bright plate, at the same place or anywhere; a defect is a dark spot on it."""
    random = np.random.default_rng([seed, moved, defect])
    drawn = random.normal(70, 5, (count, SIDE, SIDE, 3))
    for picture in drawn:
        row, column = random.integers(2, 26, 2) if moved else (14, 14)
        picture[row : row + 36, column : column + 36] += 90
        if defect:
            down, right = random.integers(4, 24, 2)
            picture[row + down : row + down + 8, column + right : column + right + 8] -= 150
    return np.clip(drawn, 0, 255).astype(np.uint8)


def choose(extract: Callable, good: np.ndarray, defects: np.ndarray | None = None, seed: int = 0) -> AnomalyChoice:
    defects = np.empty((0, SIDE, SIDE, 3), np.uint8) if defects is None else defects
    return choose_anomaly(good, np.arange(len(good)), defects, extract, seed, QUIET)


@pytest.fixture(scope="module")
def aligned(extract: Callable) -> AnomalyChoice:
    return choose(extract, pictures(24, 0), pictures(5, 0, defect=True))


@pytest.fixture(scope="module")
def moving(extract: Callable) -> AnomalyChoice:
    return choose(extract, pictures(24, 0, moved=True))


@pytest.mark.parametrize("name", ["aligned", "moving"])
def test_unseen_defects_come_out_and_unseen_good_parts_do_not(
    name: str, extract: Callable, request: pytest.FixtureRequest
) -> None:
    choice, moved = request.getfixturevalue(name), name == "moving"
    good = anomaly_scores(anomaly_maps(choice.model, extract(pictures(30, 8, moved))))
    bad = anomaly_scores(anomaly_maps(choice.model, extract(pictures(30, 9, moved, defect=True))))
    assert area_under_curve(good, bad) > 0.97
    assert (good < 0.5).mean() > 0.9
    assert -0.5 < good.mean() < 0.2


def test_the_heat_map_is_hottest_at_the_defect(aligned: AnomalyChoice, extract: Callable) -> None:
    spoilt = pictures(1, 3)
    spoilt[0, 34:42, 22:30] -= 150
    heat = anomaly_maps(aligned.model, extract(spoilt))[0]
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert abs((row + 0.5) * SIDE / heat.shape[0] - 38) <= 8
    assert abs((column + 0.5) * SIDE / heat.shape[1] - 26) <= 8


def test_the_scale_is_of_the_held_out_good_parts(aligned: AnomalyChoice) -> None:
    assert aligned.held_out.shape == (24,)
    assert aligned.held_out.mean() == pytest.approx(0, abs=1e-6)
    assert (aligned.held_out >= 0.5).sum() <= 1
    assert aligned.defect_scores.shape == (5,)
    assert (aligned.defect_scores > aligned.held_out.max()).all()
    assert 0.5 < aligned.quality <= 1


@pytest.mark.parametrize("way", list(Way))
def test_the_graph_does_the_same_sums(way: Way, extract: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomaly_search, "teams", lambda evidence: [tuple(Look(name, way) for name in evidence.maps)])
    choice = choose(extract, pictures(9, 0))
    assert choice.method == f"{way.value} on feat_s16, feat_s8"
    assert {type(one.normal) for one in choice.model.components} == {Gaussian if way in GAUSSIANS else Bank}
    recipe = tiny_backbone()
    add_anomaly(recipe, choice.model)
    onnx.checker.check_model(recipe, full_check=True)
    assert {node.op_type for node in recipe.graph.node if node.name.startswith("anomaly")} <= PLAIN_OPERATORS
    judged = np.concatenate([pictures(2, 11), pictures(2, 11, moved=True, defect=True)])
    maps = anomaly_maps(choice.model, extract(judged))
    session = Session(recipe.SerializeToString(), CPU, threads=1)
    outputs = session.run(judged)
    session.close()
    assert outputs["anomaly_map"] == pytest.approx(maps, abs=1e-3)
    assert outputs["anomaly_score"] == pytest.approx(anomaly_scores(maps), abs=1e-3)
    assert maps.shape == (4, 8, 8)
    assert (anomaly_scores(maps) == maps.max(axis=(1, 2))).all()


def test_the_graph_takes_several_pictures_at_once(aligned: AnomalyChoice, extract: Callable) -> None:
    recipe = tiny_backbone()
    add_anomaly(recipe, aligned.model)
    judged = pictures(3, 12)
    outputs = onnx.reference.ReferenceEvaluator(recipe).run(["anomaly_score"], {"image": judged})
    assert outputs[0] == pytest.approx(anomaly_scores(anomaly_maps(aligned.model, extract(judged))), abs=1e-3)


def test_the_same_seed_chooses_the_same(extract: Callable) -> None:
    good = pictures(7, 1)
    one, other = choose(extract, good, seed=4), choose(extract, good, seed=4)
    assert one.method == other.method
    assert (one.held_out == other.held_out).all()
    assert (anomaly_maps(one.model, extract(good)) == anomaly_maps(other.model, extract(good))).all()


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(pictures(3, 0), id="three pictures"),
        pytest.param(np.repeat(pictures(1, 0), 6, axis=0), id="equal pictures"),
        pytest.param(np.full((5, SIDE, SIDE, 3), 128, np.uint8), id="constant pictures"),
        pytest.param(np.zeros((4, SIDE, SIDE, 3), np.uint8), id="black pictures"),
    ],
)
def test_little_to_learn_from_still_gives_sound_numbers(good: np.ndarray, extract: Callable) -> None:
    choice = choose(extract, good)
    assert np.isfinite(choice.held_out).all()
    assert (choice.held_out < 0.5).mean() > 0.6
    maps = anomaly_maps(choice.model, extract(np.concatenate([good, pictures(2, 5, defect=True)])))
    assert np.isfinite(maps).all()
    spoilt = good[:1].copy()
    spoilt[:, 24:40, 24:40] = 255
    assert anomaly_scores(anomaly_maps(choice.model, extract(spoilt)))[0] > 0.5


def test_too_few_pictures_are_refused_with_a_remedy(extract: Callable) -> None:
    with pytest.raises(AnomalyUnteachable, match="takes 3 good pictures, there are 2; add good ones"):
        choose(extract, pictures(2, 0))


def test_pictures_of_one_single_part_are_told_apart(extract: Callable) -> None:
    none = np.empty((0, SIDE, SIDE, 3), np.uint8)
    choice = choose_anomaly(pictures(6, 0), np.zeros(6, np.int64), none, extract, 0, QUIET)
    assert np.isfinite(choice.held_out).all()


def test_beyond_some_hundreds_a_part_is_learnt_from_and_all_are_scored(
    extract: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anomaly_evidence, "MOST_PICTURES", 12)
    choice = choose(extract, pictures(40, 0))
    assert choice.held_out.shape == (40,)
    assert np.isfinite(choice.held_out).all()
    assert (choice.held_out < 0.5).mean() > 0.85


def test_a_bank_does_not_grow_with_the_pictures(extract: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        anomaly_search, "teams", lambda evidence: [tuple(Look(name, Way.BANK) for name in evidence.maps)]
    )
    banks = [one.normal for one in choose(extract, pictures(70, 0, moved=True)).model.components]
    assert [len(bank.vectors) for bank in banks if isinstance(bank, Bank)] == [FINAL.vectors, FINAL.vectors]


def test_backbone_calls_are_bounded(extract: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0

    def counted(pixels: np.ndarray) -> Mapping[str, np.ndarray]:
        nonlocal seen
        seen += len(pixels)
        return extract(pixels)

    monkeypatch.setattr(anomaly_evidence, "MOST_PICTURES", 12)
    choose(counted, pictures(20, 0), pictures(3, 0, defect=True))
    assert seen <= 1 + 12 + 96 + 3 + 8 + 3 + CHANGED


def test_it_can_be_cancelled(extract: Callable) -> None:
    steps: list[Progress] = []
    watch = Watch(steps.append, lambda: len(steps) > 5)
    none = np.empty((0, SIDE, SIDE, 3), np.uint8)
    with pytest.raises(TeachingCancelled):
        choose_anomaly(pictures(6, 0), np.arange(6), none, extract, 0, watch)


def test_a_part_lies_whole_in_one_fold() -> None:
    parts = np.array([0, 0, 0, 0, 1, 1, 2, 3, 4, 4])
    folds = assign_folds(parts, 3, 0)
    assert all(len(set(folds[parts == part])) == 1 for part in range(5))
    assert sorted(set(folds)) == [0, 1, 2]
    assert np.bincount(folds).max() == 4


def test_each_part_gives_a_picture_before_any_gives_a_second() -> None:
    parts = np.repeat(np.arange(10), 5)
    picked = pick_pictures(parts, 10, 0)
    assert sorted(parts[picked]) == list(range(10))
    assert (np.diff(picked) > 0).all()
    assert len(pick_pictures(parts, 99, 0)) == 50


def test_resizing_keeps_a_level_and_a_place() -> None:
    matrix = resizing(4, 16)
    assert matrix.sum(axis=1) == pytest.approx(np.ones(16), abs=1e-6)
    assert matrix[:, 1].argmax() in (5, 6)
    assert resizing(8, 8).sum(axis=1) == pytest.approx(np.ones(8), abs=1e-6)


def test_one_odd_good_part_does_not_move_the_limit_far() -> None:
    scores = np.random.default_rng(0).normal(1, 0.2, 60)
    usual = limit_of(scores)
    assert 1.3 < usual < 1.9
    assert limit_of(np.append(scores, 9.0)) < usual + 0.3


def test_area_under_curve_counts_ties_half() -> None:
    low, high = np.array([1.0, 2.0], np.float32), np.array([2.0, 3.0], np.float32)
    assert area_under_curve(low, high) == pytest.approx(0.875)
