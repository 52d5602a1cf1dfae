"""Hours and days of a site, on the nights when the clocks change too."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.shift import ShiftPattern
from inspector.reports.hours import edges, step_of
from inspector.reports.model import Step

BERLIN = ZoneInfo("Europe/Berlin")


def local(moments: tuple[datetime, ...], zone: ZoneInfo = BERLIN) -> list[str]:
    return [moment.astimezone(zone).strftime("%H:%M%z") for moment in moments]


def test_the_night_on_which_the_clocks_go_back_has_nine_hours(pattern: ShiftPattern) -> None:
    shift = pattern.named(date(2026, 10, 24), "Night")
    found = local(edges(shift.start, shift.end, BERLIN, Step.HOUR))
    assert found == [
        "22:00+0200",
        "23:00+0200",
        "00:00+0200",
        "01:00+0200",
        "02:00+0200",
        "02:00+0100",
        "03:00+0100",
        "04:00+0100",
        "05:00+0100",
        "06:00+0100",
    ]


def test_the_night_on_which_the_clocks_go_forward_has_seven_hours(pattern: ShiftPattern) -> None:
    shift = pattern.named(date(2026, 3, 28), "Night")
    found = local(edges(shift.start, shift.end, BERLIN, Step.HOUR))
    assert found[3:6] == ["01:00+0100", "03:00+0200", "04:00+0200"]
    assert len(found) == 8


def test_a_period_that_begins_and_ends_within_an_hour() -> None:
    start = datetime(2026, 6, 1, 4, 20, tzinfo=UTC)
    found = local(edges(start, start + timedelta(minutes=95), BERLIN, Step.HOUR))
    assert found == ["06:20+0200", "07:00+0200", "07:55+0200"]


def test_hours_of_a_zone_that_is_half_an_hour_off() -> None:
    start = datetime(2026, 6, 1, 4, tzinfo=UTC)
    kolkata = ZoneInfo("Asia/Kolkata")
    assert local(edges(start, start + timedelta(hours=1), kolkata, Step.HOUR), kolkata) == [
        "09:30+0530",
        "10:00+0530",
        "10:30+0530",
    ]


def test_clocks_that_change_by_half_an_hour() -> None:
    # Lord Howe Island goes back half an hour at 02:00: the hour from 01:30 on comes twice.
    zone = ZoneInfo("Australia/Lord_Howe")
    start = datetime(2026, 4, 4, 14, tzinfo=UTC)
    found = local(edges(start, start + timedelta(hours=3), zone, Step.HOUR), zone)
    assert found[0] == "01:00+1100"
    assert "02:00+1030" in found


def test_days_begin_at_the_site_s_midnight() -> None:
    start = datetime(2026, 10, 23, 20, tzinfo=UTC)
    found = edges(start, start + timedelta(days=3), BERLIN, Step.DAY)
    assert local(found) == ["22:00+0200", "00:00+0200", "00:00+0200", "00:00+0100", "21:00+0100"]


def test_a_day_that_the_calendar_leaves_out_is_no_interval() -> None:
    # Samoa went from 29 to 31 December 2011: the midnight that begins the 30th is that of the 31st.
    zone = ZoneInfo("Pacific/Apia")
    found = edges(datetime(2011, 12, 29, 10, tzinfo=UTC), datetime(2011, 12, 31, 10, tzinfo=UTC), zone, Step.DAY)
    assert [moment.astimezone(zone).day for moment in found] == [29, 31, 1]


def test_a_period_of_no_length_is_one_interval() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert edges(start, start, BERLIN, Step.HOUR) == (start, start)


def test_long_periods_go_by_day() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    assert step_of(start, start + timedelta(hours=36)) is Step.HOUR
    assert step_of(start, start + timedelta(hours=37)) is Step.DAY


@settings(deadline=None)
@given(
    st.integers(0, 10 * 365 * 24 * 60),
    st.integers(1, 36 * 60),
    st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "UTC"]),
)
def test_intervals_follow_one_another_and_none_is_longer_than_an_hour(after: int, minutes: int, zone: str) -> None:
    first = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=after)
    found = edges(first, first + timedelta(minutes=minutes), ZoneInfo(zone), Step.HOUR)
    assert (found[0], found[-1]) == (first, first + timedelta(minutes=minutes))
    assert all(timedelta(0) < end - begin <= timedelta(hours=1) for begin, end in pairwise(found))
