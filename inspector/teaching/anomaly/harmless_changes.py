"""Good pictures as they come on another day: a little lighter, shifted, turned, noisier. None of it is a defect."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels

_LIGHT = 0.07  # lighter or darker by this share at most
_SHIFT = 0.012  # of the picture's sides at most
_TURN = 1.0  # degrees at most
_NOISE = 2.5  # grey levels, standard deviation at most


@dataclass(frozen=True, eq=False)
class Changed:
    """Changed copies uint8 `[D, H, W, 3]`; `source` `[D]` says which of the good pictures each was made of."""

    pixels: Pixels
    source: NDArray[np.int64]


def harmless_changes(good: Pixels, count: int, seed: int) -> Changed:
    """Return `count` changed copies of good pictures uint8 `[N, H, W, 3]`, the pictures in turn.

    Each is changed in all ways at once, by amounts drawn evenly. The same seed makes the same.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(good))
    source = order[np.arange(count) % len(good)]
    pixels = [_changed(good[place], random) for place in source]
    return Changed(np.array(pixels, dtype=np.uint8).reshape(-1, *good.shape[1:]), source.astype(np.int64))


def _changed(pixels: Pixels, random: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    light, turn, across, down, noise = random.uniform((-1, -1, -1, -1, 0), (1, 1, 1, 1, 1))
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), turn * _TURN, 1.0)
    matrix[:, 2] += (across * _SHIFT * width, down * _SHIFT * height)
    moved = cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    values = moved * (1 + light * _LIGHT) + random.normal(0, max(noise * _NOISE, 1e-6), moved.shape)
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)
