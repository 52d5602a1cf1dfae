"""A camera on its thread, at the edges that a lane cannot reach."""

import threading
from collections.abc import Iterator

import pytest

from inspector.cameras.camera import CameraIdentity, CameraUnavailable, Delivery
from inspector.inspection.feed import CameraFeed
from tests.fixtures.logs import ExpectedLogs
from tests.inspection.hand_played import PATIENCE, SHORT_PAUSES, ComingAndGoing, HandCamera, eventually


class Sink:
    """Takes what it is told to take."""

    def __init__(self) -> None:
        self.wanted = False
        self.taking = True
        self.taken: list[Delivery] = []
        self.told: list[str] = []
        self.adjusting: Exception | None = None

    def adjust(self, _feed: CameraFeed) -> None:
        if self.adjusting is not None:
            raise self.adjusting

    def opened(self, _feed: CameraFeed) -> None:
        self.told.append("opened")

    def wants(self, _feed: CameraFeed) -> bool:
        return self.wanted

    def take(self, _feed: CameraFeed, delivery: Delivery) -> bool:
        if self.taking:
            self.taken.append(delivery)
        return self.taking

    def ended(self, _feed: CameraFeed) -> None:
        self.told.append("ended")

    def failed(self, _feed: CameraFeed, why: str, opened: bool) -> None:
        self.told.append(why if opened else f"not opened: {why}")

    def lost(self, _feed: CameraFeed, why: str) -> None:
        self.told.append(f"lost: {why}")


def test_beginning_anew_means_nothing_to_a_source_that_is_not_through() -> None:
    camera, sink = HandCamera(waits=True), Sink()
    feed = CameraFeed(camera, sink)
    feed.start().result(PATIENCE)
    feed.begin_anew()
    sink.wanted = True
    camera.end()
    feed.wake()
    eventually(lambda: sink.told == ["opened", "ended"])
    assert camera.asked == 1
    feed.begin_anew()
    camera.show()
    eventually(lambda: len(sink.taken) == 1)
    feed.close()
    feed.join()


def test_a_picture_that_is_not_taken_is_offered_again() -> None:
    camera, sink = HandCamera(waits=True), Sink()
    sink.wanted, sink.taking = True, False
    feed = CameraFeed(camera, sink)
    feed.start()
    shown = camera.show()
    eventually(lambda: camera.asked == 1)
    sink.wanted = False
    feed.wake()
    sink.wanted = sink.taking = True
    feed.wake()
    eventually(lambda: sink.taken == [shown])
    feed.close()
    feed.join()


def test_a_driver_that_raises_while_it_closes(expected_logs: ExpectedLogs) -> None:
    expected_logs.append("the camera 'hand:hand' could not be closed")

    class Stubborn(HandCamera):
        def close(self) -> None:
            super().close()
            raise OSError("the handle is invalid")

    feed = CameraFeed(Stubborn(), Sink())
    feed.start().result(PATIENCE)
    feed.close()
    feed.join()


def test_a_driver_that_never_comes_back_is_given_up(expected_logs: ExpectedLogs, monkeypatch) -> None:  # noqa: ANN001
    expected_logs.append("CRITICAL inspector.inspection: the camera 'stuck:1' does not let go")
    monkeypatch.setattr("inspector.inspection.feed._LONGEST_LEAVE", 0.05)
    free = threading.Event()

    class Stuck:
        identity = CameraIdentity("stuck", "stuck:1", "stuck")
        waits = False

        def open(self) -> None:
            pass

        def frames(self) -> Iterator[Delivery]:
            free.wait(PATIENCE)
            yield from ()

        def close(self) -> None:
            pass

    feed = CameraFeed(Stuck(), Sink())
    feed.start().result(PATIENCE)
    feed.close()
    feed.join()
    free.set()
    feed.join()


def test_a_camera_that_is_lost_is_let_go_and_made_anew_until_it_is_back() -> None:
    sink, again = Sink(), ComingAndGoing()
    first = HandCamera()
    again.failures = [CameraUnavailable("not there"), CameraUnavailable("held by another program")]
    feed = CameraFeed(first, sink, again=again, pauses=SHORT_PAUSES)
    feed.start().result(PATIENCE)
    first.fail(CameraUnavailable("no picture for 2 s"))
    eventually(lambda: sink.told.count("opened") == 2)
    assert sink.told == [
        "opened", "lost: no picture for 2 s", "lost: not there", "lost: held by another program", "opened"
    ]  # fmt: skip
    assert [camera.closed.is_set() for camera in (first, *again.made)] == [True, True, True, False]
    assert feed.camera is again.newest
    shown = again.newest.show()
    eventually(lambda: sink.taken == [shown])
    feed.close()
    feed.join()
    assert again.newest.closed.is_set()


def test_the_first_try_is_answered_though_more_follow() -> None:
    sink, again = Sink(), ComingAndGoing()
    first = HandCamera()
    first.failure_at_open = CameraUnavailable("not there")
    feed = CameraFeed(first, sink, again=again, pauses=SHORT_PAUSES)
    with pytest.raises(CameraUnavailable, match="not there"):
        feed.start().result(PATIENCE)
    eventually(lambda: sink.told == ["lost: not there", "opened"])
    feed.close()
    feed.join()


def test_a_camera_that_cannot_be_set_up_counts_as_away() -> None:
    sink, again = Sink(), ComingAndGoing()
    sink.adjusting = CameraUnavailable("it does not answer")
    feed = CameraFeed(HandCamera(), sink, again=again, pauses=SHORT_PAUSES)
    with pytest.raises(CameraUnavailable, match="does not answer"):
        feed.start().result(PATIENCE)
    eventually(lambda: len(again.made) > 1, "trying again")
    assert again.made[0].closed.wait(PATIENCE)
    sink.adjusting = None
    eventually(lambda: sink.told[-1] == "opened")
    feed.close()
    feed.join()


def test_a_driver_that_cannot_even_make_the_camera_is_asked_again(expected_logs: ExpectedLogs) -> None:
    expected_logs.append("the camera 'hand:hand' could not be found")
    sink, failures = Sink(), [OSError("the library is gone"), CameraUnavailable("so it is")]

    def again() -> HandCamera:
        if failures:
            raise failures.pop(0)
        return HandCamera()

    first = HandCamera()
    feed = CameraFeed(first, sink, again=again, pauses=SHORT_PAUSES)
    feed.start().result(PATIENCE)
    first.fail(CameraUnavailable("gone"))
    eventually(lambda: sink.told.count("opened") == 2)
    assert sink.told[2:4] == [
        "lost: the camera 'hand:hand' could not be found: the library is gone",
        "lost: so it is",
    ]
    feed.close()
    feed.join()


def test_closing_ends_the_wait_for_a_camera_that_is_away() -> None:
    sink, again = Sink(), ComingAndGoing()
    again.away = CameraUnavailable("held by another program")
    first = HandCamera()
    feed = CameraFeed(first, sink, again=again)  # with the usual pauses, of seconds
    feed.start().result(PATIENCE)
    first.fail(CameraUnavailable("gone"))
    eventually(lambda: len(again.made) == 1, "the try that comes at once")
    feed.close()
    feed.join()
    assert len(again.made) == 1
