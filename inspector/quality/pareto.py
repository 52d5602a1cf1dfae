"""The Pareto order of defects: the few that matter first."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True)
class ParetoBar:
    """One kind of defect: `share` is `count` per unit inspected, `cumulative` the part of all counts so far, 0 to 1."""

    name: str
    count: int
    share: float
    cumulative: float


def pareto(counts: Mapping[str, int], units: int) -> tuple[ParetoBar, ...]:
    """Return the bars by falling count, equal counts by name; kinds that were never seen are left out.

    `units` is how many were inspected. Raises ValueError for negative counts, or for defects found in no unit at all.
    """
    if units < 0 or any(count < 0 for count in counts.values()):
        raise ValueError("a Pareto of negative counts: counts and units must be 0 or more")
    seen = sorted((item for item in counts.items() if item[1]), key=lambda item: (-item[1], item[0]))
    if seen and units == 0:
        raise ValueError(f"a Pareto of {len(seen)} kinds of defect in 0 units: count the inspected units first")
    total = sum(count for _, count in seen)
    running = accumulate(count for _, count in seen)
    return tuple(
        ParetoBar(name, count, count / units, so_far / total)
        for (name, count), so_far in zip(seen, running, strict=True)
    )
