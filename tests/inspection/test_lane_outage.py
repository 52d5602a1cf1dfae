"""A lane whose camera goes and comes back: the run goes on, and every trigger has its record."""

from collections.abc import Callable
from datetime import datetime
from time import sleep

import pytest

from inspector.cameras.camera import CameraUnavailable
from inspector.domain.inspection import EventKind
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.inspection.lane import NotReady
from inspector.vision.model_file import ModelFile
from tests.inspection.hand_played import PATIENCE, Bench, ComingAndGoing, HandCamera, eventually, said

MakeRecipe = Callable[..., ModelFile]
SILENT = CameraUnavailable("no picture for 2 s")
NOT_FOUND = CameraUnavailable("it is not found")


@pytest.fixture
def again() -> ComingAndGoing:
    """Return a camera that stays away once it is lost."""
    coming = ComingAndGoing()
    coming.away = NOT_FOUND
    return coming


def lose(bench: Bench, camera: HandCamera) -> None:
    camera.fail(SILENT)
    eventually(lambda: bench.lane.outage, "the outage")


def bring_back(bench: Bench, again: ComingAndGoing) -> HandCamera:
    again.away = None
    eventually(lambda: bench.lane.outage is None, "the camera's return")
    return again.newest


def kinds(bench: Bench) -> list[EventKind]:
    assert bench.journal.flush(PATIENCE)
    return [event.kind for event in bench.events if str(event.kind).startswith("camera")]


def test_a_run_survives_the_loss_of_its_camera(bench: Bench, by_button: ModelFile, again: ComingAndGoing) -> None:
    camera = bench.ready(HandCamera(), by_button, again=again)
    bench.lane.start()
    bench.lane.trigger()
    camera.show("scratch")
    bench.wait_published(1)
    waiting = bench.lane.trigger()
    lose(bench, camera)
    assert waiting == 2
    assert bench.lane.executing
    assert bench.lane.why == "no picture for 2 s"
    assert bench.lane.camera is None
    bench.wait_published(2)
    bench.lane.trigger()
    bench.wait_published(3)  # at once, long before its time is over
    newest = bring_back(bench, again)
    assert bench.lane.executing
    assert bench.lane.why == "the camera is back"
    assert bench.lane.camera == newest.identity
    bench.lane.trigger()
    newest.show("good")
    parts = bench.wait_published(4)
    assert said(parts) == [
        (1, "NG", "scratch"), (2, "ERROR", "camera_fault"), (3, "ERROR", "camera_fault"), (4, "OK", "")
    ]  # fmt: skip
    assert [part.judgement.message for part in parts[1:3]] == ["no picture for 2 s"] * 2
    assert [part.camera for part in parts] == ["hand:hand"] * 4
    assert kinds(bench) == [EventKind.CAMERA_OPENED, EventKind.CAMERA_LOST, EventKind.CAMERA_BACK]
    bench.lane.stop()
    assert bench.lane.state == "Ready"


def test_an_outage_is_kept_with_its_start_end_and_reason(
    bench: Bench, by_button: ModelFile, again: ComingAndGoing
) -> None:
    lose(bench, bench.ready(HandCamera(), by_button, again=again))
    outage = bench.lane.outage
    assert outage is not None
    assert (outage.reason, outage.camera.address) == ("no picture for 2 s", "hand:hand")
    eventually(lambda: bench.lane.outage and bench.lane.outage.latest == "it is not found")
    sleep(0.06)
    bring_back(bench, again)
    lost, back = bench.wait_event(EventKind.CAMERA_LOST), bench.wait_event(EventKind.CAMERA_BACK)
    assert lost.text == "no picture for 2 s"
    details = back.details
    start, end = datetime.fromisoformat(details["start"]), datetime.fromisoformat(details["end"])
    assert start == outage.since
    assert start <= lost.time < end <= back.time
    assert float(details["seconds"]) == pytest.approx((end - start).total_seconds(), abs=0.1)
    assert (details["reason"], details["camera"]) == ("no picture for 2 s", "hand:hand")
    assert back.text.startswith("camera 'hand' is back after 0.")
    assert back.text.endswith("no picture for 2 s")


def test_outside_of_a_run_the_lane_waits_and_is_ready_again(
    bench: Bench, by_button: ModelFile, again: ComingAndGoing
) -> None:
    lose(bench, bench.ready(HandCamera(), by_button, again=again))
    assert (bench.lane.state, bench.lane.why) == ("Preoperational", "no picture for 2 s")
    with pytest.raises(NotReady, match="no picture for 2 s"):
        bench.lane.start()
    bench.lane.activate(by_button).result(PATIENCE)
    assert (bench.lane.state, bench.lane.why) == ("Preoperational", "no picture for 2 s")
    bring_back(bench, again)
    eventually(lambda: bench.lane.state == "Ready")
    assert not {"Error"} & set(bench.states())


def test_a_remembered_camera_that_is_away_at_first(bench: Bench, by_button: ModelFile, again: ComingAndGoing) -> None:
    bench.lane.activate(by_button).result(PATIENCE)
    first = HandCamera()
    first.failure_at_open = NOT_FOUND
    with pytest.raises(CameraUnavailable, match="it is not found"):
        bench.lane.open_camera(first, again).result(PATIENCE)
    assert (bench.lane.state, bench.lane.why) == ("Preoperational", "it is not found")
    assert bench.lane.outage is not None
    bring_back(bench, again)
    eventually(lambda: bench.lane.state == "Ready")
    assert kinds(bench) == [EventKind.CAMERA_LOST, EventKind.CAMERA_BACK]


@pytest.mark.parametrize("how", ["stop", "hold", "count"])
def test_a_run_that_ends_in_an_outage(bench: Bench, by_button: ModelFile, again: ComingAndGoing, how: str) -> None:
    camera = bench.ready(HandCamera(), by_button, again=again)
    bench.lane.start(count=1 if how == "count" else None)
    lose(bench, camera)
    if how == "stop":
        bench.lane.stop()
    elif how == "hold":
        bench.lane.hold("the belt is jammed")
        assert bench.lane.state == "Halted"
        bench.lane.reset()
    else:
        bench.lane.trigger()
        assert bench.lane.ended.wait(PATIENCE)
        assert said(bench.wait_published(1)) == [(1, "ERROR", "camera_fault")]
    eventually(lambda: bench.lane.state == "Preoperational")
    assert bench.lane.why == "no picture for 2 s"
    bring_back(bench, again)
    eventually(lambda: bench.lane.state == "Ready")


def test_a_hold_outlasts_the_outage(bench: Bench, by_button: ModelFile, again: ComingAndGoing) -> None:
    camera = bench.ready(HandCamera(), by_button, again=again)
    bench.lane.hold("the belt is jammed")
    lose(bench, camera)
    assert (bench.lane.state, bench.lane.why) == ("Halted", "the belt is jammed")
    bring_back(bench, again)
    assert (bench.lane.state, bench.lane.why) == ("Halted", "the belt is jammed")
    bench.lane.reset()
    assert bench.lane.state == "Ready"


def test_the_clock_makes_up_no_parts_while_there_is_no_camera(
    bench: Bench, tiny_model_file: MakeRecipe, again: ComingAndGoing
) -> None:
    recipe = tiny_model_file(trigger=Trigger(TriggerMode.INTERVAL, interval=0.01, timeout=PATIENCE))
    camera = bench.ready(HandCamera(), recipe, again=again)
    lose(bench, camera)
    camera = bring_back(bench, again)
    again.away = NOT_FOUND
    eventually(lambda: bench.lane.state == "Ready")
    bench.lane.start()
    eventually(lambda: bench.lane.outstanding >= 1)
    lose(bench, camera)
    eventually(lambda: bench.lane.outstanding == 0)
    before = len(bench.published)
    assert before >= 1
    sleep(0.1)
    assert len(bench.published) == before
    camera = bring_back(bench, again)
    eventually(lambda: bench.lane.outstanding >= 1, "triggers by the clock again")
    bench.lane.stop()
    assert bench.journal.flush(PATIENCE)
    assert {part.judgement.reason for part in bench.published} == {"camera_fault", "stopped"}


def test_closing_in_an_outage_writes_how_long_it_was(
    make_bench: Callable[..., Bench], by_button: ModelFile, again: ComingAndGoing
) -> None:
    bench = make_bench()
    lose(bench, bench.ready(HandCamera(), by_button, again=again))
    bench.lane.close()
    assert kinds(bench) == [EventKind.CAMERA_OPENED, EventKind.CAMERA_LOST, EventKind.CAMERA_ENDED]
    left = bench.wait_event(EventKind.CAMERA_ENDED)
    assert left.text == (
        "camera 'hand' was still away when the station was closed; it was away because: no picture for 2 s"
    )
    assert {"camera", "start", "end", "seconds", "reason"} == set(left.details)


def test_another_camera_ends_the_wait_for_the_one_before(
    bench: Bench, by_button: ModelFile, again: ComingAndGoing
) -> None:
    lose(bench, bench.ready(HandCamera(), by_button, again=again))
    bench.lane.open_camera(HandCamera("second")).result(PATIENCE)
    assert bench.lane.outage is None
    eventually(lambda: bench.lane.state == "Ready")
    again.away = None
    sleep(0.05)
    assert bench.lane.camera is not None
    assert bench.lane.camera.name == "second"
    assert kinds(bench) == [
        EventKind.CAMERA_OPENED, EventKind.CAMERA_LOST, EventKind.CAMERA_ENDED, EventKind.CAMERA_OPENED
    ]  # fmt: skip
    assert "still away when another camera was taken" in bench.wait_event(EventKind.CAMERA_ENDED).text


def test_a_camera_that_goes_and_comes_five_times(bench: Bench, by_button: ModelFile) -> None:
    again = ComingAndGoing()
    camera = bench.ready(HandCamera(), by_button, again=again)
    bench.lane.start()
    triggers = 0
    for number in range(5):
        again.away = NOT_FOUND
        triggers = bench.lane.trigger()
        lose(bench, camera)
        triggers = bench.lane.trigger()
        camera = bring_back(bench, again)
        triggers = bench.lane.trigger()
        camera.show("scratch")
        eventually(lambda expected=3 * (number + 1): len(bench.published) == expected)
    parts = bench.wait_published(15)
    assert sorted(part.sequence for part in parts) == list(range(1, triggers + 1))
    assert [verdict for _, verdict, _ in said(parts)] == ["ERROR", "ERROR", "NG"] * 5
    assert kinds(bench) == [EventKind.CAMERA_OPENED, *[EventKind.CAMERA_LOST, EventKind.CAMERA_BACK] * 5]
    assert bench.states().count("Error") == 0
