"""Numbers and moments as people read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inspector.domain.inspection import EventKind
from inspector.domain.verdict import Reason
from inspector.quality.rates import wilson
from inspector.reports.words import ENGLISH, changes_clocks, day_and_time

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("fraction", "decimals", "shown"),
    [
        (0.97364, 2, "97.36 %"),
        (0.0, 2, "0.00 %"),
        (1.0, 2, "100.00 %"),
        (None, 2, "–"),
        (0.31690, 1, "31.7 %"),
        (0.00005, 2, "0.005 %"),
        (0.99998, 2, "99.998 %"),
        (0.9999996, 0, "99.99996 %"),
        (0.994, 0, "99 %"),
    ],
)
def test_per_cent(fraction: float | None, decimals: int, shown: str) -> None:
    assert ENGLISH.percent(fraction, decimals).replace("\u00a0", " ") == shown


def test_one_bad_part_in_many_is_never_a_full_hundred() -> None:
    assert not ENGLISH.percent(99_999 / 100_000).startswith("100")


def test_another_language_has_other_marks() -> None:
    german = replace(ENGLISH, decimal_mark=",", thousands_mark=".")
    assert german.number(12345.5, 1) == "12.345,5"
    assert german.percent(0.5).startswith("50,00")


def test_thousands_are_marked() -> None:
    assert ENGLISH.number(1234567) == "1,234,567"


def test_the_interval_is_a_sentence_and_empty_where_nothing_was_seen() -> None:
    assert ENGLISH.interval_of(wilson(12, 480)).replace("\u00a0", " ") == "95 % interval 1.44 % to 4.32 %"
    assert ENGLISH.interval_of(wilson(0, 0)) == ""


def test_parts_per_million() -> None:
    assert ENGLISH.per_million(wilson(3, 1000)) == "3,000"
    assert ENGLISH.per_million(wilson(0, 0)) == "–"


def test_every_event_and_every_reason_of_the_station_has_words() -> None:
    assert set(ENGLISH.events_by_kind) == set(EventKind)
    assert set(ENGLISH.reasons_by_name) == set(Reason)
    assert ENGLISH.reason("scratch") == "scratch"


def test_a_moment_in_the_repeated_hour_is_told_from_its_twin() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert day_and_time(first, BERLIN) == "2026-10-25 02:30 (+02:00)"
    assert day_and_time(first + timedelta(hours=1), BERLIN) == "2026-10-25 02:30 (+01:00)"


def test_a_zone_with_an_odd_offset() -> None:
    assert day_and_time(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("America/St_Johns")) == "2025-12-31 20:30 (-03:30)"


def test_changing_clocks_are_seen() -> None:
    night = datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert changes_clocks(night, night + timedelta(hours=9), BERLIN)
    assert not changes_clocks(night, night + timedelta(hours=2), BERLIN)


def test_durations() -> None:
    assert ENGLISH.lasting(timedelta(hours=9)) == "9 h 00 min"
    assert ENGLISH.lasting(timedelta(days=1, minutes=5, seconds=59)) == "24 h 05 min"
