"""The p chart against its reference vector, and each rule on data made for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.quality.control_chart import PPoint, p_chart

groups = st.lists(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=40)


def rules(defective: list[int], inspected: list[int] | int = 1000) -> list[tuple[int, ...]]:
    inspected = [inspected] * len(defective) if isinstance(inspected, int) else inspected
    return [point.rules for point in p_chart(defective, inspected).points]


def test_reference_vector() -> None:
    chart = p_chart([4, 6, 2, 9, 5, 31], [400, 520, 300, 610, 450, 480])
    assert chart.mean == pytest.approx(0.020652, abs=5e-7)
    assert [point.upper for point in chart.points] == pytest.approx(
        [0.041985, 0.039362, 0.045285, 0.037927, 0.040765, 0.040126], abs=5e-7
    )
    assert [point.lower for point in chart.points] == pytest.approx(
        [0, 0.001942, 0, 0.003378, 0.000540, 0.001178], abs=5e-7
    )
    assert chart.points[-1].p == pytest.approx(0.064583, abs=5e-7)
    assert [point.rules for point in chart.points] == [()] * 5 + [(1,)]


def test_rule_1_below_the_lower_limit() -> None:
    assert rules([100, 100, 100, 100, 40]) == [(), (), (), (), (1,)]


def test_rule_2_from_the_ninth_on_one_side() -> None:
    above, below = [110, 112] * 5, [90, 88] * 5
    assert rules(above + below) == ([()] * 8 + [(2,)] * 2) * 2


def test_rule_2_a_point_on_the_mean_ends_the_run() -> None:
    assert rules([101, 102, 101, 102, 100, 102, 101, 102, 101, *[98, 99] * 4]) == [()] * 17


def test_rule_2_the_mean_is_met_exactly() -> None:
    # 1/3 of 3, 30 and 300 is the same fraction, though not the same floating-point sum.
    assert rules([1, 10, 100] * 4, [3, 30, 300] * 4) == [()] * 12


def test_rule_3_from_the_sixth_rising_or_falling() -> None:
    rising, falling = [97, 98, 99, 100, 101, 102, 103], [102, 101, 100, 99, 98, 97]
    assert rules(rising + falling) == [()] * 5 + [(3,)] * 2 + [()] * 4 + [(3,)] * 2


def test_rule_3_two_equal_points_end_the_run() -> None:
    assert rules([97, 98, 99, 99, 100, 101, 102, 103]) == [()] * 8


def test_rules_together() -> None:
    assert rules([90, 88] * 6 + [101, 102, 104, 106, 108, 180, 190])[-2:] == [(1, 3), (1, 3)]


def test_subgroups_of_nothing_are_passed_over() -> None:
    rising = [97, 98, 99, 0, 100, 101, 102]
    inspected = [1000, 1000, 1000, 0, 1000, 1000, 1000]
    chart = p_chart(rising, inspected)
    assert [point.rules for point in chart.points] == [(), (), (), (), (), (), (3,)]
    assert chart.points[3] == PPoint(None, None, None, 0, 0, ())


def test_nothing_inspected_at_all() -> None:
    assert p_chart([], []).mean is None
    chart = p_chart([0, 0], [0, 0])
    assert chart.mean is None
    assert chart.points == (PPoint(None, None, None, 0, 0, ()),) * 2


@pytest.mark.parametrize("defective", [0, 1000])
def test_all_alike_never_signals(defective: int) -> None:
    assert rules([defective] * 12) == [()] * 12


@given(groups)
def test_limits_hold_the_mean_and_lie_in_0_to_1(pairs: list[tuple[int, int]]) -> None:
    chart = p_chart([found for found, _ in pairs], [of for _, of in pairs])
    assert len(chart.points) == len(pairs)
    for point, (found, of) in zip(chart.points, pairs, strict=True):
        assert (point.defective, point.inspected) == (found, of)
        if of == 0:
            continue
        assert chart.mean is not None
        assert point.lower is not None
        assert point.upper is not None
        assert 0 <= point.lower <= chart.mean <= point.upper <= 1
        assert (1 in point.rules) == (not point.lower <= found / of <= point.upper)


@pytest.mark.parametrize(("defective", "inspected"), [([2], [1]), ([-1], [1]), ([0], [-1])])
def test_counts_that_cannot_be(defective: list[int], inspected: list[int]) -> None:
    with pytest.raises(ValueError, match="the first must lie between 0 and the second"):
        p_chart(defective, inspected)


def test_as_many_counts_of_both() -> None:
    with pytest.raises(ValueError, match="shorter"):
        p_chart([1, 2], [3])
