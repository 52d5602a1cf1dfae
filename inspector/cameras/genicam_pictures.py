"""What comes out of a GenICam driver's library, on its way from the receiving thread to the camera's own."""

import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime

from inspector.cameras.camera import Delivery
from inspector.cameras.pixels import PixelFormatUnknown, bytes_of_picture, picture_of
from inspector.domain.frame import Frame, FrameFault

NEWEST_KEPT = 1
TRIGGERED_KEPT = 32
"""So many triggered pictures wait at most; those beyond are delivered as faults, so that none is forgotten."""

_BLOCK_IDS_16_BIT = 65535
_HALF = _BLOCK_IDS_16_BIT // 2


@dataclass(frozen=True, eq=False)
class RawPicture:
    """A picture as the camera sent it: `data` in its pixel format, `code` being the format's PFNC number.

    `block` is the number that the camera gave it, `padding` the bytes after each row. `complete` is False where parts
    are missing; those are zero, or the data ends early.
    """

    data: bytes
    code: int
    width: int
    height: int
    block: int
    complete: bool = True
    padding: int = 0


@dataclass(frozen=True, eq=False)
class Arrival:
    """A raw picture with its sequence number and the moment at which it came; `raw` is None where it was given up."""

    raw: RawPicture | None
    sequence: int
    monotonic: float
    time: datetime


class BlockNumbers:
    """Widens the camera's block numbers, 16 bits wide and never 0 with GigE Vision 1.x, to one that only grows.

    A camera begins anew with each start of its stream; `restarted` must be told.
    """

    def __init__(self) -> None:
        self._last: int | None = None
        self._sequence = -1

    def widen(self, block: int) -> int:
        """Return the sequence number of the picture with this block number, above that of each one before it."""
        last = self._last
        step = 1 if last is None else block - last
        if last is not None and step <= 0:
            wrapped = last <= _BLOCK_IDS_16_BIT and -step > _HALF
            step = step + _BLOCK_IDS_16_BIT if wrapped else 1
        self._last = block
        self._sequence += max(1, step)
        return self._sequence

    def restarted(self) -> None:
        """Note that the camera's own count begins anew."""
        self._last = None


class PictureQueue:
    """Pictures on their way to the one who takes them. `put`, `fail` and `close` from any thread.

    Of a free-running camera the newest wins; of a triggered one each is kept in its order, `every` being True.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting: deque[Arrival] = deque()
        self._failure: Exception | None = None
        self._closed = False
        self._every = False

    def keep_every(self, every: bool) -> None:
        """Keep every picture from now on, or the newest alone. Only triggered pictures that wait already stay."""
        with self._condition:
            if not (every and self._every):
                self._waiting.clear()
            self._every = every

    def clear(self) -> None:
        """Forget what waits."""
        with self._condition:
            self._waiting.clear()

    def put(self, arrival: Arrival) -> None:
        """Add a picture."""
        with self._condition:
            if self._every:
                full = sum(waiting.raw is not None for waiting in self._waiting) >= TRIGGERED_KEPT
                self._waiting.append(replace(arrival, raw=None) if full else arrival)
            else:
                while len(self._waiting) >= NEWEST_KEPT:
                    self._waiting.popleft()
                self._waiting.append(arrival)
            self._condition.notify_all()

    def fail(self, failure: Exception) -> None:
        """Have `take` raise this once the pictures that came before it are through."""
        with self._condition:
            self._failure = self._failure or failure
            self._condition.notify_all()

    def close(self) -> None:
        """End `take` at once, now and for ever."""
        with self._condition:
            self._closed = True
            self._waiting.clear()
            self._condition.notify_all()

    def take(self) -> Arrival | None:
        """Wait for the next picture and return it; None once closed. Raises what `fail` was given."""
        with self._condition:
            while True:
                if self._closed:
                    return None
                if self._waiting:
                    return self._waiting.popleft()
                if self._failure is not None:
                    raise self._failure
                self._condition.wait()


def delivery_of(arrival: Arrival, camera: str) -> Delivery:
    """Return a picture in the form in which the station works with it, or the reason why there is none.

    An incomplete picture is a `Frame` marked so, black where nothing came.
    """
    raw = arrival.raw
    stamp = (arrival.sequence, arrival.monotonic, arrival.time, camera)
    if raw is None:
        return FrameFault(*stamp, "the station took no picture for so long that this one had to be given up")
    try:
        data = raw.data if raw.complete else _filled(raw)
        pixels = picture_of(data, raw.code, raw.width, raw.height, raw.padding)
    except (PixelFormatUnknown, ValueError) as error:
        return FrameFault(*stamp, f"a picture of the camera cannot be read: {error}")
    return Frame(pixels, *stamp, incomplete=not raw.complete)


def _filled(raw: RawPicture) -> bytes:
    """Return the data of an incomplete picture at full length."""
    wanted = bytes_of_picture(raw.code, raw.width, raw.height) + raw.padding * raw.height
    return raw.data.ljust(wanted, b"\0")
