"""The support set's other views: what the same part would look like turned, mirrored or under another light."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

import cv2
import numpy as np

from inspector.domain.frame import Pixels

_TURN = 5.0  # degrees
_LIGHT = 0.12


class View(IntEnum):
    """One view of a picture."""

    ORIGINAL = 0
    TURNED_LEFT = 1
    TURNED_RIGHT = 2
    BRIGHTER = 3
    DARKER = 4
    MIRRORED = 5
    UPSIDE_DOWN = 6
    HALF_TURN = 7


PLAIN = "as taken"
GENTLE = "small turns and light"
MIRROR = "mirrored, small turns and light"
POLICIES: Mapping[str, frozenset[View]] = MappingProxyType(
    {
        PLAIN: frozenset({View.ORIGINAL}),
        GENTLE: frozenset(
            {View.ORIGINAL, View.TURNED_LEFT, View.TURNED_RIGHT, View.BRIGHTER, View.DARKER},
        ),
        MIRROR: frozenset(View),
    }
)
"""Which views may be taught together. Mirroring is a choice: left and right parts are mirror images of each other."""


def view_of(pixels: Pixels, view: View) -> Pixels:
    """Return the view of a picture uint8 `H x W x 3`, at the same size, C-contiguous."""
    match view:
        case View.ORIGINAL:
            seen = pixels
        case View.MIRRORED:
            seen = pixels[:, ::-1]
        case View.UPSIDE_DOWN:
            seen = pixels[::-1]
        case View.HALF_TURN:
            seen = pixels[::-1, ::-1]
        case View.TURNED_LEFT:
            seen = _turned(pixels, _TURN)
        case View.TURNED_RIGHT:
            seen = _turned(pixels, -_TURN)
        case View.BRIGHTER:
            seen = _lit(pixels, 1 + _LIGHT)
        case View.DARKER:
            seen = _lit(pixels, 1 - _LIGHT)
    return np.ascontiguousarray(seen)


def choose_views(pictures: int, budget: int, seed: int) -> tuple[tuple[View, ...], ...]:
    """Return the views of each of so many pictures: the original and, as far as `budget` views in all allow, others.

    With many pictures each gets fewer views, at last the original alone, so that teaching does not take ever longer.
    """
    extra = min(len(View), max(1, budget // max(1, pictures))) - 1
    random = np.random.default_rng(seed)
    others = [view for view in View if view is not View.ORIGINAL]
    chosen = []
    for _ in range(pictures):
        places = sorted(random.permutation(len(others))[:extra])
        chosen.append((View.ORIGINAL, *(others[place] for place in places)))
    return tuple(chosen)


def _turned(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turned = cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(turned, dtype=np.uint8)


def _lit(pixels: Pixels, factor: float) -> Pixels:
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=factor), dtype=np.uint8)
