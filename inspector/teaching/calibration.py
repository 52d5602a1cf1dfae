"""Probabilities that mean what they say, fitted on logits of pictures that the head had not seen.

Two parts of the same picture's answer matter in different ways. The verdict comes from the two sides, all good classes
against all defects, so where a recipe has both, the sides are calibrated (Platt scaling, of the sides' log-odds); a
temperature over all classes (Guo et al. 2017) would be ruled by a defect with two pictures, which nobody can learn.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.teaching.head import Floats, Head, Labels

Flags = NDArray[np.bool_]

_LOWEST, _HIGHEST = -5.0, 3.0  # of the logarithm of the temperature
_GRID = 33
_SECTIONS = 25
_GOLDEN = (5**0.5 - 1) / 2
_NEWTON_STEPS = 30
_LARGEST_OFFSET = 12.0


@dataclass(frozen=True)
class Calibration:
    """Logits are divided by `temperature`, then `offset` is added to those of the defects."""

    temperature: float
    offset: float

    def apply(self, logits: Floats, bad: Flags) -> Floats:
        """Return the calibrated logits `[N, C]`; `bad` `[C]` says which classes are defects."""
        return np.asarray(logits / self.temperature + self.offset * bad, dtype=np.float64)

    def applied_to(self, head: Head, bad: Flags) -> Head:
        """Return the head that gives the calibrated logits."""
        return head.changed(1 / self.temperature, self.offset * bad.astype(np.float64))


def calibrate(logits: Floats, labels: Labels, bad: Flags) -> Calibration:
    """Return the calibration under which held-out logits `[N, C]` of true `labels` `[N]` are most likely.

    `bad` `[C]` says which classes are defects. Where there are pictures of both sides, it is the one under which the
    sides are most likely, the two weighing the same whatever the number of their pictures; else the classes.
    """
    is_bad = bad[labels]
    if is_bad.all() or not is_bad.any():
        return Calibration(class_temperature(logits, labels, bad)[0], 0.0)
    weights = side_weights(labels, bad)
    targets = np.where(is_bad, 1 - _doubt(int(is_bad.sum())), _doubt(int((~is_bad).sum())))

    def loss_and_offset(log_temperature: float) -> tuple[float, float]:
        cooled = logits / np.exp(log_temperature)
        odds = _log_sum_exp(cooled[:, bad]) - _log_sum_exp(cooled[:, ~bad])
        offset = _best_offset(odds, targets, weights)
        shifted = odds + offset
        loss = weights * (targets * np.logaddexp(0, -shifted) + (1 - targets) * np.logaddexp(0, shifted))
        return float(loss.mean()), offset

    best = _minimum(lambda log_temperature: loss_and_offset(log_temperature)[0])
    return Calibration(float(np.exp(best)), loss_and_offset(best)[1])


def class_temperature(logits: Floats, labels: Labels, bad: Flags) -> tuple[float, float]:
    """Return the temperature under which the classes of held-out logits are most likely, and the loss that is left.

    The loss is the mean negative log-likelihood, the two sides weighing the same.
    """
    count, classes = logits.shape
    doubt = _doubt(count)
    targets = np.full((count, classes), doubt / max(1, classes - 1))
    targets[np.arange(count), labels] = 1 - doubt
    weights = side_weights(labels, bad)

    def loss(log_temperature: float) -> float:
        cooled = logits / np.exp(log_temperature)
        surprise = _log_sum_exp(cooled)[:, None] - cooled
        return float((weights * (targets * surprise).sum(axis=1)).mean())

    best = _minimum(loss)
    return float(np.exp(best)), loss(best)


def side_weights(labels: Labels, bad: Flags) -> Floats:
    """Return a weight for each picture, so that the pictures of each side add up to the same, with a mean of 1."""
    is_bad = bad[labels]
    count = np.where(is_bad, np.count_nonzero(is_bad), np.count_nonzero(~is_bad))
    sides = len(np.unique(is_bad))
    return np.asarray(len(labels) / (sides * count), dtype=np.float64)


def _doubt(count: int) -> float:
    """Return how far to trust a row of pictures that all came out right (rule of succession).

    After `count` of them a mistake is still expected with 1 in `count + 2`. Without it, few pictures that were all
    judged right would give certainty.
    """
    return 1 / (count + 2)


def _best_offset(odds: Floats, targets: Floats, weights: Floats) -> float:
    """Return what to add to the log-odds so that they fit best; the loss is convex in it, so Newton's steps find it."""
    offset = 0.0
    for _ in range(_NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(odds + offset, -500, 500)))
        slope = float((weights * (chance - targets)).mean())
        curvature = float((weights * chance * (1 - chance)).mean())
        step = np.clip(slope / max(curvature, 1e-6), -1, 1)  # short steps: far out the curve is flat
        offset = float(np.clip(offset - step, -_LARGEST_OFFSET, _LARGEST_OFFSET))
    return offset


def _minimum(loss: Callable[[float], float]) -> float:
    """Return where a loss over the logarithm of the temperature is smallest: the best of a grid, then closing in."""
    grid = np.linspace(_LOWEST, _HIGHEST, _GRID)
    best = int(np.argmin([loss(float(point)) for point in grid]))
    low, high = float(grid[max(0, best - 1)]), float(grid[min(_GRID - 1, best + 1)])
    for _ in range(_SECTIONS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if loss(left) <= loss(right):
            high = right
        else:
            low = left
    return (low + high) / 2


def _log_sum_exp(logits: Floats) -> Floats:
    highest = logits.max(axis=1)
    return np.asarray(np.log(np.exp(logits - highest[:, None]).sum(axis=1)) + highest)
