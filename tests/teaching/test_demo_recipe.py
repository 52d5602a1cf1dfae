"""The demo recipe that is shipped: it fits its card, its backbone and the demo camera."""

import hashlib

import pytest

from inspector.assets import model
from inspector.cameras.demo_part import PART_CLASSES
from inspector.cameras.demo_scene import DemoScene
from inspector.domain.recipe import TriggerMode
from inspector.domain.verdict import Verdict
from inspector.vision.judge import open_judge
from inspector.vision.model_file import ModelFile, read_model_file


@pytest.fixture(scope="module")
def demo() -> ModelFile:
    return read_model_file(model("demo", "demo.recipe"))


def test_the_card_names_the_file_that_is_there(demo: ModelFile) -> None:
    card = model("demo", "card.md").read_text(encoding="utf-8")
    assert demo.content_hash in card
    assert f"{model('demo', 'demo.recipe').stat().st_size:,} bytes" in card


def test_it_is_marked_as_simulated_and_starts_by_itself(demo: ModelFile) -> None:
    assert demo.recipe.simulated
    assert demo.recipe.trigger.mode is TriggerMode.EACH_FRAME
    assert {one.name for one in demo.recipe.classes} == set(PART_CLASSES)


def test_it_stands_on_the_backbone_that_is_shipped(demo: ModelFile) -> None:
    shipped = model("efficientnet_lite0", "backbone.onnx").read_bytes()
    assert demo.manifest.backbone.sha256 == hashlib.sha256(shipped).hexdigest()


def test_it_judges_parts_of_the_demo_camera_that_it_never_saw(demo: ModelFile) -> None:
    scene, judge = DemoScene(7), open_judge(demo, "cpu")
    said = [judge.judge(scene.still(index, name)) for index, name in enumerate(PART_CLASSES * 2)]
    judge.close()
    right = sum(one.class_name == name for one, name in zip(said, PART_CLASSES * 2, strict=True))
    assert right >= 9
    for judgement, name in zip(said, PART_CLASSES * 2, strict=True):
        assert judgement.verdict is not (Verdict.NG if name == "good" else Verdict.OK)
