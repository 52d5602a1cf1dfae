"""What the ways of finding a part have in common: what they return, refuse and shrink their pictures with."""

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.refusal import Refusal
from inspector.vision.transforms import Transform

_LEAST_SIDE = 6  # pixels


class LocatingImpossible(Refusal, ValueError):
    """A recipe whose part cannot be looked for; the message says why and how to mend it."""


@dataclass(frozen=True, eq=False)
class Find:
    """Where the part lies. `to_area` takes the points of its upright picture, `width x height`, to the searched area's.

    `certainty` lies within 0 to 1. `problem` is empty, or a sentence that says why there is no part, for whatever
    certainty.
    """

    to_area: Transform
    width: float
    height: float
    certainty: float
    problem: str = ""


class Locator(Protocol):
    """Finds the part in the searched area of a frame."""

    def find(self, area: Pixels) -> Find:
        """Return where the part lies in the area, uint8 `H x W` or `H x W x 3` RGB."""
        ...


def not_found(problem: str, certainty: float = 0.0) -> Find:
    """Return the find of nothing."""
    return Find(np.eye(3), 1.0, 1.0, certainty, problem)


def factor_for(longest: float, most: float) -> int:
    """Return by which power of two a side of `longest` pixels shrinks to at most `most`.

    Halving again and again is several times as fast as shrinking by any other whole number.
    """
    return 1 << max(0, math.ceil(math.log2(longest / most)))


def factor_for_reference(rows: int, columns: int, most: float) -> int:
    """Return the same for a reference's longer side, but so that its shorter one keeps some pixels."""
    return min(factor_for(max(rows, columns), most), 1 << int(math.log2(max(1, min(rows, columns) / _LEAST_SIDE))))


def shrunken(pixels: Pixels, factor: int) -> Pixels:
    """Return a picture of which each pixel is the mean of `factor x factor`; the last ones repeat the edge."""
    down, right = -pixels.shape[0] % factor, -pixels.shape[1] % factor
    if down or right:
        pixels = np.asarray(cv2.copyMakeBorder(pixels, 0, down, 0, right, cv2.BORDER_REPLICATE), dtype=np.uint8)
    while factor > 1:
        step = 2 if factor % 2 == 0 else factor
        size = (pixels.shape[1] // step, pixels.shape[0] // step)
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        factor //= step
    return pixels


def as_grey(pixels: Pixels) -> Pixels:
    """Return the picture as grey, uint8 `H x W`."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
