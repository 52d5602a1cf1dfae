from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import onnx
import pytest

from inspector.teaching.anomaly.graph import ANOMALY_MAP, ANOMALY_SCORE
from inspector.teaching.backbone import ACCURATE, FAST, Backbone, load_backbone
from inspector.teaching.composition import BackboneUnfit, compose, features_graph, maps_graph
from inspector.teaching.feature_plan import FeaturePlan
from inspector.teaching.head import Head
from inspector.teaching.teach import Taught
from inspector.vision.accelerator import CPU, Network, Session

SIZE = 224
PLAN = FeaturePlan()
PLAIN_OPERATORS = {
    "Add", "Cast", "Clip", "Concat", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "Identity", "Mul", "ReduceL2",
    "ReduceMax", "ReduceMean", "Softmax", "Sub", "Transpose",
}  # fmt: skip


@pytest.fixture(scope="module")
def backbones() -> Mapping[str, Backbone]:
    return {name: load_backbone(name) for name in (FAST, ACCURATE)}


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, SIZE, SIZE, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def features(backbones: Mapping[str, Backbone], pictures: np.ndarray) -> np.ndarray:
    return run(features_graph(PLAN, backbones), pictures)["embedding"]


def run(graph: bytes, pictures: np.ndarray) -> dict[str, np.ndarray]:
    session = Session(graph, CPU, pictures.shape[1:3], threads=1)
    found = session.run(pictures)
    session.close()
    return found


def pooled(values: np.ndarray) -> list[np.ndarray]:
    return [values.mean(axis=(2, 3)), values.max(axis=(2, 3)), np.sqrt((values**2).mean(axis=(2, 3)))]


def head_for(features: np.ndarray, classes: int) -> Head:
    random = np.random.default_rng(classes)
    scale = 1 / (features.std(axis=0) + 0.1)
    weights = random.normal(0, 0.05, (classes, features.shape[1]))
    return Head(
        features.mean(axis=0), scale.astype(np.float32), weights.astype(np.float32), np.zeros(classes, np.float32)
    )


@pytest.mark.parametrize("names", [(FAST,), (FAST, ACCURATE)])
def test_the_features_are_the_embeddings_and_each_map_pooled(
    backbones: Mapping[str, Backbone], pictures: np.ndarray, names: tuple[str, ...]
) -> None:
    parts = []
    for name in names:
        outputs = run(backbones[name].graph, pictures[:1])
        parts.append(outputs["embedding"])
        for each in backbones[name].pooled:
            parts += pooled(outputs[each])
    found = run(features_graph(FeaturePlan(names), backbones), pictures[:1])["embedding"]
    assert found == pytest.approx(np.concatenate(parts, axis=1), abs=1e-3)


def test_tiles_are_cut_run_and_stitched(backbones: Mapping[str, Backbone]) -> None:
    plan = FeaturePlan((FAST,), 2, 3, 416, 608)
    picture = np.random.default_rng(1).integers(0, 256, (1, 416, 608, 3)).astype(np.uint8)
    found = run(maps_graph(plan, backbones), picture)
    assert {name: values.shape[1:] for name, values in found.items() if name != "embedding"} == {
        "feat_s8": (40, 52, 76),
        "feat_s16": (112, 26, 38),
        "feat_s32": (320, 13, 19),
    }
    tiles = [
        run(backbones[FAST].graph, np.ascontiguousarray(picture[:, row : row + SIZE, column : column + SIZE]))
        for row in (0, 192)
        for column in (0, 192, 384)
    ]
    embeddings = np.concatenate([tile["embedding"] for tile in tiles])
    both = np.concatenate([embeddings.mean(axis=0), embeddings.max(axis=0)])
    assert found["embedding"][0, : both.size] == pytest.approx(both, abs=1e-3)
    # The middle of each tile is where its own picture is: 8 pixels a cell, tiles 24 cells apart.
    for place, tile in enumerate(tiles):
        row, column = divmod(place, 3)
        inside = found["feat_s8"][0, :, row * 24 + 4 : row * 24 + 24, column * 24 + 4 : column * 24 + 24]
        assert inside == pytest.approx(tile["feat_s8"][0, :, 4:24, 4:24], abs=1e-3)


def test_a_defect_comes_out_at_its_place_across_the_tiles(backbones: Mapping[str, Backbone]) -> None:
    plan = FeaturePlan((FAST, ACCURATE), 2, 2, 448, 448)
    plain = np.full((1, 448, 448, 3), 120, np.uint8)
    marked = plain.copy()
    marked[0, 320:340, 96:120] = 250
    graph = maps_graph(plan, backbones)
    before, after = run(graph, plain), run(graph, marked)
    for name, stride in (("feat_s8", 8), ("feat_s16", 16), ("dino_l8", 14)):
        change = np.abs(after[name] - before[name]).sum(axis=1)[0]
        row, column = np.unravel_index(change.argmax(), change.shape)
        assert abs((row + 0.5) * stride - 330) < 2.5 * stride
        assert abs((column + 0.5) * stride - 108) < 2.5 * stride


@pytest.mark.parametrize("classes", [1, 2, 7])
def test_the_graph_gives_the_heads_probabilities(
    backbones: Mapping[str, Backbone], pictures: np.ndarray, features: np.ndarray, classes: int
) -> None:
    head = head_for(features, classes)
    network = Network(compose(PLAN, backbones, head), CPU, threads=1)
    output = network.run(pictures)
    network.close()
    assert output.embedding == pytest.approx(features, abs=1e-5)
    assert output.probabilities == pytest.approx(head.probabilities(features), abs=1e-5)


def test_a_taught_graph_gives_three_answers(taught: Taught) -> None:
    model = onnx.load_model_from_string(taught.graph)
    assert [output.name for output in model.graph.output] == ["probabilities", "embedding", ANOMALY_MAP, ANOMALY_SCORE]
    assert [(item.domain, item.version) for item in model.opset_import] == [("", 17)]


def test_the_graph_is_plain_and_the_same_to_the_byte(backbones: Mapping[str, Backbone], features: np.ndarray) -> None:
    head = head_for(features, 3)
    graph = compose(PLAN, backbones, head)
    assert graph == compose(PLAN, backbones, head)
    model = onnx.load_model_from_string(graph)
    assert [(item.domain, item.version) for item in model.opset_import] == [("", 17)]
    assert {node.op_type for node in model.graph.node} <= PLAIN_OPERATORS
    shapes = {
        value.name: [dimension.dim_param or dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {"image": ["N", SIZE, SIZE, 3], "probabilities": ["N", 3], "embedding": ["N", features.shape[1]]}


def test_no_operator_of_ours_joins_two_computed_tensors(
    backbones: Mapping[str, Backbone], features: np.ndarray
) -> None:
    model = onnx.load_model_from_string(compose(PLAN, backbones, head_for(features, 3)))
    constants = {one.name for one in model.graph.initializer}
    ours = [node for node in model.graph.node if node.op_type in ("Sub", "Mul", "Add") and "/" not in node.name]
    assert len(ours) == 5
    assert all(node.input[1] in constants for node in ours)


def test_what_does_not_fit_is_refused(backbones: Mapping[str, Backbone], features: np.ndarray) -> None:
    head, backbone = head_for(features, 3), backbones[FAST]

    def refused(match: str, wrong: Backbone) -> None:
        with pytest.raises(BackboneUnfit, match=match):
            features_graph(PLAN, {FAST: wrong})

    with pytest.raises(BackboneUnfit, match="takes 5 features"):
        compose(PLAN, backbones, replace(head, mean=np.zeros(5, np.float32)))
    refused("no output 'feat_s4'", replace(backbone, strides={"feat_s4": 4}, pooled=("feat_s4",)))
    model = onnx.load_model_from_string(backbone.graph)
    model.opset_import[0].version = 18
    refused("opset 17", replace(backbone, graph=model.SerializeToString()))
    model = onnx.load_model_from_string(backbone.graph)
    model.graph.input[0].name = "picture"
    refused("one input 'image'", replace(backbone, graph=model.SerializeToString()))
    model = onnx.load_model_from_string(backbone.graph)
    del model.graph.node[10]
    refused("not valid", replace(backbone, graph=model.SerializeToString()))
