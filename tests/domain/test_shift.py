"""Shifts, on ordinary days and on the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.domain.shift import Shift, ShiftPattern, ShiftPatternInvalid, ShiftTime

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = date(2026, 3, 28)
AUTUMN = date(2026, 10, 24)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Africa/Cairo",  # the gap is at midnight
    "America/St_Johns",
    "Pacific/Apia",  # left out the whole 30 December 2011
    "Pacific/Kiritimati",
]


def pattern(*starts: time, zone: str = "Europe/Berlin") -> ShiftPattern:
    return ShiftPattern(tuple(ShiftTime(f"Shift {n}", start) for n, start in enumerate(starts, 1)), ZoneInfo(zone))


THREE = ShiftPattern((ShiftTime("Early", time(6)), ShiftTime("Late", time(14)), ShiftTime("Night", time(22))), BERLIN)


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_an_ordinary_day() -> None:
    assert THREE.shifts_of(date(2026, 3, 3)) == (
        Shift("Early", date(2026, 3, 3), utc(3, 5), utc(3, 13), "Europe/Berlin"),
        Shift("Late", date(2026, 3, 3), utc(3, 13), utc(3, 21), "Europe/Berlin"),
        Shift("Night", date(2026, 3, 3), utc(3, 21), utc(4, 5), "Europe/Berlin"),
    )


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 7), (AUTUMN, 9), (date(2026, 3, 29), 8), (date(2026, 6, 1), 8)])
def test_the_night_shift_is_as_long_as_it_really_is(day: date, hours: int) -> None:
    assert THREE.named(day, "Night").duration == timedelta(hours=hours)


def test_a_shift_across_midnight_belongs_to_the_day_of_its_start() -> None:
    for moment in (utc(3, 21), utc(3, 23, 30), utc(4, 4, 59)):
        assert (THREE.shift_at(moment).name, THREE.shift_at(moment).date) == ("Night", date(2026, 3, 3))
    assert (THREE.shift_at(utc(4, 5)).name, THREE.shift_at(utc(4, 5)).date) == ("Early", date(2026, 3, 4))


def test_the_hour_that_comes_twice_lies_in_one_shift() -> None:
    first, second = utc(25, 0, 30, month=10), utc(25, 1, 30, month=10)
    assert first.astimezone(BERLIN).hour == second.astimezone(BERLIN).hour == 2
    assert THREE.shift_at(first) == THREE.shift_at(second) == THREE.named(AUTUMN, "night")


def test_a_shift_that_starts_in_the_hour_that_comes_twice_starts_the_first_time() -> None:
    night, early = pattern(time(2, 30), time(10)).shifts_of(date(2026, 10, 25))
    assert night.start == utc(25, 0, 30, month=10)
    assert early.start - night.start == timedelta(hours=8, minutes=30)


def test_a_start_that_is_skipped_is_the_end_of_the_gap() -> None:
    day = date(2026, 3, 29)
    first, second = pattern(time(2, 30), time(3, 10)).shifts_of(day)
    assert first.start == utc(29, 1), "03:00 in summer time"
    assert first.end == second.start == utc(29, 1, 10)


def test_a_shift_that_is_skipped_whole_is_empty() -> None:
    skipped, following = pattern(time(2, 10), time(2, 50)).shifts_of(date(2026, 3, 29))
    assert skipped.duration == timedelta(0)
    assert following.start == utc(29, 1)
    assert pattern(time(2, 10), time(2, 50)).shift_at(utc(29, 1)) == following


def test_a_day_that_is_skipped_whole() -> None:
    apia = pattern(time(6), time(14), time(22), zone="Pacific/Apia")
    first, second, night = apia.shifts_of(date(2011, 12, 30))
    assert first.duration == second.duration == timedelta(0)
    assert night.end == apia.shifts_of(date(2011, 12, 31))[0].start


def test_one_shift_lasts_the_whole_day() -> None:
    assert pattern(time(6)).shifts_of(SPRING)[0].duration == timedelta(hours=23)
    assert pattern(time(6)).shifts_of(AUTUMN)[0].duration == timedelta(hours=25)


patterns = st.builds(
    lambda starts, zone: pattern(*sorted(starts), zone=zone),
    st.sets(st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60)), min_size=1, max_size=5),
    st.sampled_from(ZONES),
)
nights_when_clocks_change = st.sampled_from(
    [
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 10, 25, tzinfo=UTC),
        datetime(2026, 3, 8, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 4, 4, tzinfo=UTC),
        datetime(2026, 10, 3, tzinfo=UTC),
        datetime(2026, 4, 23, tzinfo=UTC),
        datetime(2026, 10, 29, tzinfo=UTC),
        datetime(2011, 12, 30, tzinfo=UTC),
    ]
)
moments = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes), nights_when_clocks_change, st.integers(-2160, 2160)
)


@given(patterns, moments)
@example(pattern(time(2, 30), time(3, 10)), utc(29, 1, 5))
def test_every_moment_lies_in_exactly_one_shift(shifts: ShiftPattern, moment: datetime) -> None:
    local = moment.astimezone(shifts.zone).date()
    around = [shift for days in range(-2, 3) for shift in shifts.shifts_of(local + timedelta(days=days))]
    covering = [shift for shift in around if shift.start <= moment < shift.end]
    assert covering == [shifts.shift_at(moment)]
    for before, after in pairwise(around):
        assert before.end == after.start
        assert before.duration >= timedelta(0)


def test_by_name_in_any_case() -> None:
    assert THREE.named(date(2026, 3, 3), "eARLY").start == utc(3, 5)
    with pytest.raises(KeyError, match="no shift 'Noon'; known: Early, Late, Night"):
        THREE.named(date(2026, 3, 3), "Noon")


@pytest.mark.parametrize(
    ("shifts", "sentence"),
    [
        ((), "needs at least one shift"),
        ((ShiftTime("a", time(14)), ShiftTime("b", time(6))), "in the order of their starts"),
        ((ShiftTime("a", time(6)), ShiftTime("b", time(6))), "no two at the same time"),
        ((ShiftTime("a", time(6)), ShiftTime("a", time(14))), "a name of its own"),
        ((ShiftTime(" ", time(6)),), "a name of its own"),
    ],
)
def test_patterns_that_cannot_be(shifts: tuple[ShiftTime, ...], sentence: str) -> None:
    with pytest.raises(ShiftPatternInvalid, match=sentence):
        ShiftPattern(shifts, BERLIN)
