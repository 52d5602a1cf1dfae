"""A camera that waits for the station's word gets one for each part, one after the other."""

from collections.abc import Callable
from time import sleep

import pytest

from inspector.cameras.camera import CameraUnavailable
from inspector.domain.camera_feature import Feature, FeatureKind
from inspector.domain.inspection import TriggerSource
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.vision.model_file import ModelFile
from tests.fixtures.logs import ExpectedLogs
from tests.inspection.hand_played import (
    PATIENCE,
    Bench,
    ComingAndGoing,
    HandCamera,
    SettableCamera,
    eventually,
    said,
)

MakeRecipe = Callable[..., ModelFile]


def triggered() -> SettableCamera:
    camera = SettableCamera(features=[Feature("TriggerMode", FeatureKind.CHOICE, "On", choices=("Off", "On"))])
    camera.controls.waits_for_triggers = True
    return camera


def test_each_trigger_is_sent_and_takes_the_picture_that_follows(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(triggered(), by_button)
    shown = iter(["good", "scratch", "good"])
    camera.controls.on_trigger = lambda: camera.show(next(shown))
    bench.lane.start()
    for number, verdict in enumerate(["OK", "NG", "OK"], start=1):
        assert bench.lane.trigger() == number
        assert said(bench.wait_published(number))[-1][:2] == (number, verdict)
    assert camera.controls.triggers == 3
    assert camera.controls.threads == {"software trigger of lane 1"}


def test_triggers_in_a_row_are_sent_one_after_the_other(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(triggered(), by_button)
    bench.lane.start()
    assert [bench.lane.trigger() for _ in range(3)] == [1, 2, 3]
    for number, class_name in enumerate(["good", "scratch", "good"], start=1):
        eventually(lambda expected=number: camera.controls.triggers == expected, "the next trigger")
        sleep(0.01)
        assert camera.controls.triggers == number, "a camera ignores a trigger while it exposes"
        camera.show(class_name)
    assert said(bench.wait_published(3)) == [(1, "OK", ""), (2, "NG", "scratch"), (3, "OK", "")]


def test_a_picture_that_nobody_asked_for_is_not_taken_for_a_trigger_not_yet_sent(
    bench: Bench, by_button: ModelFile
) -> None:
    camera = bench.ready(triggered(), by_button)
    bench.lane.start()
    camera.controls.gate.clear()  # the camera is slow to answer ...
    bench.lane.trigger()
    eventually(lambda: camera.controls.threads, "sending the first")
    bench.lane.trigger()
    camera.show("good")  # ... but quick with its picture
    bench.wait_published(1)
    stray = camera.show("scratch")
    eventually(lambda: bench.lane.live.peek() is stray)
    camera.controls.gate.set()
    eventually(lambda: camera.controls.triggers == 2)
    camera.show("good")
    assert said(bench.wait_published(2)) == [(1, "OK", ""), (2, "OK", "")]


def test_a_trigger_whose_picture_never_came_does_not_hold_up_the_next(
    bench: Bench, tiny_model_file: MakeRecipe
) -> None:
    camera = bench.ready(triggered(), tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=0.5)))
    bench.lane.start()
    bench.lane.trigger()
    bench.wait_published(1)
    bench.lane.trigger()
    eventually(lambda: camera.controls.triggers == 2)
    camera.show("scratch")
    assert said(bench.wait_published(2)) == [(1, "ERROR", "camera_fault"), (2, "NG", "scratch")]


def test_a_picture_that_comes_too_late_is_not_of_the_next_part(bench: Bench, tiny_model_file: MakeRecipe) -> None:
    camera = bench.ready(triggered(), tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=1.0)))
    bench.lane.start()
    bench.lane.trigger()
    bench.wait_published(1)
    bench.lane.trigger()
    sleep(0.05)
    assert camera.controls.triggers == 1
    late = camera.show("good")  # of the first part; a second one is not asked for before it is there
    eventually(lambda: bench.lane.live.peek() is late)
    eventually(lambda: camera.controls.triggers == 2)
    camera.show("scratch")
    assert said(bench.wait_published(2)) == [(1, "ERROR", "camera_fault"), (2, "NG", "scratch")]


def test_a_camera_that_runs_freely_is_asked_once_and_gives_its_next_picture(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(SettableCamera(), by_button)
    bench.lane.start()
    for number in (1, 2, 3):
        bench.lane.trigger()
        eventually(lambda: not bench.lane._core.software._needed)
        camera.show("scratch")
        bench.wait_published(number)
    assert [verdict for _, verdict, _ in said(bench.published)] == ["NG"] * 3
    assert len(camera.controls.threads) == 1


def test_a_camera_that_is_set_to_wait_meanwhile_is_asked_again(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(triggered(), by_button)
    camera.controls.waits_for_triggers = False
    bench.lane.start()
    bench.lane.trigger()
    eventually(lambda: not bench.lane._core.software._needed)
    camera.show()
    bench.wait_published(1)
    camera.controls.waits_for_triggers = True
    bench.lane.controls.change("TriggerMode", "On").result(PATIENCE)
    bench.lane.trigger()
    eventually(lambda: camera.controls.triggers == 1, "the trigger")


def test_the_clock_and_the_scanner_send_triggers_too(bench: Bench, tiny_model_file: MakeRecipe) -> None:
    recipe = tiny_model_file(trigger=Trigger(TriggerMode.INTERVAL, interval=0.03, timeout=PATIENCE))
    camera = bench.ready(triggered(), recipe)
    camera.controls.on_trigger = lambda: camera.show("good")
    bench.lane.start(count=3)
    assert bench.lane.ended.wait(PATIENCE)
    assert camera.controls.triggers == 3
    bench.lane.set_trigger_mode(TriggerMode.SCAN)
    bench.lane.start()
    assert bench.lane.scanned(" 4711 ") == 4
    part = bench.wait_published(4)[3]
    assert (part.trigger, part.context.serial) == (TriggerSource.SCAN, "4711")
    assert camera.controls.triggers == 4


@pytest.mark.parametrize("mode", [TriggerMode.LINE, TriggerMode.EACH_FRAME, TriggerMode.PRESENCE])
def test_where_parts_come_by_themselves_nothing_is_sent(bench: Bench, by_button: ModelFile, mode: TriggerMode) -> None:
    camera = bench.ready(triggered(), by_button)
    bench.lane.set_trigger_mode(mode)
    bench.lane.start()
    if mode is not TriggerMode.EACH_FRAME:
        bench.lane.trigger()
    camera.show("good")
    assert said(bench.wait_published(1)) == [(1, "OK", "")]
    assert camera.controls.threads == set()


def test_a_trigger_that_the_camera_does_not_take_is_an_error_that_says_why(
    bench: Bench, tiny_model_file: MakeRecipe
) -> None:
    camera = bench.ready(triggered(), tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=0.1)))
    camera.controls.failure = CameraUnavailable("it does not answer")
    bench.lane.start()
    bench.lane.trigger()
    part = bench.wait_published(1)[0]
    assert part.judgement.reason == "camera_fault"
    assert part.judgement.message == (
        "the camera gave no picture within 0.1 s: the camera could not be triggered: it does not answer"
    )
    camera.controls.failure = None
    bench.lane.trigger()
    assert bench.wait_published(2)[1].judgement.message == "the camera gave no picture within 0.1 s"


def test_a_driver_that_breaks_at_a_trigger_is_logged(
    bench: Bench, tiny_model_file: MakeRecipe, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("the camera could not be triggered")
    camera = bench.ready(triggered(), tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=0.1)))
    camera.controls.failure = OSError("a broken handle")
    bench.lane.start()
    bench.lane.trigger()
    assert "a broken handle" in bench.wait_published(1)[0].judgement.message


def test_after_an_outage_the_new_camera_is_triggered(bench: Bench, by_button: ModelFile) -> None:
    again = ComingAndGoing(triggered)
    camera: HandCamera = bench.ready(triggered(), by_button, again=again)
    bench.lane.start()
    bench.lane.trigger()
    bench.lane.trigger()
    camera.fail(CameraUnavailable("gone"))
    assert said(bench.wait_published(2)) == [(1, "ERROR", "camera_fault"), (2, "ERROR", "camera_fault")]
    eventually(lambda: bench.lane.camera is not None)
    newest = again.newest
    assert isinstance(newest, SettableCamera)
    newest.controls.on_trigger = lambda: newest.show("scratch")
    bench.lane.trigger()
    assert said(bench.wait_published(3))[2] == (3, "NG", "scratch")
    assert newest.controls.triggers == 1
