"""What people ask for, understood."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inspector.domain.shift import ShiftPattern
from inspector.reports.shift_choice import ShiftChoiceInvalid, choose_shift, choose_span

BERLIN = ZoneInfo("Europe/Berlin")


def test_now_is_the_running_shift(pattern: ShiftPattern, fake_clock: Any) -> None:
    fake_clock.jump(datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    choice = choose_shift("now", pattern, fake_clock)
    assert choice.title == "Night, 2026-10-24"
    assert choice.shifts == (pattern.named(date(2026, 10, 24), "Night"),)
    assert (choice.start, choice.end) == (
        datetime(2026, 10, 24, 20, tzinfo=UTC),
        datetime(2026, 10, 25, 5, tzinfo=UTC),
    )


def test_today_at_night_is_still_the_day_on_which_the_night_began(pattern: ShiftPattern, fake_clock: Any) -> None:
    fake_clock.jump(datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    choice = choose_shift(" Today ", pattern, fake_clock)
    assert choice.title == "All shifts, 2026-10-24"
    assert [shift.name for shift in choice.shifts] == ["Early", "Late", "Night"]
    assert (choice.start, choice.end) == (
        datetime(2026, 10, 24, 4, tzinfo=UTC),
        datetime(2026, 10, 25, 5, tzinfo=UTC),
    )


def test_a_date_is_all_its_shifts(pattern: ShiftPattern, fake_clock: Any) -> None:
    choice = choose_shift("2026-03-28", pattern, fake_clock)
    assert choice.shifts == pattern.shifts_of(date(2026, 3, 28))


def test_a_date_and_a_name_is_one_shift(pattern: ShiftPattern, fake_clock: Any) -> None:
    choice = choose_shift("2026-03-28/late", pattern, fake_clock)
    assert choice.title == "Late, 2026-03-28"


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01", "24.10.2026", "Night"])
def test_what_is_not_understood_is_answered_with_what_is_known(
    pattern: ShiftPattern, fake_clock: Any, text: str
) -> None:
    with pytest.raises(ShiftChoiceInvalid, match="Early, Late, Night") as refusal:
        choose_shift(text, pattern, fake_clock)
    assert "2026-10-24/Early" in str(refusal.value)


@pytest.mark.parametrize("text", ["2026-03-28/Noon", "2026-03-28/"])
def test_an_unknown_shift_is_answered_with_the_known_names(pattern: ShiftPattern, fake_clock: Any, text: str) -> None:
    with pytest.raises(ShiftChoiceInvalid, match="the shifts are Early, Late, Night"):
        choose_shift(text, pattern, fake_clock)


def test_a_span_of_dates_holds_both_days_whole() -> None:
    choice = choose_span("2026-10-24", "2026-10-25", BERLIN)
    assert choice.start == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert choice.end == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert choice.title == "2026-10-24 – 2026-10-25"


def test_a_span_in_the_repeated_hour_leaves_nothing_out() -> None:
    choice = choose_span("2026-10-25T02:15", "2026-10-25 02:45", BERLIN)
    assert choice.start == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert choice.end == datetime(2026, 10, 25, 1, 45, tzinfo=UTC)


def test_a_span_with_offsets_means_exactly_that() -> None:
    choice = choose_span("2026-10-25T02:15+01:00", "2026-10-25T02:00:00Z", BERLIN)
    assert choice.start == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert choice.end == datetime(2026, 10, 25, 2, tzinfo=UTC)


@pytest.mark.parametrize(("start", "end"), [("2026-10-25", "2026-10-24"), ("2026-10-25T06:00", "2026-10-25T06:00")])
def test_a_span_that_ends_before_it_begins_is_refused(start: str, end: str) -> None:
    with pytest.raises(ShiftChoiceInvalid, match="give an end after it"):
        choose_span(start, end, BERLIN)


@pytest.mark.parametrize("text", ["soon", "9999-12-31", "25.10.2026 6 o'clock"])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ShiftChoiceInvalid, match="is no moment"):
        choose_span("2026-10-25", text, BERLIN)


def test_the_period_can_be_narrowed(pattern: ShiftPattern, fake_clock: Any) -> None:
    period = choose_shift("2026-03-28/Late", pattern, fake_clock).period(lane="main", lot="L-1")
    assert (period.lane, period.lot) == ("main", "L-1")
