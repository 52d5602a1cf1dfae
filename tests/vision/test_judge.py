from collections.abc import Callable

import numpy as np
import pytest

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region
from inspector.domain.verdict import Verdict
from inspector.vision.accelerator import CPU, Network, NetworkOutput, available_accelerators
from inspector.vision.choice import choose_accelerator
from inspector.vision.errors import AcceleratorFailed, NoAccelerator
from inspector.vision.judge import Judge, open_judge
from inspector.vision.model_file import ModelFile
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
