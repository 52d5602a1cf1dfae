"""Measures how the pictures of a camera come in."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from inspector.cameras.camera import (
    AdjustableCamera,
    Camera,
    CameraControls,
    CameraIdentity,
    CameraUnavailable,
    Preview,
)
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature
from inspector.domain.clock import Clock
from inspector.domain.frame import Frame

Progress = Callable[[float, int], None]

LONGEST_START = 5.0
"""Seconds that a camera may take to its first picture before the measured time."""

_LOOK = 0.05  # seconds between two looks at what has come
_TRIGGERED_ANEW = 1.0  # seconds after which a software trigger that brought no picture is given again
_LEAVE = 10.0  # seconds that a driver may take to end


@dataclass(frozen=True)
class Measurement:
    """How the pictures of `camera` came in `seconds`.

    `frames` came whole, `incomplete` with holes or not at all though announced. `bytes` is what came over the wire
    where the driver counts that, else of the pixels. `dropped`, `resends` and `lost_packets` are None where the driver
    does not know. `processor` is what this process used, as a share of one core. `ages` (seconds) is how old the
    pictures were when taken over: the middle and the oldest; `longest_pause` the longest time between two of them.
    `answer` is the middle of the times from a software trigger to its picture, None without such triggers. `lost` is
    why the camera was lost, empty where it was not.
    """

    camera: CameraIdentity
    seconds: float
    frames: int = 0
    incomplete: int = 0
    bytes: int = 0
    dropped: int | None = None
    resends: int | None = None
    lost_packets: int | None = None
    processor: float = 0.0
    ages: tuple[float, float] | None = None
    longest_pause: float | None = None
    answer: float | None = None
    width: int = 0
    height: int = 0
    features: tuple[Feature, ...] = ()
    lost: str = ""

    @property
    def rate(self) -> float:
        """Whole pictures a second."""
        return self.frames / self.seconds if self.seconds > 0 else 0.0

    @property
    def megabytes(self) -> float:
        """Millions of bytes a second."""
        return self.bytes / self.seconds / 1e6 if self.seconds > 0 else 0.0


@dataclass
class _Taken:
    """What has come so far; written by the camera's thread, under `lock`."""

    frames: int = 0
    incomplete: int = 0
    bytes: int = 0
    ages: list[float] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    width: int = 0
    height: int = 0
    problem: Exception | None = None
    through: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    opened: threading.Event = field(default_factory=threading.Event)

    @property
    def arrived(self) -> bool:
        """Whether anything has come yet."""
        return self.frames + self.incomplete > 0

    def forget(self) -> None:
        """Begin to count: what came before, while the camera began to send, is of no measured time."""
        with self.lock:
            self.frames = self.incomplete = self.bytes = 0
            self.ages.clear()
            self.arrivals.clear()


class CameraCheck:
    """Opens a camera and lets it send for a while. Used once.

    The camera has a thread of its own, so that one that sends nothing, or hangs, keeps nobody waiting.
    """

    def __init__(
        self,
        camera: Camera,
        clock: Clock,
        *,
        first: float = LONGEST_START,
        processor: Callable[[], float] = time.process_time,
    ) -> None:
        """Get ready. `processor` gives the seconds that this process has computed.

        The time is measured from the first picture on, which is waited for `first` seconds after opening at most.
        """
        self._first = first
        self._camera = camera
        self._clock = clock
        self._processor = processor
        self._taken = _Taken()
        self._thread = threading.Thread(target=self._run, name="camera check", daemon=True)
        self._answers: list[float] = []
        self._triggered: float | None = None
        self._started = self._computed = 0.0

    def measure(self, seconds: float, progress: Progress) -> Measurement:
        """Return how the pictures came in; with KeyboardInterrupt how they came until then.

        A camera that waits for software triggers gets one after each picture. `progress` is told the seconds and the
        pictures so far. Raises CameraUnavailable where the camera cannot be opened; KeyboardInterrupt before it is.
        """
        self._begin()
        self._thread.start()
        try:
            while not self._taken.opened.wait(_LOOK):
                pass
            self._begin()
            if self._taken.problem is not None and not self._taken.frames:
                raise self._refusal(self._taken.problem)
            return self._measured(seconds, progress)
        finally:
            self._camera.close()
            self._thread.join(_LEAVE)

    def _begin(self) -> None:
        self._started, self._computed = self._clock.monotonic(), self._processor()

    def _begin_anew(self) -> None:
        """Leave out what came while the camera began to send, unless that was all."""
        if not self._over():
            self._begin()
            self._taken.forget()
            self._answers, self._triggered = [], None

    def _measured(self, seconds: float, progress: Progress) -> Measurement:
        controls = self._camera.controls if isinstance(self._camera, AdjustableCamera) else None
        features = _features(controls)
        values = _values(features)
        trigger = controls if values.get("TriggerMode") == "On" and values.get("TriggerSource") == "Software" else None
        before = _counts(controls)
        try:
            if not self._camera.waits:
                self._go_on(trigger, self._first, lambda _: self._taken.arrived)
                before = _counts(controls)
                self._begin_anew()
            self._go_on(trigger, seconds, lambda now: progress(now, self._taken.frames))
        except KeyboardInterrupt:
            pass  # the figures so far are what the person wants
        took = self._clock.monotonic() - self._started
        return self._figures(
            features, before, _counts(controls), took, (self._processor() - self._computed) / max(took, 1e-9)
        )

    def _go_on(self, trigger: CameraControls | None, seconds: float, look: Callable[[float], object]) -> None:
        """Let the camera send for so long after the beginning; `look` is told the seconds and says when to end."""
        while (now := self._clock.monotonic() - self._started) < seconds and not self._over() and not look(now):
            if trigger is not None:
                self._trigger(trigger)
            time.sleep(_LOOK if trigger is None else _LOOK / 10)

    def _figures(
        self,
        features: tuple[Feature, ...],
        before: CameraCounts | None,
        after: CameraCounts | None,
        seconds: float,
        processor: float,
    ) -> Measurement:
        taken = self._taken
        with taken.lock:
            ages, arrivals = list(taken.ages), list(taken.arrivals)
            frames, incomplete, size = taken.frames, taken.incomplete, taken.bytes
            problem = taken.problem
        if before is not None and after is not None:
            size = after.bytes - before.bytes or size
            incomplete = max(incomplete, after.incomplete - before.incomplete)
        return Measurement(
            camera=self._camera.identity,
            seconds=seconds,
            frames=frames,
            incomplete=incomplete,
            bytes=size,
            dropped=None if before is None or after is None else after.dropped - before.dropped,
            resends=_more(before, after, "resends"),
            lost_packets=_more(before, after, "lost_packets"),
            processor=processor,
            ages=(median(ages), max(ages)) if ages else None,
            longest_pause=max((b - a for a, b in itertools.pairwise(arrivals)), default=None),
            answer=median(self._answers) if self._answers else None,
            width=taken.width,
            height=taken.height,
            features=features,
            lost="" if problem is None else str(problem) or type(problem).__name__,
        )

    def _trigger(self, controls: CameraControls) -> None:
        """Trigger when the picture of the trigger before has come, or never will."""
        now = self._clock.monotonic()
        if self._triggered is not None:
            with self._taken.lock:
                newest = self._taken.arrivals[-1] if self._taken.arrivals else None
            if newest is not None and newest >= self._triggered:
                self._answers.append(newest - self._triggered)
            elif now - self._triggered < _TRIGGERED_ANEW:
                return
        self._triggered = self._clock.monotonic()
        try:
            controls.trigger()
        except CameraUnavailable as lost:
            with self._taken.lock:
                self._taken.problem = self._taken.problem or lost

    def _refusal(self, problem: Exception) -> CameraUnavailable:
        if isinstance(problem, CameraUnavailable):
            return problem
        why = str(problem) or type(problem).__name__
        return CameraUnavailable(f"the camera '{self._camera.identity.address}' cannot be opened: {why}")

    def _over(self) -> bool:
        return self._taken.through or self._taken.problem is not None

    def _run(self) -> None:
        taken = self._taken
        try:
            self._camera.open()
            taken.opened.set()
            for delivery in self._camera.frames():
                self._take(delivery.frame if isinstance(delivery, Preview) else delivery)
            taken.through = True
        except Exception as problem:  # noqa: BLE001 - whatever the driver says is the answer
            taken.problem = problem
        finally:
            taken.opened.set()

    def _take(self, capture: object) -> None:
        now, taken = self._clock.monotonic(), self._taken
        with taken.lock:
            if not isinstance(capture, Frame) or capture.incomplete:
                taken.incomplete += 1
                return
            taken.frames += 1
            taken.bytes += capture.pixels.size
            taken.ages.append(now - capture.monotonic)
            taken.arrivals.append(now)
            taken.width, taken.height = capture.width, capture.height


def _features(controls: CameraControls | None) -> tuple[Feature, ...]:
    try:
        return () if controls is None else controls.features()
    except CameraUnavailable:
        return ()


def _counts(controls: CameraControls | None) -> CameraCounts | None:
    try:
        return None if controls is None else controls.counts()
    except CameraUnavailable:
        return None


def _values(features: tuple[Feature, ...]) -> dict[str, object]:
    return {feature.name: feature.value for feature in features}


def _more(before: CameraCounts | None, after: CameraCounts | None, name: str) -> int | None:
    """Return by how much a count has grown, None where it is not known."""
    first, last = getattr(before, name, None), getattr(after, name, None)
    return None if first is None or last is None else int(last - first)
