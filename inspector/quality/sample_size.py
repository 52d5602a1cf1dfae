"""How many parts a claim needs, and what the parts at hand allow to claim."""

from math import ceil, exp, floor, log, log1p, log10

import numpy as np


def parts_needed(rate: float, confidence: float = 0.95) -> int:
    """Return how many parts without an event it takes to claim that the rate is at most `rate`.

    The smallest n with (1 - rate)^n <= 1 - confidence: 59 for 5 % and 299 for 1 % at 95 % confidence. Raises ValueError
    unless both lie between 0 and 1, both excluded.
    """
    _require_inside("a rate", rate)
    _require_inside("a confidence", confidence)
    needed = log1p(-confidence) / log1p(-rate)
    return max(1, ceil(needed - 1e-9))


def highest_rate(events: int, parts: int, confidence: float = 0.95) -> float:
    """Return the exact one-sided upper bound (Clopper and Pearson, Biometrika 26, 404, 1934) of a rate.

    It is the rate at which so few events in so many parts happen with probability 1 - confidence; without events
    1 - (1 - confidence)^(1 / parts). 1 where every part is an event or there is none to judge by. Raises ValueError for
    counts that cannot be, or a confidence that is not between 0 and 1.
    """
    if not 0 <= events <= parts:
        raise ValueError(f"{events} events in {parts} parts: the first must lie between 0 and the second")
    _require_inside("a confidence", confidence)
    if events == parts:
        return 1.0
    if events == 0:
        return 1 - exp(log1p(-confidence) / parts)
    counts = np.arange(events + 1)
    ways = np.append(0.0, np.cumsum(np.log((parts - counts[1:] + 1) / counts[1:])))  # of the binomial coefficients
    low, high = events / parts, 1.0
    for _ in range(45):  # each halves what is left, down to less than rounding
        middle = (low + high) / 2
        probability = float(np.exp(ways + counts * log(middle) + (parts - counts) * log1p(-middle)).sum())
        low, high = (middle, high) if probability > 1 - confidence else (low, middle)
    return high


def claim(events: int, parts: int, what: str, confidence: float = 0.95) -> str:
    """Return what may be claimed, such as `0 missed of 59: at most 5 % at 95 % confidence`; `what` is `missed`."""
    said = f"{events} {what} of {parts}"
    if not parts:
        return f"{said}: nothing can be claimed"
    return f"{said}: at most {_percent(highest_rate(events, parts, confidence))} at {confidence * 100:g} % confidence"


def _percent(bound: float) -> str:
    """Return an upper bound in per cent, to two significant digits, rounded up so that it stays one."""
    step = 10.0 ** (floor(log10(bound * 100)) - 1)
    return f"{min(100.0, ceil(bound * 100 / step - 1e-6) * step):.10g} %"


def _require_inside(what: str, share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"{what} of {share}: it must lie between 0 and 1")
