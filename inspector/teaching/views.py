"""The support set's other views: what the same part would look like turned, mirrored, under another light or noisy."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

import cv2
import numpy as np

from inspector.domain.frame import Pixels
from inspector.domain.recipe import Variation

_TURN = 5.0  # degrees
_LIGHT = 0.12
_NOISE = 4.0  # grey levels, the standard deviation of a camera in poor light
_NOISE_SEED = 0


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
    NOISY = 8


TURNS = frozenset({View.TURNED_LEFT, View.TURNED_RIGHT})
LIGHTS = frozenset({View.BRIGHTER, View.DARKER})
MIRRORS = frozenset({View.MIRRORED, View.UPSIDE_DOWN, View.HALF_TURN})
NOISE = frozenset({View.NOISY})

PLAIN = "as taken"
GENTLE = "small turns, light and noise"
MIRROR = "mirrored, small turns, light and noise"
POLICIES: Mapping[str, frozenset[View]] = MappingProxyType(
    {
        PLAIN: frozenset({View.ORIGINAL}),
        GENTLE: frozenset({View.ORIGINAL}) | TURNS | LIGHTS | NOISE,
        MIRROR: frozenset(View),
    }
)
"""Which views may be taught together. Mirroring is a choice: left and right parts are mirror images of each other."""


def allowed_views(variation: Variation) -> frozenset[View]:
    """Return the original and the views that show nothing but what may differ between good parts."""
    views = {View.ORIGINAL}
    for may_differ, others in (
        (variation.mirror, MIRRORS),
        (variation.turn, TURNS),
        (variation.light, LIGHTS),
        (variation.noise, NOISE),
    ):
        if may_differ:
            views |= others
    return frozenset(views)


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
        case View.NOISY:
            seen = _noisy(pixels)
    return np.ascontiguousarray(seen)


def choose_views(
    pictures: int, budget: int, seed: int, allowed: frozenset[View] = frozenset(View)
) -> tuple[tuple[View, ...], ...]:
    """Return the views of each of so many pictures: the original and, as far as `budget` views in all allow, others.

    With many pictures each gets fewer views, at last the original alone, so that teaching does not take ever longer.
    """
    others = sorted(allowed - {View.ORIGINAL})
    extra = min(len(others), max(1, budget // max(1, pictures)) - 1)
    random = np.random.default_rng(seed)
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


def _noisy(pixels: Pixels) -> Pixels:
    """Return the picture with the noise of a camera: the same for the same picture, alike in the three colours."""
    noise = np.random.default_rng(_NOISE_SEED).normal(0, _NOISE, (*pixels.shape[:2], 1))
    return np.asarray(np.clip(np.rint(pixels + noise), 0, 255), dtype=np.uint8)
