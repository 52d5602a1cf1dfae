"""How right judgements are where the truth is known. Pure functions over names and flags."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inspector.quality.rates import Rate, wilson


@dataclass(frozen=True)
class ClassFigures:
    """One class. `precision`: of the parts called so, those that are; `recall`: of those that are, those called so.

    `f1` is the harmonic mean of the two, 0 where no part was called so rightly. `n` counts the parts that are of the
    class.
    """

    precision: Rate
    recall: Rate
    f1: float
    n: int


@dataclass(frozen=True)
class Confusion:
    """How often each true class was taken for which: `counts[true][predicted]`, every class in both places."""

    counts: Mapping[str, Mapping[str, int]]

    @property
    def n(self) -> int:
        """How many parts there are."""
        return sum(sum(row.values()) for row in self.counts.values())

    @property
    def accuracy(self) -> float:
        """The share of parts whose class was named rightly. Raises ValueError when there are none."""
        if not self.n:
            raise ValueError("no accuracy without a part")
        return sum(row[name] for name, row in self.counts.items()) / self.n

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the classes that are there or were named. Raises ValueError when there are no parts."""
        if not self.n:
            raise ValueError("no macro F1 without a part")
        figures = [self.figures(name) for name in self.counts]
        used = [one.f1 for one in figures if one.n or one.precision.n]
        return sum(used) / len(used)

    def figures(self, name: str) -> ClassFigures:
        """Return the figures of one class. Raises KeyError."""
        right = self.counts[name][name]
        there = sum(self.counts[name].values())
        called = sum(row[name] for row in self.counts.values())
        f1 = 2 * right / (there + called) if there + called else 0.0
        return ClassFigures(wilson(right, called), wilson(right, there), f1, there)


def confusion(truths: Sequence[str], predictions: Sequence[str], classes: Sequence[str]) -> Confusion:
    """Count the pairs of true and predicted class. Raises ValueError for a name that is not among `classes`."""
    unknown = sorted((set(truths) | set(predictions)) - set(classes))
    if unknown:
        raise ValueError(f"not among the classes: {', '.join(unknown)}")
    pairs = Counter(zip(truths, predictions, strict=True))
    return Confusion({true: {predicted: pairs[true, predicted] for predicted in classes} for true in classes})


def escape(bad: Sequence[bool], called_good: Sequence[bool]) -> Rate:
    """Return how many bad parts were called good. A part that nobody called anything is no escape."""
    missed = sum(1 for is_bad, good in zip(bad, called_good, strict=True) if is_bad and good)
    return wilson(missed, sum(bad))


def overkill(bad: Sequence[bool], called_bad: Sequence[bool]) -> Rate:
    """Return how many good parts were called bad. A part that nobody called anything is no overkill."""
    rejected = sum(1 for is_bad, called in zip(bad, called_bad, strict=True) if called and not is_bad)
    return wilson(rejected, len(bad) - sum(bad))


def auroc(scores: Sequence[float], bad: Sequence[bool]) -> float | None:
    """Return the probability that a bad part scores higher than a good one, a tie counting half (Mann-Whitney).

    None where there are no bad or no good parts. Raises ValueError for scores that are not numbers.
    """
    values = np.asarray(scores, dtype=np.float64)
    flags = np.asarray(bad, dtype=bool)
    if values.shape != flags.shape:
        raise ValueError(f"{len(values)} scores for {len(flags)} parts")
    if np.isnan(values).any():
        raise ValueError("a score is not a number")
    positives, negatives = int(flags.sum()), int((~flags).sum())
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last_rank = np.cumsum(counts)
    ranks = (last_rank - (counts - 1) / 2)[place]  # equal scores share the mean of their ranks
    return float((ranks[flags].sum() - positives * (positives + 1) / 2) / (positives * negatives))
