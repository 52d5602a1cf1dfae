"""A recorded part as the screen shows it, made ready off the screen's thread."""

from dataclasses import dataclass

import cv2
import numpy as np

from inspector.domain.frame import Frame, Pixels
from inspector.domain.inspection import Inspection

THUMBNAIL_WIDTH = 256


@dataclass(frozen=True, eq=False)
class ShownPart:
    """A part whose record is committed.

    `thumbnail` is RGB, at most 256 pixels wide; it and `picture`, the judged frame, are None where no picture came.
    """

    inspection: Inspection
    thumbnail: Pixels | None
    picture: Frame | None


def shown_part(inspection: Inspection, frame: Frame | None) -> ShownPart:
    """Return the part with its thumbnail made."""
    return ShownPart(inspection, None if frame is None else _thumbnail(frame), frame)


def _thumbnail(frame: Frame) -> Pixels:
    scale = min(1.0, THUMBNAIL_WIDTH / frame.width)
    size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    small = cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA)
    colour = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB) if small.ndim == 2 else small
    return np.ascontiguousarray(colour, dtype=np.uint8)
