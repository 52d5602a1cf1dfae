"""McNemar's exact test against known figures and its own properties."""

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.quality.mcnemar import McNemar, mcnemar

counts = st.integers(0, 300)


@pytest.mark.parametrize(
    ("first", "second", "p_value"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (0, 6, 0.03125), (10, 2, 0.03857421875), (1, 9, 0.021484375)],
)
def test_known_figures(first: int, second: int, p_value: float) -> None:
    assert mcnemar(first, second) == McNemar(first, second, p_value)


@settings(deadline=None)
@given(counts, counts)
def test_is_the_two_sided_sign_test(first: int, second: int) -> None:
    tail = sum(comb(first + second, taken) for taken in range(min(first, second) + 1))
    test = mcnemar(first, second)
    assert test.p_value == min(1.0, 2 * tail / 2 ** (first + second))
    assert mcnemar(second, first).p_value == test.p_value
    assert test.discordant == first + second


def test_many_parts_are_no_trouble() -> None:
    assert mcnemar(5000, 4700).p_value == pytest.approx(0.0024, abs=1e-4)


@pytest.mark.parametrize(("first", "second"), [(-1, 2), (2, -1)])
def test_negative_counts_are_refused(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="counts must be 0 or more"):
        mcnemar(first, second)


def test_as_json() -> None:
    assert mcnemar(0, 6).as_json() == {"only_first_right": 0, "only_second_right": 6, "p_value": 0.03125}
