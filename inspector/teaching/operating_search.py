"""The search for thresholds: from what each part would pass or be blamed with, to the thresholds that fit a wish."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspector.domain.recipe import AnomalyRule, Thresholds
from inspector.domain.verdict import Verdict

LOWEST = 0.51
"""No threshold of a side is chosen below this: what is more probably bad than good is never called good."""
DOUBTED = 0.25
"""Doubt is never put so low that more than this share of the right parts is doubted by its score alone."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Profiles:
    """Parts in numbers, one entry of each array a part.

    A part is OK where what its OK side comes to (`passes`) reaches `ok` and its anomaly `score` lies below doubt. It is
    NG where what its NG side comes to (`blame`) reaches `ng`, or where its score reaches a limit that means NG. What is
    `-inf` reaches no threshold, what is `inf` each. `wrong` are the parts that must not be OK, `right` those that must
    be; `shown` is how many parts could be wrong.
    """

    passes: Floats
    blame: Floats
    score: Floats
    wrong: Flags
    right: Flags
    shown: int


@dataclass(frozen=True)
class Wish:
    """The rates that are wanted at most, 0 to 1: of bad parts called good, and of good parts called bad."""

    escape: float
    overkill: float


def search(parts: Profiles, wish: Wish, thresholds: Thresholds, anomaly: AnomalyRule) -> tuple[Thresholds, AnomalyRule]:
    """Return the thresholds that leave the fewest right parts to a person and call the most wrong ones NG.

    Within the wish, on these parts. A threshold is moved only where that buys something; where it is, it lies midway
    between the parts on either side of it. Where no threshold meets the wish, the present one stays.
    """
    ng, limit = _refusing(parts, wish.overkill, thresholds.ng, anomaly)
    if anomaly.verdict is Verdict.NG:
        ok, doubt = _passing(parts, wish, thresholds.ok, min(anomaly.doubt, limit), limit)
        return Thresholds(ok, ng), AnomalyRule(limit, doubt, anomaly.verdict)
    # Above or below the limit a person decides; it only says in which words.
    ok, doubt = _passing(parts, wish, thresholds.ok, anomaly.doubt, math.inf)
    limit = max(anomaly.limit, doubt) if anomaly.limit > anomaly.doubt else doubt
    return Thresholds(ok, ng), AnomalyRule(limit, doubt, anomaly.verdict)


def settled(low: float, high: float, present: float) -> float:
    """Return the present threshold where it lies above `low` and up to `high`, else a short number between them."""
    if low < present <= high:
        return present
    middle = (low + high) / 2
    for digits in range(2, 17):
        short = round(middle, digits)
        if low < short <= high:
            return short
    return high


def _passing(parts: Profiles, wish: Wish, ok: float, doubt: float, highest: float) -> tuple[float, float]:
    """Choose `ok` and doubt, up to `highest`: the most right parts OK, no more wrong ones than wished."""
    allowed = math.floor(wish.escape * parts.shown + 1e-9)
    best, chosen = (-1, 0.0), (max(ok, LOWEST), doubt)
    for candidate in {min(each, highest) for each in _doubts(parts, wish.overkill, doubt)}:
        seen = parts.score < candidate
        low = _above(parts.passes[parts.wrong & seen], allowed)
        if low >= 1:
            continue
        passing = parts.passes[parts.right & seen & (parts.passes > low)]
        found = (int(passing.size), -abs(candidate - doubt))
        if found > best:
            high = min(float(passing.min()), 1.0) if passing.size else 1.0
            best, chosen = found, (settled(low, high, max(ok, LOWEST)), candidate)
    return chosen


def _above(values: Floats, allowed: int) -> float:
    """Return what a threshold must lie above so that no more than `allowed` of the values reach it."""
    falling = np.sort(values)[::-1]
    lowest = float(np.nextafter(LOWEST, 0))
    return max(float(falling[allowed]), lowest) if falling.size > allowed else lowest


def _doubts(parts: Profiles, tolerated: float, present: float) -> Sequence[float]:
    """Return where doubt may begin: at present, where no more right parts are doubted than tolerated, at wrong parts.

    It is never put higher than the tolerated share of right parts asks for, however well the classes tell the wrong
    parts at hand: what is not among them is found by its anomaly alone.
    """
    scores = np.unique(parts.score[np.isfinite(parts.score)])
    right = np.sort(parts.score[parts.right & np.isfinite(parts.score)])
    if not right.size:
        return (present,)
    spared, lowest = (_spared(right, share) for share in (tolerated, max(tolerated, DOUBTED)))
    above = scores[scores > spared]
    ceiling = max(present, settled(spared, float(above[0]) if above.size else spared + 0.1, present))
    wrong = np.unique(parts.score[parts.wrong & (parts.score > max(lowest, 0.0)) & (parts.score < ceiling)])
    below = [max(float(scores[scores < score].max(initial=lowest)), 0.0) for score in wrong]
    between = [settled(low, float(score), present) for low, score in zip(below, wrong, strict=True)]
    return tuple(sorted({present, ceiling, *between}))


def _spared(rising: Floats, share: float) -> float:
    """Return the score that no more than this share of the parts exceeds, 0 or more as every limit is."""
    return max(float(rising[max(0, rising.size - 1 - math.floor(share * rising.size + 1e-9))]), 0.0)


def _refusing(parts: Profiles, tolerated: float, ng: float, anomaly: AnomalyRule) -> tuple[float, float]:
    """Choose `ng` and the limit: the most wrong parts NG, no more right ones than tolerated."""
    allowed = math.floor(tolerated * int(parts.right.sum()) + 1e-9)
    none = np.zeros(parts.right.shape, dtype=bool)
    if anomaly.verdict is not Verdict.NG:
        return _blaming(parts, none, allowed, max(ng, LOWEST))[1], anomaly.limit
    best, chosen = (-1, 0.0), (max(ng, LOWEST), anomaly.limit)
    for limit in _limits(parts, allowed, anomaly.limit):
        abnormal = parts.score >= limit
        left = allowed - int((parts.right & abnormal).sum())
        if left < 0:
            continue
        caught, threshold = _blaming(parts, abnormal, left, max(ng, LOWEST))
        found = (caught, -abs(limit - anomaly.limit))
        if found > best:
            best, chosen = found, (threshold, limit)
    return chosen


def _limits(parts: Profiles, allowed: int, present: float) -> Sequence[float]:
    right = np.unique(parts.score[parts.right & (parts.score > 0) & np.isfinite(parts.score)])[::-1]
    scores = np.unique(parts.score[np.isfinite(parts.score)])
    limits = {present}
    for low in right[: allowed + 1]:
        above = scores[scores > low]
        limits.add(settled(float(low), float(above[0]) if above.size else float(low) + 0.1, present))
    return tuple(sorted(limits))


def _blaming(parts: Profiles, refused: Flags, allowed: int, present: float) -> tuple[int, float]:
    """Return how many wrong parts are NG, by their score already (`refused`) or by the `ng` that is returned too."""
    low = _above(parts.blame[parts.right & ~refused], allowed)
    caught = parts.wrong & (refused | (parts.blame > low))
    if low >= 1:
        return int(caught.sum()), present
    by_class = parts.blame[caught & ~refused]
    return int(caught.sum()), settled(low, min(1.0, float(by_class.min(initial=1.0))), present)
