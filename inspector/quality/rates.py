"""Rates of yes-or-no counts, each with its Wilson score interval."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Rate:
    """`x` of `n`, as fractions from 0 to 1: the rate `value` and its interval from `low` to `high`.

    The three are None where `n` is 0: nothing was seen, so nothing is known.
    """

    value: float | None
    low: float | None
    high: float | None
    x: int
    n: int

    def as_json(self) -> dict[str, float | int | None]:
        """Return the plain object `{value, low, high, x, n}`."""
        return {"value": self.value, "low": self.low, "high": self.high, "x": self.x, "n": self.n}


def wilson(x: int, n: int, confidence: float = 0.95) -> Rate:
    """Return the rate `x / n` with its two-sided Wilson score interval (NIST e-Handbook 7.2.4.1).

    `confidence` lies between 0 and 1, both excluded. Raises ValueError for counts that cannot be: negative ones, or
    more found than looked at.
    """
    if not 0 <= x <= n:
        raise ValueError(f"a rate of {x} in {n}: the first must lie between 0 and the second")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence}: it must lie between 0 and 1")
    if n == 0:
        return Rate(None, None, None, x, n)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    value = x / n
    centre = value + z * z / (2 * n)
    half = z * sqrt(value * (1 - value) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # Rounding may push a limit past the rate itself or past 0 and 1, where the formula's limits never lie.
    low = 0.0 if x == 0 else min(value, (centre - half) / scale)
    high = 1.0 if x == n else max(value, (centre + half) / scale)
    return Rate(value, low, high, x, n)
