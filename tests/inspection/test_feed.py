"""A camera on its thread, at the edges that a lane cannot reach."""

import threading
from collections.abc import Iterator

from inspector.cameras.camera import CameraIdentity, Delivery
from inspector.inspection.feed import CameraFeed
from tests.fixtures.logs import ExpectedLogs
from tests.inspection.hand_played import PATIENCE, HandCamera, eventually


class Sink:
    """Takes what it is told to take."""

    def __init__(self) -> None:
        self.wanted = False
        self.taking = True
        self.taken: list[Delivery] = []
        self.told: list[str] = []

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
