"""Reading pictures through OpenCV's `VideoCapture` on a thread that may hang without anybody hanging with it."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np

from inspector.cameras.camera import CameraUnavailable
from inspector.cameras.frame_age import FrameAge
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureKind
from inspector.domain.clock import Clock
from inspector.domain.frame import Capture, Frame, FrameFault, Pixels

_LOG = logging.getLogger("inspector.cameras")
_LOOK = 0.25
_ANSWER = 5.0
_PARTING = 0.3
"""How long the thread of a lost camera is waited for before the loss is told, which must not come late."""

Answer = TypeVar("Answer")


class VideoDevice(Protocol):
    """What is used of `cv2.VideoCapture`."""

    def grab(self) -> bool:
        """Wait for the next picture; False when none will come."""
        ...

    def retrieve(self) -> tuple[bool, Any]:
        """Return the picture just grabbed (BGR or grey), False with anything where it is damaged."""
        ...

    def get(self, property_id: int, /) -> float:
        """Return a property."""
        ...

    def set(self, property_id: int, value: float, /) -> bool:
        """Set a property; False when it was not taken."""
        ...

    def release(self) -> None:
        """Let the device go."""
        ...


@dataclass(frozen=True)
class Patience:
    """How long is waited, in seconds.

    `first` for the first picture after opening, `silence` without a picture before the camera counts as lost, `leave`
    for the driver to let go at the end.
    """

    first: float = 10.0
    silence: float = 2.2
    leave: float = 2.0


class CaptureSource:
    """One `VideoCapture`, opened, read and released on a thread of its own; the newest picture wins.

    A driver that hangs hangs that thread alone: whoever waits for pictures is told that the camera is lost, and at the
    end the thread is given up with a line in the log.
    """

    def __init__(
        self,
        camera: str,
        opening: Callable[[], VideoDevice],
        clock: Clock,
        patience: Patience,
        present: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make a source that is not yet open.

        `opening` runs on the thread and raises CameraUnavailable; `present` says, when no picture has come for a
        second, whether the device is still there.
        """
        self._camera = camera
        self._opening = opening
        self._clock = clock
        self._patience = patience
        self._present = present
        self._changed = threading.Condition()
        self._newest: Capture | None = None
        self._age: FrameAge | None = None
        self._failure: CameraUnavailable | None = None
        self._closed = False
        self._over = False
        self._given_up = False
        self._counts = CameraCounts()
        self._questions: deque[tuple[Callable[[VideoDevice], Any], Future[Any]]] = deque()
        self._thread = threading.Thread(target=self._run, name=f"capture {camera}", daemon=True)

    @property
    def closed(self) -> bool:
        """Whether `close` was called, on any thread."""
        return self._closed

    def open(self) -> None:
        """Open the device and wait for its first picture. Raises CameraUnavailable, also when closed meanwhile."""
        with self._changed:
            if self._closed:
                raise CameraUnavailable(f"'{self._camera}' was closed before it was open")
            self._thread.start()
            self._changed.wait_for(lambda: self._newest or self._failure or self._closed, self._patience.first)
            failure, came, closed = self._failure, self._newest is not None, self.closed
        if came and not closed:
            return
        self._let_go(self._patience.leave)
        if failure is None and closed:
            failure = CameraUnavailable(f"'{self._camera}' was closed while opening")
        raise failure or CameraUnavailable(
            f"'{self._camera}' sent no picture within {self._patience.first:g} s; check its cable and plug it in again"
        )

    def frames(self) -> Iterator[Capture]:
        """Return the newest picture each time, FrameFault for a damaged one; ends soon after `close`.

        Raises CameraUnavailable when the device says so, is gone, or stays silent for too long.
        """
        age = self._age
        if age is None:
            raise CameraUnavailable(f"'{self._camera}' must be opened before pictures are taken from it")
        since = self._clock.monotonic()
        try:
            while (picture := self._next(age)) is not None:
                if picture.monotonic >= since:  # the first one came while opening, before anybody looked
                    yield picture
        except CameraUnavailable:
            self._let_go(_PARTING)
            raise
        finally:
            self._let_go(self._patience.leave)

    def ask(self, question: Callable[[VideoDevice], Answer]) -> Answer:
        """Return what `question` finds at the device, asked on its thread between two pictures.

        Raises CameraUnavailable when the camera is not open or does not answer, and whatever the question raises.
        """
        answer: Future[Answer] = Future()
        with self._changed:
            if self._age is None or self._closed or self._over or self._failure is not None:
                raise CameraUnavailable(f"'{self._camera}' is not open")
            self._questions.append((question, answer))
        try:
            return answer.result(_ANSWER)
        except FutureTimeout as error:
            answer.cancel()
            raise CameraUnavailable(f"'{self._camera}' does not answer") from error

    def counts(self) -> CameraCounts:
        """Return how the pictures have come in. `bytes` is of the decoded pixels: OpenCV does not tell the wire's."""
        with self._changed:
            return self._counts

    def close(self) -> None:
        """Have the thread let the device go and `frames` end. From any thread, more than once; returns at once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self, age: FrameAge) -> Capture | None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest or self._failure or self._closed, _LOOK)
                if self._closed:
                    return None
                if self._newest is not None:
                    newest, self._newest = self._newest, None
                    return newest
                if self._failure is not None:
                    raise self._failure
            if age.seconds > self._patience.silence:
                self._fail(f"'{self._camera}' has sent no picture for {age.seconds:.1f} s; check its cable and power")
            elif age.asks() and not self._present():
                self._fail(f"'{self._camera}' is gone; plug it in again")

    def _run(self) -> None:
        device: VideoDevice | None = None
        try:
            device = self._opening()
            self._read(device)
        except CameraUnavailable as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - OpenCV's backends raise many kinds; a person is told one sentence
            _LOG.error("reading from '%s' failed", self._camera, exc_info=error)
            self._fail(f"'{self._camera}' failed in its driver ({type(error).__name__}); plug it in again")
        finally:
            if device is not None:
                device.release()
            self._refuse_questions()

    def _read(self, device: VideoDevice) -> None:
        sequence = 0
        while not self._closed:
            self._answer_questions(device)
            if not device.grab():
                sent = "sends no pictures any more" if sequence else "could be opened but sends no picture"
                if not self._closed:
                    self._fail(
                        f"'{self._camera}' {sent}; check its cable and power, or free the bus from other cameras"
                    )
                return
            moment, time = self._clock.monotonic(), self._clock.now()
            whole, picture = device.retrieve()
            if whole and picture is not None:
                self._deliver(Frame(rgb(picture), sequence, moment, time, self._camera))
            else:
                why = "the picture came damaged from the camera"
                self._deliver(FrameFault(sequence, moment, time, self._camera, why))
            sequence += 1

    def _deliver(self, picture: Capture) -> None:
        with self._changed:
            counts, dropped = self._counts, int(self._newest is not None)
            whole = isinstance(picture, Frame)
            self._counts = CameraCounts(
                frames=counts.frames + whole,
                incomplete=counts.incomplete + (not whole),
                dropped=counts.dropped + dropped,
                bytes=counts.bytes + (picture.pixels.nbytes if isinstance(picture, Frame) else 0),
            )
            self._newest = picture
            self._age = self._age or FrameAge(self._clock)
            self._age.arrived()
            self._changed.notify_all()

    def _fail(self, why: str) -> None:
        with self._changed:
            if self._failure is None:
                self._failure = CameraUnavailable(why)
            self._changed.notify_all()

    def _answer_questions(self, device: VideoDevice) -> None:
        while self._questions:
            question, answer = self._questions.popleft()
            if answer.set_running_or_notify_cancel():
                try:
                    answer.set_result(question(device))
                except Exception as error:  # noqa: BLE001 - goes to the one who asked
                    answer.set_exception(error)

    def _refuse_questions(self) -> None:
        with self._changed:
            self._over = True
            questions, self._questions = self._questions, deque()
        for _, answer in questions:
            if answer.set_running_or_notify_cancel():
                answer.set_exception(CameraUnavailable(f"'{self._camera}' is not open"))

    def _let_go(self, seconds: float) -> None:
        self.close()
        if self._given_up:
            return
        self._thread.join(seconds)
        if self._thread.is_alive():
            self._given_up = True
            _LOG.warning("the driver of '%s' does not let go; its thread is given up", self._camera)


def rgb(picture: Any) -> Pixels:  # noqa: ANN401 - what OpenCV's own stubs call a MatLike
    """Return OpenCV's BGR or grey picture as RGB or grey, uint8 and C-contiguous. Converts once, copies no grey."""
    pixels = np.asarray(picture)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return np.ascontiguousarray(pixels, dtype=np.uint8)


def size_features(device: VideoDevice) -> tuple[Feature, ...]:
    """Return width, height and frame rate as OpenCV says they are; a rate that it does not know is left out."""
    width, height = round(device.get(cv2.CAP_PROP_FRAME_WIDTH)), round(device.get(cv2.CAP_PROP_FRAME_HEIGHT))
    sizes = (
        Feature("Width", FeatureKind.WHOLE_NUMBER, width, unit="px", writable=False),
        Feature("Height", FeatureKind.WHOLE_NUMBER, height, unit="px", writable=False),
    )
    rate = device.get(cv2.CAP_PROP_FPS)
    if not 0 < rate < 10_000:
        return sizes
    return (*sizes, Feature("AcquisitionFrameRate", FeatureKind.NUMBER, float(rate), unit="Hz", writable=False))
