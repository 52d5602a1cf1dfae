"""The operating curve: what every threshold would do."""

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.quality.operating_curve import operating_curve
from inspector.quality.rates import wilson
from inspector.quality.sample_size import highest_rate


def test_every_threshold_that_changes_anything() -> None:
    curve = operating_curve([0.1, 0.4, 0.4, 0.9], [False, False, True, True])
    assert curve.thresholds[:3] == (0.1, 0.4, 0.9)
    assert 0.9 < curve.thresholds[3] < 0.9000001
    assert [(escape.x, overkill.x) for escape, overkill in zip(curve.escapes, curve.overkills, strict=True)] == [
        (0, 2), (0, 1), (1, 0), (2, 0),
    ]  # fmt: skip
    assert curve.escapes[2] == wilson(1, 2)
    assert curve.escapes_at_most == tuple(highest_rate(x, 2) for x in (0, 0, 1, 2))
    assert curve.overkills_at_most == tuple(highest_rate(x, 2) for x in (2, 1, 0, 0))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(-5, 5), st.booleans()), min_size=1))
def test_counts_are_what_calling_bad_from_the_threshold_gives(parts: list[tuple[float, bool]]) -> None:
    curve = operating_curve([score for score, _ in parts], [bad for _, bad in parts])
    assert list(curve.thresholds) == sorted(set(curve.thresholds))
    for threshold, escape, overkill in zip(curve.thresholds, curve.escapes, curve.overkills, strict=True):
        assert escape.x == sum(bad and score < threshold for score, bad in parts)
        assert overkill.x == sum(not bad and score >= threshold for score, bad in parts)
        assert escape.n + overkill.n == len(parts)
    assert (curve.escapes[0].x, curve.overkills[-1].x) == (0, 0)


def test_one_side_only() -> None:
    curve = operating_curve([0.5], [True], 0.9)
    assert [rate.n for rate in curve.overkills] == [0, 0]
    assert curve.overkills_at_most == (1.0, 1.0)
    assert curve.escapes_at_most == pytest.approx((0.9, 1.0))


def test_as_json() -> None:
    plain = operating_curve([0.5], [False]).as_json()
    assert plain["thresholds"][0] == 0.5
    assert plain["overkills"] == [wilson(1, 1).as_json(), wilson(0, 1).as_json()]
    assert plain["confidence"] == 0.95
    assert {len(value) for value in plain.values() if isinstance(value, list)} == {2}


@pytest.mark.parametrize(("scores", "bad"), [([], []), ([nan], [True]), ([inf], [False])])
def test_scores_that_cannot_be(scores: list[float], bad: list[bool]) -> None:
    with pytest.raises(ValueError, match="needs parts, each with a finite score"):
        operating_curve(scores, bad)


def test_as_many_of_both() -> None:
    with pytest.raises(ValueError, match="1 scores for 2 parts"):
        operating_curve([1], [True, False])
