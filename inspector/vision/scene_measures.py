"""What a part's picture says of the scene it was taken in: light, colour, focus, clipping, dirt and position.

All of them are robust against what is only in some places, so that a defect on the part hardly moves them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels
from inspector.vision.locating import as_grey, factor_for, shrunken
from inspector.vision.locating_refinement import Aligner, Alignment, smoothed
from inspector.vision.transforms import degrees_of

SMALL = 32  # rows and columns of the small grey picture
CELLS = 8  # rows and columns of cells
_LONGEST = 400  # pixels: a larger picture is shrunken first
_DARK = 4.0  # grey levels, added before logarithms are taken, so that noise in the dark does not count
_BLACK, _WHITE = 5, 250
_ROUNDING = 0.1  # squared grey levels, what rounding to whole levels leaves of nothing
_LEAST_FOUND = 0.5  # correlation after aligning
_NEARBY = 0.25  # of the picture; what seems to lie further away is something else
_TRIMMED = 0.2  # of the cells at either end

_Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture as the scene check sees it: uint8 RGB, float32 grey of `SMALL x SMALL` pixels, and its figures."""

    small: Pixels
    figures: Mapping[str, float]


def seen(image: Pixels) -> Seen:
    """Return the figures of a part's picture, uint8 `H x W x 3` RGB.

    - `light`: logarithm of the level. `red`, `blue`: logarithm of those channels against green.
    - `contrast`: logarithm of the range of levels against the level.
    - `focus`: logarithm of fine detail against coarse detail, where there is detail.
    - `white`, `black`: share of the pixels at the end of the range.
    - `spot R C`: logarithm of the level around the corner of four cells, against the whole picture's.
    """
    picture = shrunken(image, factor_for(max(image.shape[:2]), _LONGEST))
    grey = as_grey(picture)
    small = np.asarray(cv2.resize(grey, (SMALL, SMALL), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    cells = cv2.resize(picture.astype(np.float32), (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    levels = np.log(cells + _DARK)
    brightness = np.log(cells @ np.array([0.299, 0.587, 0.114], np.float32) + _DARK)
    light = _trimmed(brightness)
    figures = {
        "light": light,
        "red": _trimmed(levels[:, :, 0] - levels[:, :, 1]),
        "blue": _trimmed(levels[:, :, 2] - levels[:, :, 1]),
        "contrast": _contrast(small),
        "focus": _focus(grey),
        "white": _share_within(grey, _WHITE, 255),
        "black": _share_within(grey, 0, _BLACK),
    }
    figures.update(_spots(brightness - light))
    return Seen(small, figures)


class Position:
    """Measures by how much a small picture is moved and turned against the mean taught one."""

    def __init__(self, mean: Pixels) -> None:
        """Take the mean taught picture, uint8 `SMALL x SMALL`."""
        self._aligner = Aligner(mean)

    def figures(self, small: Pixels) -> Mapping[str, float]:
        """Return the figures of a small picture, uint8 `SMALL x SMALL`.

        `across` and `down` are in shares of the picture, `turn` in degrees; where nothing of the mean picture can be
        found nearby they are left out. `likeness` is the correlation with the mean picture as they lie.
        """
        picture = smoothed(small)
        found: Alignment = self._aligner.align(picture, np.eye(3))
        centre = np.array([(SMALL - 1) / 2, (SMALL - 1) / 2, 1.0])
        figures = {"likeness": self._aligner.correlation(picture, np.eye(3))}
        moved = (found.transform @ centre - centre) / SMALL
        if found.correlation >= _LEAST_FOUND and np.abs(moved).max() <= _NEARBY:
            figures |= {"across": float(moved[0]), "down": float(moved[1]), "turn": degrees_of(found.transform)}
        return figures


def _trimmed(values: _Values) -> float:
    """Return the mean without the highest and the lowest fifth."""
    ordered = np.sort(values, axis=None)
    cut = int(ordered.size * _TRIMMED)
    return float(ordered[cut : ordered.size - cut].mean())


def _share_within(grey: Pixels, low: int, high: int) -> float:
    return cv2.countNonZero(cv2.inRange(grey, np.array(low), np.array(high))) / grey.size


def _contrast(small: Pixels) -> float:
    low, high = np.percentile(small, (5, 95))
    return float(np.log((high - low + _DARK) / (small.mean() + _DARK)))


def _focus(grey: Pixels) -> float:
    """Return the median over the half of the cells that hold most coarse detail."""
    quarter = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    fine, coarse = _detail(grey.astype(np.float32)), _detail(quarter.astype(np.float32))
    rich = coarse >= np.median(coarse)
    return float(np.median(np.log((fine[rich] + _ROUNDING) / (coarse[rich] + _ROUNDING)))) / 2


def _detail(grey: _Values) -> _Values:
    """Return in each cell the mean square of what a slight blur takes away."""
    taken = grey - cv2.GaussianBlur(grey, (5, 5), 1.0)
    return np.asarray(cv2.resize(taken * taken, (CELLS, CELLS), interpolation=cv2.INTER_AREA), dtype=np.float32)


def _spots(relative: _Values) -> dict[str, float]:
    around = (relative[:-1, :-1] + relative[1:, :-1] + relative[:-1, 1:] + relative[1:, 1:]) / 4
    return {f"spot {row} {column}": float(around[row, column]) for row, column in np.ndindex(around.shape)}
