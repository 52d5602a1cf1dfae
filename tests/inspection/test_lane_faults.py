"""Every trigger has exactly one record, whatever goes wrong, and whoever looks is told."""

import threading
from collections.abc import Callable
from time import sleep

import pytest

from inspector.cameras.camera import CameraUnavailable
from inspector.domain.inspection import Event, EventKind
from inspector.domain.recipe import Trigger, TriggerMode
from inspector.domain.subscribers import Subscribers
from inspector.inspection.lane import NotReady
from inspector.vision.model_file import ModelFile
from tests.fixtures.logs import ExpectedLogs
from tests.inspection.hand_played import PATIENCE, Bench, HandCamera, eventually, said

MakeRecipe = Callable[..., ModelFile]


def test_with_a_full_queue_each_part_is_recorded_as_overrun(
    make_bench: Callable[..., Bench], each_frame: ModelFile
) -> None:
    bench = make_bench(room=2)
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start()
    bench.judge.gate.clear()
    camera.show()
    eventually(bench.judge.busy.is_set, "the first part being judged")
    for _ in range(5):
        camera.show("scratch")
    eventually(lambda: len(bench.published) == 3, "recording the parts that have no room")
    bench.judge.gate.set()
    parts = bench.wait_published(6)
    assert said(parts) == [
        (1, "OK", ""), (2, "NG", "scratch"), (3, "NG", "scratch"),
        (4, "ERROR", "overrun"), (5, "ERROR", "overrun"), (6, "ERROR", "overrun"),
    ]  # fmt: skip
    assert [part.sequence for part in parts][:3] == [4, 5, 6]
    assert all(part.picture is None for part in parts if part.judgement.reason == "overrun")


def test_a_recording_is_blocked_instead_of_overrun(make_bench: Callable[..., Bench], each_frame: ModelFile) -> None:
    bench = make_bench(room=2)
    camera = bench.ready(HandCamera(waits=True), each_frame)
    bench.lane.start()
    bench.judge.gate.clear()
    camera.show()
    eventually(bench.judge.busy.is_set, "the first part being judged")
    for _ in range(8):
        camera.show()
    camera.end()
    eventually(lambda: camera.asked == 3)
    sleep(0.05)
    assert camera.asked == 3
    bench.judge.gate.set()
    assert bench.lane.ended.wait(PATIENCE)
    assert said(bench.wait_published(9)) == [(number, "OK", "") for number in range(1, 10)]


def test_a_recording_loses_nothing_by_a_stop(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(waits=True), each_frame)
    bench.lane.start()
    camera.show("good")
    bench.wait_published(1)
    eventually(lambda: camera.asked == 2, "asking for the second picture")
    bench.lane.stop()
    camera.show("scratch")  # comes when nobody wants it
    sleep(0.02)
    assert len(bench.published) == 1
    bench.lane.start()
    assert said(bench.wait_published(2)) == [(1, "OK", ""), (2, "NG", "scratch")]


def test_unreadable_and_incomplete_pictures_are_camera_faults(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start()
    camera.spoil("b.png: the picture is cut off", "b.png")
    camera.show("good", "c.png", incomplete=True)
    camera.show("good", "d.png")
    parts = bench.wait_published(3)
    assert said(parts) == [(1, "ERROR", "camera_fault"), (2, "ERROR", "camera_fault"), (3, "OK", "")]
    assert [part.source for part in parts] == ["b.png", "c.png", "d.png"]
    assert parts[0].judgement.message == "b.png: the picture is cut off"
    assert "incomplete" in parts[1].judgement.message
    assert (parts[0].picture is None, parts[1].picture is None) == (True, False)


def test_a_fault_without_anybody_asking_is_nobodys_part(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    camera.spoil("a broken transfer")
    eventually(lambda: camera.asked == 2)
    bench.lane.trigger()
    camera.spoil("another one")
    part = bench.wait_published(1)[0]
    assert (part.judgement.reason, part.judgement.message) == ("camera_fault", "another one")


def test_a_trigger_without_a_picture_in_time_is_a_camera_fault(bench: Bench, tiny_model_file: MakeRecipe) -> None:
    camera = bench.ready(HandCamera(), tiny_model_file(trigger=Trigger(TriggerMode.SOFTWARE, timeout=0.05)))
    bench.lane.start()
    bench.lane.trigger()
    part = bench.wait_published(1)[0]
    assert (part.judgement.verdict, part.judgement.reason) == ("ERROR", "camera_fault")
    assert "no picture within 0.05 s" in part.judgement.message
    assert part.camera == "hand:hand"
    bench.lane.trigger()
    camera.show()
    assert said(bench.wait_published(2))[1] == (2, "OK", "")


@pytest.mark.parametrize(("how", "state"), [("stop", "Ready"), ("hold", "Halted")])
def test_stopping_records_what_waits_and_judges_what_was_taken(
    bench: Bench, by_button: ModelFile, how: str, state: str
) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    bench.judge.gate.clear()
    bench.lane.trigger()
    camera.show("scratch")
    eventually(bench.judge.busy.is_set)
    bench.lane.trigger()
    bench.lane.trigger()
    bench.lane.hold("the belt is jammed") if how == "hold" else bench.lane.stop()
    assert bench.lane.state == state
    bench.judge.gate.set()
    camera.show("good")
    assert said(bench.wait_published(3)) == [(1, "NG", "scratch"), (2, "ERROR", "stopped"), (3, "ERROR", "stopped")]
    assert not bench.lane.ended.is_set()


def test_a_hold_lasts_until_reset(bench: Bench, by_button: ModelFile) -> None:
    bench.ready(HandCamera(), by_button)
    bench.lane.hold("the belt is jammed")
    assert (bench.lane.state, bench.lane.why) == ("Halted", "the belt is jammed")
    with pytest.raises(NotReady, match="the belt is jammed"):
        bench.lane.start()
    camera = HandCamera("other")
    bench.lane.open_camera(camera).result(PATIENCE)
    bench.lane.activate(by_button).result(PATIENCE)
    assert bench.lane.state == "Halted"
    bench.lane.hold("and so is the gate")
    assert bench.lane.why == "and so is the gate"
    bench.lane.reset()
    assert bench.lane.state == "Ready"
    bench.lane.start()


def test_a_camera_that_dies_in_a_run(bench: Bench, by_button: ModelFile, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("ERROR inspector.inspection: the camera 'hand:hand' is lost")
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    bench.judge.gate.clear()
    bench.lane.trigger()
    camera.show("good")
    eventually(bench.judge.busy.is_set)
    bench.lane.trigger()
    camera.fail(OSError("the cable was pulled"))
    eventually(lambda: bench.lane.state == "Error")
    assert bench.lane.why == "the camera 'hand:hand' is lost: the cable was pulled"
    assert bench.lane.camera is None
    bench.judge.gate.set()
    parts = bench.wait_published(2)
    assert said(parts) == [(1, "OK", ""), (2, "ERROR", "camera_fault")]
    assert [part.judgement.message for part in parts if part.sequence == 2] == [bench.lane.why]
    assert bench.wait_event(EventKind.CAMERA_LOST).text == bench.lane.why
    eventually(camera.closed.is_set)
    with pytest.raises(NotReady):
        bench.lane.start()
    bench.lane.reset()
    assert (bench.lane.state, bench.lane.why) == ("Preoperational", "there is no camera")
    bench.lane.open_camera(HandCamera("again")).result(PATIENCE)
    eventually(lambda: bench.lane.state == "Ready")


def test_a_lost_camera_that_says_why_itself(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    camera.fail(CameraUnavailable("the camera is held by another program"))
    eventually(lambda: bench.lane.state == "Error")  # also outside of a run
    assert bench.lane.why == "the camera is held by another program"


def test_a_camera_that_cannot_be_opened(bench: Bench, by_button: ModelFile, expected_logs: ExpectedLogs) -> None:
    expected_logs.append("could not be opened")
    bench.ready(HandCamera(), by_button)
    camera = HandCamera("broken")
    camera.failure_at_open = OSError("no such device")
    with pytest.raises(CameraUnavailable, match="'hand:broken' could not be opened: no such device"):
        bench.lane.open_camera(camera).result(PATIENCE)
    assert bench.lane.state == "Preoperational"
    assert "no such device" in bench.lane.why
    assert "no such device" in bench.wait_event(EventKind.CAMERA_LOST).text


def test_a_source_that_ends_under_waiting_triggers(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    bench.lane.trigger()
    camera.end()
    assert bench.lane.ended.wait(PATIENCE)
    assert bench.lane.state == "Ready"
    part = bench.wait_published(1)[0]
    assert (part.judgement.reason, part.judgement.message) == ("camera_fault", "the camera has no more pictures")


def test_a_run_ends_only_when_all_is_published(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    bench.lane.start()
    bench.judge.gate.clear()
    camera.show()
    camera.end()
    bench.wait_event(EventKind.CAMERA_ENDED)
    assert bench.lane.executing
    assert not bench.lane.ended.is_set()
    bench.judge.gate.set()
    assert bench.lane.ended.wait(PATIENCE)
    assert len(bench.published) == 1


def test_calls_return_at_once_while_the_judge_hangs(bench: Bench, by_button: ModelFile) -> None:
    camera = bench.ready(HandCamera(), by_button)
    bench.lane.start()
    bench.judge.gate.clear()
    bench.lane.trigger()
    camera.show()
    eventually(bench.judge.busy.is_set)
    finished = threading.Event()

    def press_everything() -> None:
        lane = bench.lane
        lane.trigger()
        lane.set_context(operator="Ada")
        lane.activate(by_button)
        lane.stop()
        lane.start()
        lane.hold("just so")
        lane.reset()
        lane.open_camera(HandCamera("other"))
        _ = (lane.state, lane.why, lane.camera, lane.recipe, lane.accelerator, lane.outstanding, lane.live.take())
        finished.set()

    threading.Thread(target=press_everything).start()
    assert finished.wait(PATIENCE)  # the judge still hangs
    assert bench.judge.busy.is_set()
    bench.judge.gate.set()
    bench.wait_published(2)


MOMENTS = ("idle", "opening", "ready", "running", "judging", "waiting")


def bring_to(moment: str, bench: Bench, recipe: ModelFile) -> int:
    """Bring a lane to that moment and return how many triggers were given."""
    camera = HandCamera(waits=moment == "waiting")
    if moment == "idle":
        return 0
    if moment == "opening":
        camera.opening.clear()
        bench.lane.open_camera(camera)
        threading.Timer(0.05, camera.opening.set).start()
        return 0
    bench.ready(camera, recipe)
    if moment == "ready":
        return 0
    bench.lane.start()
    if moment == "judging":
        bench.judge.gate.clear()
        for _ in range(4):
            bench.lane.trigger()
            camera.show()
        eventually(bench.judge.busy.is_set)
        eventually(lambda: camera.asked == 5)
        threading.Timer(0.05, bench.judge.gate.set).start()
    bench.lane.trigger()
    return 5 if moment == "judging" else 1


@pytest.mark.parametrize("moment", MOMENTS)
def test_closing_at_any_moment_leaves_no_thread_and_no_part_without_record(
    make_bench: Callable[..., Bench], by_button: ModelFile, moment: str
) -> None:
    before = set(threading.enumerate())
    bench = make_bench()
    triggers = bring_to(moment, bench, by_button)
    bench.lane.close()
    bench.lane.close()
    bench.inference.close()
    assert bench.journal.flush(PATIENCE)
    assert sorted(part.sequence for part in bench.published) == list(range(1, triggers + 1))
    if moment == "judging":
        assert [reason for _, _, reason in said(bench.published)] == ["", "stopped", "stopped", "stopped", "stopped"]
    with pytest.raises(NotReady):
        bench.lane.start()
    with pytest.raises(NotReady):
        bench.lane.open_camera(HandCamera())
    with pytest.raises(RuntimeError, match="the station is closing"):
        bench.lane.activate(by_button).result(PATIENCE)
    bench.close()
    eventually(lambda: not set(threading.enumerate()) - before, "the end of all threads")


def test_a_camera_that_is_closed_while_it_opens(bench: Bench) -> None:
    camera = HandCamera()
    camera.opening.clear()
    opening = bench.lane.open_camera(camera)
    threading.Timer(0.05, camera.opening.set).start()
    bench.lane.close()
    with pytest.raises(CameraUnavailable, match="closed while opening"):
        opening.result(PATIENCE)


def test_a_record_that_no_database_takes_does_not_hold_the_run_up(bench: Bench, each_frame: ModelFile) -> None:
    camera = bench.ready(HandCamera(), each_frame)
    bench.journal.inspections = Subscribers()  # the record is never published ...
    bench.lane.start(count=1)
    camera.show()
    eventually(lambda: bench.journal.waiting == 0 and bench.lane.outstanding == 1)
    fault = Event(EventKind.PROGRAM_FAULT, bench.clock.now(), "part 1 cannot be kept", "", {"sequence": "1"})
    bench.journal.record_event(fault)  # ... and this is all that is heard of it
    assert bench.lane.ended.wait(PATIENCE)
    assert bench.lane.outstanding == 0


def test_many_triggers_from_many_threads_with_a_wild_camera(
    make_bench: Callable[..., Bench], by_button: ModelFile, expected_logs: ExpectedLogs
) -> None:
    expected_logs.append("could not be judged")
    bench = make_bench(room=1)
    camera = bench.ready(HandCamera(), by_button)
    bench.judge.failures.append(ValueError("once"))
    bench.lane.start()
    sequences: list[int] = []
    going = threading.Event()
    going.set()

    def press() -> None:
        for _ in range(20):
            sequences.append(bench.lane.trigger())
            sleep(0.0005)

    def film() -> None:
        while going.is_set():
            camera.show("scratch")
            camera.spoil("a broken transfer")
            sleep(0.001)

    film_thread = threading.Thread(target=film)
    film_thread.start()
    pressing = [threading.Thread(target=press) for _ in range(4)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    bench.lane.stop()
    going.clear()
    film_thread.join()
    parts = bench.wait_published(80)
    assert sorted(sequences) == sorted(part.sequence for part in parts) == list(range(1, 81))
    assert len({part.id for part in parts}) == 80
    assert bench.lane.outstanding == 0


def test_what_a_camera_says_that_was_replaced_meanwhile_counts_no_more(bench: Bench, each_frame: ModelFile) -> None:
    bench.ready(HandCamera("first"), each_frame)
    core = bench.lane._core
    old = core.feed
    assert old is not None
    second = HandCamera("second")
    bench.lane.open_camera(second).result(PATIENCE)
    bench.lane.start()
    side = bench.lane._camera_side
    changes = len(bench.changes)
    side.opened(old)
    side.ended(old)
    side.failed(old, "gone", opened=True)
    assert not side.wants(old)
    assert side.take(old, second.frame("scratch"))
    assert len(bench.changes) == changes
    second.show("good")
    assert said(bench.wait_published(1)) == [(1, "OK", "")]
