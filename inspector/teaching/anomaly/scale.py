"""From distances to one scale: what is usual, resizing, and the limit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.teaching.anomaly.model import Floats, resized

LIMIT = 0.5

_SMOOTHING = 0.8  # cells of the map or of the heat map, whichever are larger: standard deviation
_LEAST_UNIT = 0.25  # of a distance: equal pictures must not make every grain of noise an anomaly
_LEAST_RANGE = 0.15
_NORMAL_90 = 1.2816  # standard deviations above the mean of a normal distribution, below which 90 % lie
_SPREADS = 2.33  # standard deviations above the mean, below which 99 % lie
_SHARE_BELOW = 0.98


@dataclass(frozen=True)
class Usual:
    """What is usual: `(distance - centre) * scale` is 0 in the mean and 1 at the maximum of an average good picture."""

    centre: float
    scale: float

    def heat(self, distances: Floats, rows: Floats, columns: Floats) -> Floats:
        """Return heat maps `[N, H, W]` of distance maps `[N, h, w]`."""
        return resized((distances - np.float32(self.centre)) * np.float32(self.scale), rows, columns)


def learn_usual(distances: Floats, rows: Floats, columns: Floats) -> Usual:
    """Return what is usual in held-out distance maps `[N, h, w]` of good pictures."""
    centre = float(distances.mean())
    heat = resized(distances - np.float32(centre), rows, columns)
    return Usual(centre, 1 / max(_LEAST_UNIT, float(heat.max(axis=(1, 2)).mean())))


def resizing(cells: int, wanted: int) -> Floats:
    """Return the matrix `[wanted, cells]` that resizes one side of a map linearly and smooths it lightly.

    The centres of the cells lie as in a picture that is resized: half a cell from the edge.
    """
    places = (np.arange(wanted) + 0.5) * cells / wanted - 0.5
    apart = np.abs(np.clip(places, 0, cells - 1)[:, None] - np.arange(cells)[None])
    linear = np.clip(1 - apart, 0, None)
    offsets = np.arange(wanted)[:, None] - np.arange(wanted)[None]
    smooth = np.exp(-0.5 * (offsets / (_SMOOTHING * max(1.0, wanted / cells))) ** 2)
    return np.asarray(smooth / smooth.sum(axis=1, keepdims=True) @ linear, dtype=np.float32)


def limit_of(scores: NDArray[np.float64]) -> float:
    """Return the limit that held-out good scores suggest: few good parts lie above it.

    It is the higher of the score that 98 % stay below, and the one that 99 % would if the scores above the median
    were normally distributed: of few pictures no share of 2 % can be seen.
    """
    median, high, highest = np.quantile(scores, [0.5, 0.9, _SHARE_BELOW])
    spread = (high - median) / _NORMAL_90
    return float(max(highest, median + _SPREADS * spread, scores.mean() + _LEAST_RANGE))
