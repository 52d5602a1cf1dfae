from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Locating, LocatingMethod, RecipeKind, Region, Zone
from inspector.domain.verdict import Deciding, Rule, Verdict
from inspector.vision.accelerator import CPU, Network, NetworkOutput, available_accelerators
from inspector.vision.choice import choose_accelerator
from inspector.vision.errors import AcceleratorFailed, NoAccelerator
from inspector.vision.judge import Judge, open_judge, open_watching_judge
from inspector.vision.model_file import ModelFile
from inspector.vision.scene import measure_scene
from inspector.vision.taught_pictures import TaughtPicture
from tests.fixtures.tiny_recipe import picture_of

MakeModelFile = Callable[..., ModelFile]


def test_a_part_is_judged_with_all_that_is_known(tiny_model_file: MakeModelFile) -> None:
    judge = open_judge(tiny_model_file(classes=("good", "scratch", "stain")))

    judgement = judge.judge(picture_of("stain", ("good", "scratch", "stain")))

    assert (judgement.verdict, judgement.reason, judgement.class_name) == (Verdict.NG, "stain", "stain")
    assert list(judgement.probabilities) == ["good", "scratch", "stain"]
    assert sum(judgement.probabilities.values()) == pytest.approx(1)
    assert judgement.anomaly_score is None
    assert judgement.heat_map is None
    assert judgement.message == ""
    timings = judgement.timings
    assert min(timings.prepare, timings.network, timings.decide) > 0
    assert timings.waiting == timings.commit == timings.total == 0
    judge.close()


def test_grey_and_colour_of_any_size_give_the_same(tiny_model_file: MakeModelFile) -> None:
    judge = open_judge(tiny_model_file())

    colour = judge.judge(np.full((300, 200, 3), 60, np.uint8))
    grey = judge.judge(np.full((17, 900), 60, np.uint8))

    assert colour.verdict is grey.verdict is Verdict.OK
    assert dict(colour.probabilities) == pytest.approx(dict(grey.probabilities))


def test_only_the_region_is_judged(tiny_model_file: MakeModelFile) -> None:
    judge = open_judge(tiny_model_file(region=Region(0.5, 0.5, 0.5, 0.5)))
    picture = np.full((100, 100, 3), 255, np.uint8)
    picture[50:, 50:] = 20

    assert judge.judge(picture).verdict is Verdict.OK


def test_doubt_is_check_with_a_sentence(tiny_model_file: MakeModelFile) -> None:
    judgement = open_judge(tiny_model_file()).judge(np.full((32, 32), 125, np.uint8))

    assert (judgement.verdict, judgement.reason) == (Verdict.CHECK, "unsure")
    assert judgement.message.startswith("Not sure: ")


def test_a_heat_map_is_scaled_to_eight_bit(tiny_model_file: MakeModelFile) -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:8, :8] = 255

    judgement = open_judge(tiny_model_file(heat_map=True)).judge(picture)

    assert judgement.heat_map is not None
    assert judgement.heat_map.dtype == np.uint8
    assert judgement.heat_map.shape == (8, 8)
    assert judgement.heat_map[0, 0] == 255
    assert judgement.heat_map[7, 7] == 0
    assert judgement.anomaly_score == pytest.approx(1.0)


def with_recipe(model_file: ModelFile, **changed: Any) -> ModelFile:
    return replace(model_file, recipe=replace(model_file.recipe, **changed))


def test_what_the_network_saw_and_where_it_lies_come_along(tiny_model_file: MakeModelFile) -> None:
    judge = open_judge(tiny_model_file(region=Region(0.5, 0.0, 0.5, 1.0)))
    picture = np.zeros((64, 128, 3), np.uint8)
    picture[:, 64:] = 200

    judgement = judge.judge(picture)

    assert judgement.part_picture is not None
    assert judgement.part_picture.shape == (32, 32, 3)
    assert (judgement.part_picture == 200).all()
    assert judgement.placement is not None
    assert judgement.placement.corners()[0] == pytest.approx((63.5, -0.5))
    assert judgement.placement.corners()[2] == pytest.approx((127.5, 63.5))


def test_the_likest_taught_pictures_are_named(tiny_model_file: MakeModelFile) -> None:
    tiny = tiny_model_file()
    thumbnail = np.zeros((8, 8, 3), np.uint8)
    taught = tuple(
        TaughtPicture(name, class_name, "0" * 64, thumbnail, np.array([level, level, level, level], np.float16))
        for name, class_name, level in (("dark.png", "good", 0.1), ("bright.png", "scratch", 0.9))
    )

    judgement = open_judge(replace(tiny, taught=taught)).judge(np.full((32, 32, 3), 240, np.uint8))

    assert {one.name for one in judgement.similar} == {"dark.png", "bright.png"}
    assert judgement.deciding == Deciding(Rule.DEFECT, pytest.approx(judgement.probabilities["scratch"]), 0.6)


def test_the_worst_zone_speaks(tiny_model_file: MakeModelFile) -> None:
    zones = (Zone("left", Region(0, 0, 0.5, 1)), Zone("right", Region(0.5, 0, 0.5, 1)))
    judge = open_judge(with_recipe(tiny_model_file(), zones=zones))
    picture = np.full((32, 64, 3), 20, np.uint8)
    picture[:, 32:] = 250

    judgement = judge.judge(picture)

    assert (judgement.verdict, judgement.reason, judgement.zone) == (Verdict.NG, "scratch", "right")
    assert judgement.timings.network > 0


def test_another_product_than_the_lots_is_wrong(tiny_model_file: MakeModelFile) -> None:
    tiny = tiny_model_file(classes=("good", "ok"))
    judge = open_judge(with_recipe(tiny, kind=RecipeKind.IDENTITY))
    picture = picture_of("ok", ("good", "ok"))

    assert judge.judge(picture, "ok").verdict is Verdict.OK
    assert judge.judge(picture).verdict is Verdict.OK
    judgement = judge.judge(picture, "good")

    assert (judgement.verdict, judgement.reason) == (Verdict.NG, "wrong_product")


def test_a_part_that_is_not_there_is_check(tiny_model_file: MakeModelFile) -> None:
    judge = open_judge(with_recipe(tiny_model_file(), locating=Locating(LocatingMethod.BLOB)))

    judgement = judge.judge(np.full((64, 64, 3), 120, np.uint8))

    assert (judgement.verdict, judgement.reason) == (Verdict.CHECK, "no_part")
    assert judgement.deciding is not None
    assert judgement.deciding.rule is Rule.PLACE
    assert judgement.deciding.value < judgement.deciding.limit == 0.5
    assert judgement.message


class TestScene:
    """The lamp fails: every part is darker than any that was taught."""

    @pytest.fixture
    def model_file(self, tiny_model_file: MakeModelFile) -> ModelFile:
        tiny = tiny_model_file()
        random = np.random.default_rng(3)
        pictures = [random.integers(100, 120, (32, 32, 3), dtype=np.uint8) for _ in range(12)]
        return replace(tiny, manifest=replace(tiny.manifest, scene=measure_scene(pictures, None)))

    def test_several_parts_in_a_row_are_not_called_defective(self, model_file: ModelFile) -> None:
        judge = open_watching_judge(model_file)
        dark = np.full((32, 32, 3), 30, np.uint8)

        judgements = [judge.judge(dark) for _ in range(4)]

        assert [one.reason for one in judgements] == ["", "", "scene_changed", "scene_changed"]
        assert judgements[-1].verdict is Verdict.CHECK
        assert "darker" in judgements[-1].message
        assert judgements[0].scene["light"] < -1
        assert judgements[-1].deciding is not None
        assert judgements[-1].deciding.rule is Rule.SCENE
        assert judgements[-1].deciding.value > judgements[-1].deciding.limit == 1.0

    def test_a_part_by_itself_is_judged_as_it_is(self, model_file: ModelFile) -> None:
        judge = open_judge(model_file)

        assert {judge.judge(np.full((32, 32, 3), 30, np.uint8)).verdict for _ in range(4)} == {Verdict.OK}


def test_a_picture_judged_twice_gives_the_same(tiny_model_file: MakeModelFile) -> None:
    judge = open_judge(tiny_model_file())
    picture = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)

    first, second = judge.judge(picture), judge.judge(picture)

    assert dict(first.probabilities) == dict(second.probabilities)


def test_what_golden_pictures_promise_the_judge_keeps(tiny_model_file: MakeModelFile) -> None:
    model_file = tiny_model_file(classes=("good", "scratch", "stain"))
    judge = open_judge(model_file)

    for golden in model_file.golden:
        judgement = judge.judge(golden.pixels)
        assert (judgement.verdict, judgement.reason) == (golden.verdict, golden.reason)
        assert tuple(judgement.probabilities.values()) == pytest.approx(golden.probabilities)


def test_impossible_numbers_are_a_fault_of_the_accelerator(tiny_model_file: MakeModelFile) -> None:
    class Wrong(Network):
        def run(self, images: Pixels) -> NetworkOutput:
            output = super().run(images)
            return NetworkOutput(output.probabilities * 3, output.embedding)

    model_file = tiny_model_file()
    network, choice = choose_accelerator(model_file)
    network.close()
    judge = Judge(model_file, Wrong(model_file.graph, CPU), choice)

    with pytest.raises(AcceleratorFailed, match="cpu gave impossible numbers"):
        judge.judge(picture_of("good"))
    with pytest.raises(AcceleratorFailed, match="closed"):
        judge.judge(picture_of("good"))


def test_a_closed_judge_judges_no_more(tiny_model_file: MakeModelFile) -> None:
    judge = open_judge(tiny_model_file())
    judge.close()

    with pytest.raises(AcceleratorFailed):
        judge.judge(picture_of("good"))


def test_accelerators_can_be_left_out(tiny_model_file: MakeModelFile) -> None:
    model_file = tiny_model_file()

    assert open_judge(model_file, excluded=frozenset({"directml:0"})).choice.name == "cpu"
    with pytest.raises(NoAccelerator, match="Every accelerator of this machine has failed"):
        open_judge(model_file, excluded=frozenset(one.name for one in available_accelerators()))


def test_a_judge_knows_its_recipe(tiny_model_file: MakeModelFile) -> None:
    assert open_judge(tiny_model_file(product="lid")).recipe.product == "lid"
