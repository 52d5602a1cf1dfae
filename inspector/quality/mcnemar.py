"""McNemar's exact test: whether one of two judges is right more often, asked on the same parts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class McNemar:
    """What the parts say on which exactly one of two was right; parts on which both or neither were say nothing.

    `p_value` is the probability of a difference at least this large if both were equally good, two-sided, 0 to 1.
    """

    only_first_right: int
    only_second_right: int
    p_value: float

    @property
    def discordant(self) -> int:
        """On how many parts exactly one of the two was right."""
        return self.only_first_right + self.only_second_right

    def as_json(self) -> dict[str, float | int]:
        """Return the plain object `{only_first_right, only_second_right, p_value}`."""
        return {
            "only_first_right": self.only_first_right,
            "only_second_right": self.only_second_right,
            "p_value": self.p_value,
        }


def mcnemar(only_first_right: int, only_second_right: int) -> McNemar:
    """Return the exact test (McNemar, Psychometrika 12, 153, 1947; its exact form is the two-sided sign test).

    Of `n` discordant parts each falls to either side with probability 1/2, so the probability is twice the lower tail
    of the binomial distribution, at most 1. It is computed in whole numbers. Raises ValueError for negative counts.
    """
    if only_first_right < 0 or only_second_right < 0:
        raise ValueError(f"McNemar's test of {only_first_right} and {only_second_right}: counts must be 0 or more")
    parts, fewer = only_first_right + only_second_right, min(only_first_right, only_second_right)
    ways, tail = 1, 1
    for taken in range(fewer):
        ways = ways * (parts - taken) // (taken + 1)
        tail += ways
    return McNemar(only_first_right, only_second_right, min(1.0, 2 * tail / 2**parts))
