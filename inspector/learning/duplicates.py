"""Which pictures show the same: equal bytes, or no place that differs by more than the camera's noise.

Two pictures are alike when, light apart, no place of them differs by more than `ALIKE` grey levels after a blur over
3 x 3 pixels, or by `_NOISE` times the noise where that is higher, up to twice as much. A thin scratch differs at its
place, however alike the rest is; a distance of whole embeddings would not see it. Moved parts are never alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.domain.frame import Pixels

ALIKE = 8.0
"""Grey levels of 255."""

MOST_COMPARED = 8

_NOISE = 6.0
_SIDE = 64
_COARSE = 8
_AT_ONCE = 256
# Of a normal distribution, the median of the absolute value is this many standard deviations.
_MEDIAN_OF_NORMAL = 0.6745
_LARGEST = 1024

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """What is left of a picture to look for others like it: `[64, 64]` grey without its mean, and its size."""

    values: Values
    size: tuple[int, int]


def fingerprint(pixels: Pixels) -> Fingerprint:
    """Return the fingerprint of a picture, uint8 `H x W` or `H x W x 3` RGB."""
    small = cv2.resize(_grey(pixels), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return Fingerprint(np.asarray(small - small.mean(), dtype=np.float32), (pixels.shape[0], pixels.shape[1]))


def alike_pairs(
    prints: Sequence[Fingerprint], read: Callable[[int], Pixels], first_of_interest: int = 0
) -> tuple[tuple[int, int], ...]:
    """Return the pairs of pictures that are alike, the lower number first. `read` gives a picture by its number.

    Of each pair at least one has the number `first_of_interest` or a higher one. Small pictures are compared first,
    coarse and then fine; what is left is read whole, each with the `MOST_COMPARED` before it that are nearest, so that
    thousands of pictures of one repeatable part do not take hours.
    """
    if len(prints) < 2 or first_of_interest >= len(prints):
        return ()
    fine = np.stack([one.values for one in prints])
    coarse = fine.reshape(len(fine), _COARSE, _SIDE // _COARSE, _COARSE, _SIDE // _COARSE).mean(axis=(2, 4))
    rows = coarse.reshape(len(fine), -1)
    pairs = []
    for second in range(max(1, first_of_interest), len(prints)):
        apart = _largest_difference(rows[second], rows[:second])
        nearest = np.argsort(apart, kind="stable")[:MOST_COMPARED]
        for first in nearest[apart[nearest] <= ALIKE].tolist():
            same_size = prints[first].size == prints[second].size
            if same_size and _within_noise(np.abs(fine[first] - fine[second])):
                pairs.append((first, second))
    return tuple(pair for pair in pairs if alike(read(pair[0]), read(pair[1])))


def alike(one: Pixels, other: Pixels) -> bool:
    """Say whether two pictures show the same, at their own size or at most 1024 pixels a side."""
    if one.shape[:2] != other.shape[:2]:
        return False
    difference = _shrunk(_grey(one)) - _shrunk(_grey(other))
    difference -= np.float32(np.median(difference))
    blurred = np.abs(cv2.blur(difference, (3, 3)))
    return _within_noise(blurred)


def clusters(count: int, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers 0 to `count` - 1 in clusters that are connected by `pairs`, each in order, by first number."""
    leader = list(range(count))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for first, second in pairs:
        one, other = sorted((find(first), find(second)))
        leader[other] = one
    members: dict[int, list[int]] = {}
    for place in range(count):
        members.setdefault(find(place), []).append(place)
    return tuple(tuple(places) for places in members.values())


def _within_noise(differences: Values) -> bool:
    noise = float(np.median(differences)) / _MEDIAN_OF_NORMAL
    return float(differences.max()) <= min(max(ALIKE, _NOISE * noise), 2 * ALIKE)


def _largest_difference(row: Values, others: Values) -> Values:
    parts = [np.abs(others[start : start + _AT_ONCE] - row).max(axis=1) for start in range(0, len(others), _AT_ONCE)]
    return np.concatenate(parts)


def _grey(pixels: Pixels) -> Values:
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, dtype=np.float32)


def _shrunk(grey: Values) -> Values:
    scale = _LARGEST / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
