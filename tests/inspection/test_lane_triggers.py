"""What makes a part be judged: the camera's own line, a part at rest, a scanned code."""

from collections.abc import Callable

import pytest

from inspector.domain.camera_feature import Feature, FeatureSetting, FeatureValue
from inspector.domain.frame import Frame
from inspector.domain.inspection import TriggerSource
from inspector.domain.recipe import PresenceRule, Trigger, TriggerMode
from inspector.inspection.lane import NotReady
from inspector.vision.model_file import ModelFile
from tests.inspection.hand_played import (
    PATIENCE,
    Bench,
    HandCamera,
    HandControls,
    SettableCamera,
    eventually,
    exposure,
    said,
    wanting,
)

MakeRecipe = Callable[..., ModelFile]


class PartsBySource:
    """Sees a part in each picture whose source says so."""

    made: list["PartsBySource"]

    def __init__(self, rule: PresenceRule) -> None:
        self.rule = rule
        self.looked_at: list[str] = []
        self.made.append(self)

    def seen(self, frame: Frame) -> bool:
        self.looked_at.append(frame.source)
        return frame.source.startswith("part")


@pytest.fixture
def watches(monkeypatch: pytest.MonkeyPatch) -> list[PartsBySource]:
    """Replace the presence detection; return the watches that are made."""
    made: list[PartsBySource] = []
    monkeypatch.setattr(PartsBySource, "made", made, raising=False)
    monkeypatch.setattr("inspector.inspection.lane_core.PresenceWatch", PartsBySource)
    return made


@pytest.fixture
def by_presence(tiny_model_file: MakeRecipe) -> ModelFile:
    return tiny_model_file(trigger=Trigger(TriggerMode.PRESENCE, timeout=PATIENCE, presence=PresenceRule(share=0.2)))


def test_each_picture_of_the_line_is_a_part(bench: Bench, tiny_model_file: MakeRecipe) -> None:
    camera = bench.ready(HandCamera(), tiny_model_file(trigger=Trigger(TriggerMode.LINE)))
    bench.lane.start()
    camera.show("good")
    camera.show("scratch", preview=True)
    camera.show("scratch")
    camera.show("good", incomplete=True)
    camera.spoil("a broken transfer")
    parts = bench.wait_published(4)
    assert said(parts) == [
        (1, "OK", ""), (2, "NG", "scratch"), (3, "ERROR", "camera_fault"), (4, "ERROR", "camera_fault")
    ]  # fmt: skip
    assert {part.trigger for part in parts} == {TriggerSource.LINE}


def test_a_part_that_comes_to_rest_is_judged_in_the_picture_in_which_it_does(
    bench: Bench, by_presence: ModelFile, watches: list[PartsBySource]
) -> None:
    camera = bench.ready(HandCamera(), by_presence)
    camera.show("good", "empty 1")
    eventually(lambda: watches[-1].looked_at == ["empty 1"], "looking at the empty place before the start")
    bench.lane.start()
    for class_name, source in (("good", "empty 2"), ("scratch", "part 1"), ("good", "empty 3"), ("good", "part 2")):
        camera.show(class_name, source)
    parts = bench.wait_published(2)
    assert said(parts) == [(1, "NG", "scratch"), (2, "OK", "")]
    assert [(part.source, part.trigger) for part in parts] == [
        ("part 1", TriggerSource.PRESENCE), ("part 2", TriggerSource.PRESENCE)
    ]  # fmt: skip
    assert watches[-1].looked_at == ["empty 1", "empty 2", "part 1", "empty 3", "part 2"]
    assert watches[-1].rule == PresenceRule(share=0.2)


def test_a_part_at_rest_outside_of_a_run_is_nobodys(
    bench: Bench, by_presence: ModelFile, watches: list[PartsBySource]
) -> None:
    camera = bench.ready(HandCamera(), by_presence)
    camera.show("good", "part")
    eventually(lambda: watches[-1].looked_at == ["part"])
    bench.lane.start(count=1)
    camera.show("scratch", "part")
    assert bench.lane.ended.wait(PATIENCE)
    camera.show("scratch", "part")
    eventually(lambda: len(watches[-1].looked_at) == 3)
    assert said(bench.wait_published(1)) == [(1, "NG", "scratch")]


def test_a_part_that_the_operator_asks_for_as_it_comes_to_rest_is_one_part(
    bench: Bench, by_presence: ModelFile, watches: list[PartsBySource]
) -> None:
    camera = bench.ready(HandCamera(), by_presence)
    bench.lane.start()
    bench.lane.trigger()
    camera.show("scratch", "part")
    last = camera.show("good", "empty")
    eventually(lambda: bench.lane.live.peek() is last)
    part = bench.wait_published(1)[0]
    assert (part.source, part.trigger) == ("part", TriggerSource.OPERATOR)
    assert bench.lane.outstanding == 0
    assert watches[-1].looked_at == ["part", "empty"]


def test_a_recording_is_looked_through_for_parts(
    bench: Bench, by_presence: ModelFile, watches: list[PartsBySource]
) -> None:
    camera = bench.ready(HandCamera(waits=True), by_presence)
    for source in ("empty 1", "part 1", "empty 2", "empty 3", "part 2"):
        camera.show("scratch", source)
    camera.end()
    bench.lane.start()
    assert bench.lane.ended.wait(PATIENCE)
    assert [part.source for part in bench.wait_published(2)] == ["part 1", "part 2"]
    assert watches[-1].looked_at == ["empty 1", "part 1", "empty 2", "empty 3", "part 2"]


def test_parts_are_watched_for_only_where_the_trigger_says_so(
    bench: Bench, by_presence: ModelFile, by_button: ModelFile, watches: list[PartsBySource]
) -> None:
    camera = bench.ready(HandCamera(), by_button)
    camera.show("good", "part")
    eventually(lambda: camera.asked == 2)
    assert watches == []
    bench.lane.set_trigger_mode(TriggerMode.PRESENCE)
    assert len(watches) == 1
    bench.lane.set_trigger_mode(None)
    camera.show("good", "part")
    eventually(lambda: camera.asked == 3)
    assert watches[0].looked_at == []
    bench.lane.activate(by_presence).result(PATIENCE)
    bench.lane.open_camera(HandCamera("other")).result(PATIENCE)
    assert len(watches) == 3, "another camera sees another place"


def test_a_scanned_code_triggers_and_is_the_serial(bench: Bench, tiny_model_file: MakeRecipe) -> None:
    camera = bench.ready(HandCamera(), tiny_model_file(trigger=Trigger(TriggerMode.SCAN, timeout=PATIENCE)))
    with pytest.raises(NotReady, match="start it first"):
        bench.lane.scanned("4711")
    bench.lane.start()
    assert bench.lane.scanned(" 4712\r\n") == 1
    camera.show("scratch")
    assert bench.lane.trigger() == 2
    camera.show("good")
    parts = bench.wait_published(2)
    assert [(part.context.serial, part.trigger) for part in parts] == [
        ("4712", TriggerSource.SCAN), ("", TriggerSource.OPERATOR)
    ]  # fmt: skip
    with pytest.raises(NotReady, match="empty code"):
        bench.lane.scanned("  ")


def test_elsewhere_a_scanned_code_is_the_serial_of_the_next_part(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    assert bench.lane.scanned("4711") == 0
    bench.lane.start()
    for number in (1, 2):
        bench.lane.trigger()
        camera.show("good")
        bench.wait_published(number)
    assert [part.context.serial for part in bench.published] == ["4711", ""]


class AnsweringControls(HandControls):
    """A camera that takes a picture by software trigger from the moment at which it is set to."""

    def change(self, name: str, value: FeatureValue) -> Feature:
        assert self.gate.wait(PATIENCE)
        self.waits_for_triggers = True
        return super().change(name, value)

    def trigger(self) -> bool:
        return self.waits_for_triggers and super().trigger()


def test_a_trigger_waits_until_the_camera_is_set_to_wait_for_triggers(
    bench: Bench, tiny_model_file: MakeRecipe
) -> None:
    camera = SettableCamera()
    camera.controls = controls = AnsweringControls([exposure()])
    by_button = tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=PATIENCE))
    bench.ready(camera, by_button)
    controls.on_trigger = lambda: camera.show("good")
    controls.gate.clear()
    bench.lane.activate(wanting(by_button, FeatureSetting("ExposureTime", 100.0))).result(PATIENCE)
    bench.lane.start()
    bench.lane.trigger()
    controls.gate.set()
    assert said(bench.wait_published(1)) == [(1, "OK", "")]
    assert controls.triggers == 1
