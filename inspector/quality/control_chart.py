"""Control charts of attributes: whether the process is still the one it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

SIGMAS = 3
RUN_ON_ONE_SIDE = 9
RUN_OF_TREND = 6


@dataclass(frozen=True)
class PPoint:
    """One subgroup: the defective fraction `p` between its own limits, and the rules that signal at it.

    `p`, `lower` and `upper` are fractions from 0 to 1, None where nothing was inspected. Rules are Nelson's numbers.
    """

    p: float | None
    lower: float | None
    upper: float | None
    inspected: int
    defective: int
    rules: tuple[int, ...]


@dataclass(frozen=True)
class PChart:
    """A p chart; `mean` is the fraction defective of all subgroups together, None where nothing was inspected."""

    mean: float | None
    points: tuple[PPoint, ...]


def p_chart(defective: Sequence[int], inspected: Sequence[int]) -> PChart:
    """Return the p chart of subgroups of any size, with stepped limits at three standard deviations.

    Limits: mean -/+ 3 sqrt(mean (1 - mean) / n) of each subgroup, clipped to 0 and 1 (Minitab, methods and formulas of
    the p chart). Rules, of Nelson's the ones that suit attributes: 1, a point outside its limits; 2, the ninth and each
    further in a row on one side of the mean; 3, the sixth and each further in a row rising or falling. Subgroups in
    which nothing was inspected are passed over. Raises ValueError for counts that cannot be.
    """
    groups = list(zip(defective, inspected, strict=True))
    for found, of in groups:
        if not 0 <= found <= of:
            raise ValueError(f"a subgroup of {found} defective in {of}: the first must lie between 0 and the second")
    if not any(inspected):
        return PChart(None, tuple(_EMPTY for _ in groups))
    all_found, all_of = sum(defective), sum(inspected)
    filled = [(found, of) for found, of in groups if of]
    # Sides and ways are compared as whole numbers, so that a point on the mean is on it exactly.
    sides = [_sign(found * all_of - all_found * of) for found, of in filled]
    ways = [0, *(_sign(found * of_before - before * of) for (before, of_before), (found, of) in pairwise(filled))]
    runs = zip(_runs(sides), _runs(ways), strict=True)
    points = (_point(found, of, all_found / all_of, *run) for (found, of), run in zip(filled, runs, strict=True))
    return PChart(all_found / all_of, tuple(next(points) if of else _EMPTY for _, of in groups))


_EMPTY = PPoint(None, None, None, 0, 0, ())


def _point(defective: int, inspected: int, mean: float, on_one_side: int, steps: int) -> PPoint:
    p = defective / inspected
    width = SIGMAS * sqrt(mean * (1 - mean) / inspected)
    lower, upper = max(0.0, mean - width), min(1.0, mean + width)
    signals = {1: not lower <= p <= upper, 2: on_one_side >= RUN_ON_ONE_SIDE, 3: steps + 1 >= RUN_OF_TREND}
    return PPoint(p, lower, upper, inspected, defective, tuple(rule for rule, given in signals.items() if given))


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _runs(signs: Sequence[int]) -> list[int]:
    """Return for each sign how many equal ones, itself included, end there; 0 belongs to no run."""
    lengths: list[int] = []
    for index, sign in enumerate(signs):
        carried = lengths[-1] if index and signs[index - 1] == sign else 0
        lengths.append(carried + 1 if sign else 0)
    return lengths
