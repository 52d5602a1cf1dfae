"""Histograms of scores: every part is counted once, on its side."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.quality.histogram import ScoreHistogram, even_edges, score_histogram


def test_a_score_on_an_edge_belongs_above_and_what_lies_beyond_is_counted() -> None:
    histogram = score_histogram(
        [-3, 0, 0.5, 0.99, 1, 2, 9, inf], [False, False, True, False, True, True, True, True], (0, 1, 2)
    )
    assert histogram == ScoreHistogram((0, 1, 2), (3, 0), (1, 4))
    assert histogram.as_json() == {"edges": [0, 1, 2], "good": [3, 0], "bad": [1, 4]}


@given(st.lists(st.tuples(st.floats(-2, 2), st.booleans())), st.integers(1, 20))
def test_every_part_is_counted_once(parts: list[tuple[float, bool]], bins: int) -> None:
    scores, bad = [score for score, _ in parts], [flag for _, flag in parts]
    histogram = score_histogram(scores, bad, even_edges(-1, 1, bins))
    assert len(histogram.good) == len(histogram.bad) == bins
    assert sum(histogram.bad) == sum(bad)
    assert sum(histogram.good) == len(bad) - sum(bad)


def test_even_edges() -> None:
    assert even_edges(0, 1, 4) == (0, 0.25, 0.5, 0.75, 1)


@pytest.mark.parametrize(("low", "high", "bins"), [(0, 1, 0), (1, 1, 2), (1, 0, 2), (nan, 1, 2)])
def test_edges_that_cannot_be(low: float, high: float, bins: int) -> None:
    with pytest.raises(ValueError, match="from a lower to a higher score"):
        even_edges(low, high, bins)


@pytest.mark.parametrize("edges", [(), (1,), (0, 0), (0, 2, 1)])
def test_edges_rise(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="each higher than the one before"):
        score_histogram([1], [True], edges)


def test_scores_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="2 scores for 1 parts"):
        score_histogram([1, 2], [True], (0, 1))
    with pytest.raises(ValueError, match="not a number"):
        score_histogram([nan], [True], (0, 1))
