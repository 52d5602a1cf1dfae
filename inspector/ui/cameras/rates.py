"""How fast pictures come, and what they take of the way. Pure, so that it can be tested."""

from collections import deque
from collections.abc import Sequence

from inspector.cameras.pixels import PixelFormatUnknown, bytes_of_picture, format_code
from inspector.domain.camera_counts import CameraCounts
from inspector.domain.camera_feature import Feature, FeatureValue
from inspector.domain.frame import Frame

_WINDOW = 2.0
_LEAST = 0.5
_MICROSECONDS = 1e6


class FrameRate:
    """Frames a second over the last two seconds, told from the frames that were seen, even when some were not."""

    def __init__(self) -> None:
        self._camera = ""
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, frame: Frame) -> None:
        """Take a frame into account."""
        if frame.camera != self._camera or (self._seen and frame.sequence < self._seen[-1][1]):
            self._seen.clear()
            self._camera = frame.camera
        if not self._seen or frame.sequence > self._seen[-1][1]:
            self._seen.append((frame.monotonic, frame.sequence))

    def value(self, now: float) -> float | None:
        """Return frames a second at the monotonic time `now`; None where too few were seen lately."""
        while self._seen and now - self._seen[0][0] > _WINDOW:
            self._seen.popleft()
        if len(self._seen) < 2 or self._seen[-1][0] - self._seen[0][0] < _LEAST:
            return None
        (begin, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) / (end - begin)


class ByteRate:
    """Bytes a second between the last two readings of a camera's counts."""

    def __init__(self) -> None:
        self._before: tuple[float, int] | None = None
        self.value: float | None = None

    def note(self, counts: CameraCounts, now: float) -> None:
        """Take a reading at the monotonic time `now` into account; a camera that was opened anew counts from 0."""
        before, self._before = self._before, (now, counts.bytes)
        if before is None or counts.bytes < before[1] or now <= before[0]:
            self.value = None
        else:
            self.value = (counts.bytes - before[1]) / (now - before[0])


def payload(features: Sequence[Feature], frame: Frame | None) -> int | None:
    """Return the bytes of one picture as it is sent; from the frame where the camera does not say its format."""
    values = {feature.name: feature.value for feature in features}
    width, height, name = values.get("Width"), values.get("Height"), values.get("PixelFormat")
    if isinstance(width, int) and isinstance(height, int) and isinstance(name, str):
        try:
            return bytes_of_picture(format_code(name), width, height)
        except PixelFormatUnknown:
            pass
    return None if frame is None else int(frame.pixels.nbytes)


def wanted_rate(features: Sequence[Feature], measured: float | None) -> float | None:
    """Return the frames a second that the camera is set to send, or those that it was measured to where it waits.

    What is lost on a full way is not measured: there the setting alone says what is wanted.
    """
    values = {feature.name: feature.value for feature in features}
    set_to = _number(values.get("AcquisitionFrameRate"))
    if set_to is None or values.get("TriggerMode") == "On":
        return measured
    exposure = _number(values.get("ExposureTime"))
    possible = min(set_to, _MICROSECONDS / exposure) if exposure else set_to
    return possible if measured is None else max(possible, measured)


def _number(value: FeatureValue | None) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
