"""Histograms of scores, good and bad parts side by side over the same edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class ScoreHistogram:
    """How many good and bad parts score between each edge and the next one.

    A score on an edge belongs to the bin above it; the first and the last bin also hold what lies beyond the edges.
    `good` and `bad` have one count less than there are `edges`.
    """

    edges: tuple[float, ...]
    good: tuple[int, ...]
    bad: tuple[int, ...]

    def as_json(self) -> dict[str, list[float] | list[int]]:
        """Return the plain object `{edges, good, bad}`."""
        return {"edges": list(self.edges), "good": list(self.good), "bad": list(self.bad)}


def even_edges(low: float, high: float, bins: int) -> tuple[float, ...]:
    """Return the edges of so many bins of one width from `low` to `high`. Raises ValueError for none of them."""
    if bins < 1 or not low < high:
        raise ValueError(f"{bins} bins from {low} to {high}: there must be one or more, from a lower to a higher score")
    return tuple(float(edge) for edge in np.linspace(low, high, bins + 1))


def score_histogram(scores: Sequence[float], bad: Sequence[bool], edges: Sequence[float]) -> ScoreHistogram:
    """Count scores between fixed, rising edges; `bad` says of each part whether it is.

    Raises ValueError for edges that do not rise, for as many scores as there are not parts, or no numbers.
    """
    if len(edges) < 2 or not all(lower < upper for lower, upper in pairwise(edges)):
        raise ValueError(f"the edges {tuple(edges)} must be two or more, each higher than the one before")
    values, flags = np.asarray(scores, dtype=np.float64), np.asarray(bad, dtype=bool)
    if values.shape != flags.shape:
        raise ValueError(f"{len(values)} scores for {len(flags)} parts")
    if np.isnan(values).any():
        raise ValueError("a score is not a number")
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    good, wrong = (np.bincount(places[side], minlength=len(edges) - 1).tolist() for side in (~flags, flags))
    return ScoreHistogram(tuple(float(edge) for edge in edges), tuple(good), tuple(wrong))
