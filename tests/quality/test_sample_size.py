"""What may be claimed of so many parts."""

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.quality.sample_size import claim, highest_rate, parts_needed

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("rate", "confidence", "parts"),
    [(0.05, 0.95, 59), (0.01, 0.95, 299), (0.001, 0.95, 2995), (0.1, 0.9, 22), (0.5, 0.5, 1), (0.9, 0.5, 1)],
)
def test_parts_needed(rate: float, confidence: float, parts: int) -> None:
    assert parts_needed(rate, confidence) == parts


@given(st.floats(0.001, 0.9), st.floats(0.5, 0.99))
def test_so_many_parts_are_enough_and_one_less_is_not(rate: float, confidence: float) -> None:
    parts = parts_needed(rate, confidence)
    assert highest_rate(0, parts, confidence) <= rate + 1e-9
    assert parts == 1 or highest_rate(0, parts - 1, confidence) > rate - 1e-9


@pytest.mark.parametrize(
    ("events", "parts", "bound"),
    [(0, 59, 0.049508), (3, 1000, 0.007735), (5, 10, 0.777559), (1, 2, 0.974679), (2, 2, 1), (0, 0, 1)],
)
def test_exact_bounds(events: int, parts: int, bound: float) -> None:
    assert highest_rate(events, parts) == pytest.approx(bound, abs=1e-6)


@settings(deadline=None)
@given(counts)
def test_at_the_bound_so_few_events_are_as_rare_as_said(count: tuple[int, int]) -> None:
    events, parts = count
    bound = highest_rate(events, parts)
    assert events / parts <= bound <= 1
    if events < parts:
        tail = sum(comb(parts, i) * bound**i * (1 - bound) ** (parts - i) for i in range(events + 1))
        assert tail == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize(
    ("events", "parts", "said"),
    [
        (0, 59, "0 missed of 59: at most 5 % at 95 % confidence"),
        (0, 58, "0 missed of 58: at most 5.1 % at 95 % confidence"),
        (3, 1000, "3 missed of 1000: at most 0.78 % at 95 % confidence"),
        (0, 2995, "0 missed of 2995: at most 0.1 % at 95 % confidence"),
        (2, 2, "2 missed of 2: at most 100 % at 95 % confidence"),
        (0, 0, "0 missed of 0: nothing can be claimed"),
    ],
)
def test_claims(events: int, parts: int, said: str) -> None:
    assert claim(events, parts, "missed") == said


def test_another_confidence_is_said() -> None:
    assert claim(0, 100, "refused", 0.995) == "0 refused of 100: at most 5.2 % at 99.5 % confidence"


@pytest.mark.parametrize("share", [0, 1, 5, -1])
def test_shares_that_cannot_be(share: float) -> None:
    with pytest.raises(ValueError, match=f"a rate of {share}: it must lie between 0 and 1"):
        parts_needed(share)
    with pytest.raises(ValueError, match=f"a confidence of {share}"):
        highest_rate(0, 1, share)


@pytest.mark.parametrize(("events", "parts"), [(-1, 3), (4, 3)])
def test_counts_that_cannot_be(events: int, parts: int) -> None:
    with pytest.raises(ValueError, match="the first must lie between 0 and the second"):
        highest_rate(events, parts)
