"""Receiving: the thread that takes the pictures of a GenICam device as they come, counts them and misses them."""

import threading
from collections.abc import Callable
from dataclasses import fields

from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.frame_age import FrameAge
from inspector.cameras.genicam_device import GenicamDevice, PictureStream, StreamBroken
from inspector.cameras.genicam_pictures import Arrival, BlockNumbers, PictureQueue, RawPicture
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.clock import Clock

_POLL_SECONDS = 0.1
_TEND_SECONDS = 1.0


class Reception:
    """Receives from one device into a queue, over any number of starts and stops, until the device is lost.

    `start` and `stop` belong to the one who holds the device. Each picture is stamped when it has come, on a thread of
    its own, so that a slow taker neither ages the stamps nor fills the library's buffers.
    """

    def __init__(self, name: str, clock: Clock, queue: PictureQueue, tend: Callable[[], None]) -> None:
        """`tend` is called about once a second while it receives, on the receiving thread; it must not wait."""
        self._name = name
        self._clock = clock
        self._queue = queue
        self._tend = tend
        self._numbers = BlockNumbers()
        self._age = FrameAge(clock)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._stream: PictureStream | None = None
        self._period: float | None = None
        self._before = self._now = CameraCounts()
        self._lost = ""

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._stream is not None

    @property
    def lost(self) -> str:
        """Empty, or one sentence why no picture will come any more."""
        return self._lost

    def lose(self, why: str) -> None:
        """Give the device up: the taker of the pictures is told why. From any thread."""
        self._lost = self._lost or why
        self._queue.fail(CameraUnavailable(self._lost))

    def expect(self, period: float | None) -> None:
        """Say that a picture is due each `period` seconds; None where they come when something asks for them."""
        self._period = period

    def start(self, device: GenicamDevice, negotiate: bool) -> None:
        """Have the device send, and receive. Raises NodeFailed."""
        self._stream = stream = device.start(negotiate)
        self._stopping = stopping = threading.Event()
        self._numbers.restarted()
        self._age.arrived()
        self._thread = threading.Thread(
            target=self._receive, args=(device, stream, stopping), name=f"receiving from {self._name}", daemon=True
        )
        self._thread.start()

    def stop(self, answers: bool) -> None:
        """Stop receiving, and the device's sending if it `answers`. Nothing where it does not run."""
        stream, thread, self._stream, self._thread = self._stream, self._thread, None, None
        if stream is None or thread is None:
            return
        self._stopping.set()
        thread.join()
        stream.stop(answers)
        self._before, self._now = _sum(self._before, self._now), CameraCounts()

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in over all starts. From any thread."""
        return _sum(self._before, self._now)

    def _receive(self, device: GenicamDevice, stream: PictureStream, stopping: threading.Event) -> None:
        try:
            tended = self._clock.monotonic()
            while not stopping.is_set():
                if self._clock.monotonic() - tended > _TEND_SECONDS:
                    self._tend()
                    tended = self._clock.monotonic()
                picture = stream.next(_POLL_SECONDS)
                self._now = stream.counts()
                if picture is not None:
                    self._age.arrived()
                    self._queue.put(self._arrival(picture))
                elif self._age.asks() and (why := self._silence(device)):
                    self.lose(why)
                    return
        except StreamBroken as broken:
            why = device.trouble() or f"the stream of the {self._name} broke off: {broken}"
            self.lose(why)
        except Exception as fault:  # noqa: BLE001 - raised again where the pictures are taken
            self._queue.fail(fault)

    def _arrival(self, picture: RawPicture) -> Arrival:
        return Arrival(picture, self._numbers.widen(picture.block), self._clock.monotonic(), self._clock.now())

    def _silence(self, device: GenicamDevice) -> str:
        """Return why nothing comes, where that is no usual pause."""
        why = device.trouble()
        if not why and self._period is not None and self._age.stuck(self._period):
            return (
                f"the {self._name} answers, but for {self._age.seconds:.0f} s no picture of it has come through; "
                "check the firewall, the packet size and whether its acquisition was stopped by another application"
            )
        return why


def _sum(first: CameraCounts, second: CameraCounts) -> CameraCounts:
    """Return both counts together; what one of them does not know is as the other says."""

    def added(name: str) -> int | None:
        known = [count for counts in (first, second) if (count := getattr(counts, name)) is not None]
        return sum(known) if known else None

    return CameraCounts(**{field.name: added(field.name) for field in fields(CameraCounts)})  # type: ignore[arg-type]
