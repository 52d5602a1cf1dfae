"""What a camera hands over: a picture, or the reason why there is none."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture, copied once out of the driver and never altered after.

    `pixels` is uint8, `H x W` (grey) or `H x W x 3` (RGB), C-contiguous and not writeable.
    `monotonic` is in seconds of the machine's monotonic clock, `time` the same moment in UTC.
    `source` says where a picture came from when it has a name of its own (a file), else it is empty.
    """

    pixels: Pixels
    sequence: int
    monotonic: float
    time: datetime
    camera: str
    source: str = ""
    incomplete: bool = False

    def __post_init__(self) -> None:
        """Refuse pixels that break the promise above, and lock them."""
        pixels = self.pixels
        grey = pixels.ndim == 2
        colour = pixels.ndim == 3 and pixels.shape[2] == 3
        if pixels.dtype != np.uint8 or not (grey or colour) or 0 in pixels.shape:
            raise ValueError(f"a frame is uint8, H x W or H x W x 3, not {pixels.dtype} {pixels.shape}")
        if not pixels.flags.c_contiguous:
            raise ValueError("a frame's pixels are C-contiguous")
        if self.time.tzinfo is None:
            raise ValueError("a frame's time is UTC, not naive")
        pixels.flags.writeable = False

    @property
    def width(self) -> int:
        """Columns of the picture, in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows of the picture, in pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True)
class FrameFault:
    """A picture that should have come and did not: an unreadable file, a broken transfer."""

    sequence: int
    monotonic: float
    time: datetime
    camera: str
    message: str
    source: str = ""


Capture = Frame | FrameFault
