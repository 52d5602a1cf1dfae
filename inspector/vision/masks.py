"""What does not matter on a part, painted out in the picture that the network sees."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Mask

# The middle of the range: nearly nothing to networks that are taught on normalised pictures.
NEUTRAL = (127, 127, 127)


def ignored_pixels(masks: Sequence[Mask], height: int, width: int) -> NDArray[np.bool_]:
    """Return which pixels of the part's picture, bool `height x width`, have their centre inside one of the masks.

    A polygon that crosses itself covers what lies inside by the even-odd rule. There are no half-covered pixels, so the
    same masks paint the same picture everywhere.
    """
    ignored = np.zeros((height, width), bool)
    for mask in masks:
        ignored |= _inside(np.array(mask.points) * (width, height), height, width)
    return ignored


def paint_out(image: Pixels, ignored: NDArray[np.bool_]) -> None:
    """Paint the ignored pixels of an image, uint8 `H x W x 3`, in the neutral colour, in place."""
    image[ignored] = NEUTRAL


def _inside(points: NDArray[np.float64], height: int, width: int) -> NDArray[np.bool_]:
    """Return which pixels' centres lie inside a polygon given in pixels from the picture's outer left top corner."""
    rows, columns = np.arange(height)[:, None] + 0.5, np.arange(width)[None] + 0.5
    inside = np.zeros((height, width), bool)
    for (x, y), (next_x, next_y) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y == next_y:
            continue
        crossed = (y > rows) != (next_y > rows)
        inside ^= crossed & (columns < (next_x - x) * (rows - y) / (next_y - y) + x)
    return inside
