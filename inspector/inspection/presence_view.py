"""The small picture of the watched region, on which presence is decided, and what two of them differ in."""

import cv2
import numpy as np
from cv2.typing import MatLike

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Region

SmallPicture = MatLike
Mask = MatLike

LONGEST = 128
_ROWS_READ = 3
_COARSE = (17, 17)
_SMALL = 2


def small_view(pixels: Pixels, region: Region) -> SmallPicture:
    """Return the region in small: float32, grey levels, `h x w` or `h x w x 3`, its longer side about `LONGEST` pixels.

    The region is cut to a multiple of the step, because whole steps are averaged four times as fast; of a large picture
    only some rows of each step are read, which are enough to average the noise away.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = region.pixels(width, height)
    step = max(1, round(max(right - left, bottom - top) / LONGEST))
    columns, rows = max(1, (right - left) // step), max(1, (bottom - top) // step)
    cut = pixels[top : min(bottom, top + rows * step), left : min(right, left + columns * step)]
    if step > _ROWS_READ and cut.shape[0] == rows * step:
        cut = _some_rows(cut, step)
    small = cv2.blur(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), (3, 3))
    return small.astype(np.float32)


def _some_rows(pixels: Pixels, step: int) -> Pixels:
    """Return `_ROWS_READ` rows, evenly spread, of every `step`; the same number of each keeps the averaging quick."""
    apart = step // _ROWS_READ
    steps = pixels.reshape(-1, step, *pixels.shape[1:])
    return steps[:, apart // 2 :: apart][:, :_ROWS_READ].reshape(-1, *pixels.shape[1:])


def unlikeness(one: SmallPicture, other: SmallPicture) -> SmallPicture:
    """Return by how many grey levels two small pictures differ, `h x w`; of colours the one that differs most."""
    return strongest(cv2.absdiff(one, other))


def fine_unlikeness(one: SmallPicture, other: SmallPicture) -> SmallPicture:
    """Return by how much two pictures differ in fine structure: what moves does, what the light does is coarse."""
    off = cv2.subtract(one, other)
    return strongest(cv2.absdiff(off, cv2.blur(off, _COARSE)))


def strongest(picture: SmallPicture) -> SmallPicture:
    """Return the largest of the colours of each pixel, `h x w`."""
    if picture.ndim == _SMALL:
        return picture
    red, green, blue = cv2.split(picture)
    return cv2.max(cv2.max(red, green), blue)


def grey(picture: SmallPicture) -> SmallPicture:
    """Return the picture without its colours, `h x w`."""
    return picture if picture.ndim == _SMALL else cv2.transform(picture, np.full((1, 3), 1 / 3, np.float32))


def steepness(picture: SmallPicture) -> SmallPicture:
    """Return how steeply each pixel's brightness changes, in grey levels a pixel, `h x w`."""
    brightness = grey(picture)
    return cv2.magnitude(
        cv2.Sobel(brightness, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(brightness, cv2.CV_32F, 0, 1, scale=1 / 8)
    )


def ranked(values: SmallPicture, share: float) -> float:
    """Return the value below which this share of the values lies; 0.5 is the median, of an even number the upper."""
    flat = values.ravel()
    at = min(flat.size - 1, int(share * flat.size))
    return float(np.partition(flat, at)[at])


def by_colour(picture: SmallPicture, factors: SmallPicture) -> SmallPicture:
    """Return the picture with each colour times its factor; numpy's own product is slow along so short an axis."""
    return picture * factors[0] if picture.ndim == _SMALL else cv2.transform(picture, np.diag(factors))


def share_of(mask: Mask) -> float:
    """Return which share of the region a mask covers, 0 to 1."""
    return float(cv2.countNonZero(mask)) / mask.size
