"""Rates and their Wilson intervals, against the reference vectors and the formula's own properties."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.quality.rates import Rate, wilson

counts = st.integers(0, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (0, 50, 0, 0.071348),
        (3, 1000, 0.001021, 0.008783),
        (12, 480, 0.014358, 0.043185),
        (1, 1, 0.206549, 1),
        (0, 149, 0, 0.0251),
    ],
)
def test_reference_vectors(x: int, n: int, low: float, high: float) -> None:
    rate = wilson(x, n)
    assert rate.value == x / n
    assert (rate.x, rate.n) == (x, n)
    assert rate.low == pytest.approx(low, abs=5e-7)
    assert rate.high == pytest.approx(high, abs=5e-7 if high != 0.0251 else 5e-5)


@given(counts, st.floats(0.5, 0.999))
def test_the_rate_lies_in_its_interval(count: tuple[int, int], confidence: float) -> None:
    x, n = count
    rate = wilson(x, n, confidence)
    if n == 0:
        assert rate == Rate(None, None, None, 0, 0)
        return
    assert rate.low is not None
    assert rate.value is not None
    assert rate.high is not None
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert (rate.low == 0) == (x == 0)
    assert (rate.high == 1) == (x == n)


@given(counts.filter(lambda count: 0 < count[0] < count[1]))
def test_the_limits_solve_the_score_equation(count: tuple[int, int]) -> None:
    x, n = count
    rate = wilson(x, n)
    for limit in (rate.low, rate.high):
        assert limit is not None
        assert abs(x / n - limit) == pytest.approx(1.959963984540054 * sqrt(limit * (1 - limit) / n), rel=1e-6)


@given(counts)
def test_good_and_bad_mirror_each_other(count: tuple[int, int]) -> None:
    x, n = count
    bad, good = wilson(x, n), wilson(n - x, n)
    if n:
        assert bad.low == pytest.approx(1 - (good.high or 0), abs=1e-12)
        assert bad.high == pytest.approx(1 - (good.low or 0), abs=1e-12)


@pytest.mark.parametrize(("x", "n"), [(2, 1), (-1, 5), (-2, -1), (1, 0)])
def test_counts_that_cannot_be(x: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"a rate of {x} in {n}"):
        wilson(x, n)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_that_cannot_be(confidence: float) -> None:
    with pytest.raises(ValueError, match="it must lie between 0 and 1"):
        wilson(1, 2, confidence)


def test_as_json() -> None:
    assert wilson(0, 0).as_json() == {"value": None, "low": None, "high": None, "x": 0, "n": 0}
    assert wilson(1, 2).as_json() == {
        "value": 0.5,
        "low": pytest.approx(0.094531, abs=5e-7),
        "high": pytest.approx(0.905469, abs=5e-7),
        "x": 1,
        "n": 2,
    }
