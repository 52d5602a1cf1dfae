"""The same picture seen in other ways, for codes that do not read as they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from inspector.domain.frame import Pixels

Place = NDArray[np.float64]
"""A 2 x 3 matrix that brings a point of a view back to the picture that the view was made of."""

_AS_IT_IS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_LOCAL, _WHOLE = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
_WHITE = 255


@dataclass(frozen=True, eq=False)
class View:
    """A picture to read from (uint8 `H x W`), how it lies, and how black is told from white in it."""

    pixels: Pixels
    place: Place
    binarizer: zxingcpp.Binarizer

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Return where that point lies in the picture that the view was made of, both in pixels."""
        there = self.place @ np.array([x, y, 1.0])
        return float(there[0]), float(there[1])


@dataclass(frozen=True)
class Try:
    """One way of looking. `growth` is how many times the picture's area it looks at."""

    growth: float
    make: Callable[[Pixels], View]


def as_it_is(pixels: Pixels) -> View:
    """Return the picture itself."""
    return View(pixels, _AS_IT_IS, _LOCAL)


def _by_whole_picture(pixels: Pixels) -> View:
    return View(pixels, _AS_IT_IS, _WHOLE)


def _evened(pixels: Pixels) -> View:
    """Stretch the contrast place by place, for faint codes and uneven light."""
    return View(np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(pixels), np.uint8), _AS_IT_IS, _LOCAL)


def _sharpened(pixels: Pixels, blur: float, strength: float) -> Pixels:
    soft = cv2.GaussianBlur(pixels, (0, 0), blur)
    return np.asarray(cv2.addWeighted(pixels, 1 + strength, soft, -strength, 0), np.uint8)


def _sharp(pixels: Pixels) -> View:
    return View(_sharpened(pixels, 2.0, 1.5), _AS_IT_IS, _LOCAL)


def _soft(pixels: Pixels) -> View:
    return View(np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.uint8), _AS_IT_IS, _LOCAL)


def _double(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=2.0, fy=2.0, interpolation=cv2.INTER_CUBIC), np.uint8)


def _doubled(pixels: Pixels) -> View:
    return View(_double(pixels), _AS_IT_IS / 2, _LOCAL)


def _doubled_by_whole_picture(pixels: Pixels) -> View:
    return View(_double(pixels), _AS_IT_IS / 2, _WHOLE)


def _doubled_sharp(pixels: Pixels) -> View:
    return View(_sharpened(_double(pixels), 3.0, 1.5), _AS_IT_IS / 2, _LOCAL)


def _turned(degrees: float) -> Callable[[Pixels], View]:
    """Return the view turned by so much, whole: stripes are looked for along rows and columns only."""

    def make(pixels: Pixels) -> View:
        height, width = pixels.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
        wide, high = round(height * sine + width * cosine), round(height * cosine + width * sine)
        matrix[:, 2] += (wide - width) / 2, (high - height) / 2
        turned = cv2.warpAffine(pixels, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderValue=_WHITE)
        return View(np.asarray(turned, np.uint8), np.asarray(cv2.invertAffineTransform(matrix), np.float64), _LOCAL)

    return make


FURTHER: Mapping[str, Try] = MappingProxyType(
    {
        "evened": Try(1, _evened),
        "sharp": Try(1, _sharp),
        "by whole picture": Try(1, _by_whole_picture),
        "doubled, by whole picture": Try(4, _doubled_by_whole_picture),
        "doubled and sharp": Try(4, _doubled_sharp),
        "turned by 45": Try(2, _turned(45)),
        "turned by 22": Try(1.7, _turned(22.5)),
        "turned by -22": Try(1.7, _turned(-22.5)),
        "soft": Try(1, _soft),
    }
)
"""What is tried one after the other when the picture as it is gives nothing."""

SECOND_LOOKS: Mapping[str, Try] = MappingProxyType(
    {
        "by whole picture": Try(1, _by_whole_picture),
        "evened": Try(1, _evened),
        "doubled": Try(4, _doubled),
        "doubled and sharp": Try(4, _doubled_sharp),
        "sharp": Try(1, _sharp),
        "soft": Try(1, _soft),
    }
)
"""The ways in which a code that does not prove itself is looked at again; unlike enough to err differently.

The first four that are not too large are taken: a large code gains nothing from being doubled.
"""
