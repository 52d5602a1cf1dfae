"""What each possible threshold of a score would do: how many bad parts escape, how many good ones are refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nextafter
from typing import Any

import numpy as np

from inspector.quality.rates import Rate, wilson
from inspector.quality.sample_size import highest_rate


@dataclass(frozen=True)
class OperatingCurve:
    """For each threshold, by rising threshold, what happens when a part is called bad from that score upwards.

    `escapes` are the bad parts below the threshold, `overkills` the good ones from it upwards, each with its interval.
    `escapes_at_most` and `overkills_at_most` are the exact one-sided upper bounds of the two rates, 0 to 1. The lowest
    threshold calls every part bad, the highest none. Ready to be drawn: all tuples are of one length.
    """

    thresholds: tuple[float, ...]
    escapes: tuple[Rate, ...]
    overkills: tuple[Rate, ...]
    escapes_at_most: tuple[float, ...]
    overkills_at_most: tuple[float, ...]
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """Return the plain object, each rate as its own."""
        return {
            "thresholds": list(self.thresholds),
            "escapes": [rate.as_json() for rate in self.escapes],
            "overkills": [rate.as_json() for rate in self.overkills],
            "escapes_at_most": list(self.escapes_at_most),
            "overkills_at_most": list(self.overkills_at_most),
            "confidence": self.confidence,
        }


def operating_curve(scores: Sequence[float], bad: Sequence[bool], confidence: float = 0.95) -> OperatingCurve:
    """Return the curve over every threshold that changes anything: each score that occurs, and one above them all.

    A higher score speaks for a bad part; `bad` says which parts are. Raises ValueError where there is no part, a score
    is not finite, or there are not as many of both.
    """
    values, flags = np.asarray(scores, dtype=np.float64), np.asarray(bad, dtype=bool)
    if values.shape != flags.shape:
        raise ValueError(f"{len(values)} scores for {len(flags)} parts")
    if not values.size or not np.isfinite(values).all():
        raise ValueError("an operating curve needs parts, each with a finite score")
    distinct = np.unique(values)
    thresholds = np.append(distinct, nextafter(float(distinct[-1]), np.inf))
    bad_scores, good_scores = np.sort(values[flags]), np.sort(values[~flags])
    escaped = np.searchsorted(bad_scores, thresholds, side="left").tolist()
    refused = (good_scores.size - np.searchsorted(good_scores, thresholds, side="left")).tolist()
    return OperatingCurve(
        thresholds=tuple(thresholds.tolist()),
        escapes=tuple(wilson(x, bad_scores.size, confidence) for x in escaped),
        overkills=tuple(wilson(x, good_scores.size, confidence) for x in refused),
        escapes_at_most=_bounds(escaped, bad_scores.size, confidence),
        overkills_at_most=_bounds(refused, good_scores.size, confidence),
        confidence=confidence,
    )


def _bounds(counts: Sequence[int], parts: int, confidence: float) -> tuple[float, ...]:
    bounds = {count: highest_rate(count, parts, confidence) for count in set(counts)}
    return tuple(bounds[count] for count in counts)
