"""The Pareto order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.quality.pareto import ParetoBar, pareto


def test_by_falling_count_then_by_name() -> None:
    assert pareto({"dent": 2, "scratch": 5, "anomaly": 2, "stain": 0, "chip": 1}, 100) == (
        ParetoBar("scratch", 5, 0.05, 0.5),
        ParetoBar("anomaly", 2, 0.02, 0.7),
        ParetoBar("dent", 2, 0.02, 0.9),
        ParetoBar("chip", 1, 0.01, 1.0),
    )


def test_a_part_may_have_more_than_one_defect() -> None:
    assert pareto({"scratch": 3}, 2) == (ParetoBar("scratch", 3, 1.5, 1.0),)


def test_nothing_found() -> None:
    assert pareto({}, 0) == ()
    assert pareto({"scratch": 0}, 0) == ()


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 1000)), st.integers(1, 1000))
def test_bars_fall_and_add_up(counts: dict[str, int], units: int) -> None:
    bars = pareto(counts, units)
    assert {bar.name: bar.count for bar in bars} == {name: count for name, count in counts.items() if count}
    assert [bar.count for bar in bars] == sorted((bar.count for bar in bars), reverse=True)
    assert not bars or bars[-1].cumulative == 1


def test_defects_in_no_units_are_refused() -> None:
    with pytest.raises(ValueError, match="1 kinds of defect in 0 units"):
        pareto({"scratch": 1}, 0)


@pytest.mark.parametrize(("count", "units"), [(-1, 5), (1, -5)])
def test_negative_counts_are_refused(count: int, units: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        pareto({"scratch": count}, units)
