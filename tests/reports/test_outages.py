"""An outage of a camera is one line of the report, whatever ended it."""

from datetime import UTC, datetime, timedelta

import pytest

from inspector.domain.inspection import Event, EventKind
from inspector.reports.model import EventLine
from inspector.reports.outages import ENDS_OF_OUTAGES, event_lines, seconds_away

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
END = START + timedelta(hours=8)
Told = tuple[str, float, float | None, bool]


def event(kind: EventKind, minutes: float, text: str = "", lane: str = "1", **details: str) -> Event:
    return Event(kind, START + timedelta(minutes=minutes), text, lane, details)


def lost(minutes: float, text: str = "silent", lane: str = "1") -> Event:
    return event(EventKind.CAMERA_LOST, minutes, text, lane)


def told(*events: Event, before: tuple[Event, ...] = (), until: datetime = END) -> list[Told]:
    return [_plain(line) for line in event_lines(before, events, START, until)]


def _plain(line: EventLine) -> Told:
    minutes = (line.time - START) / timedelta(minutes=1)
    return line.text, minutes, None if line.end is None else (line.end - START) / timedelta(minutes=1), line.goes_on


@pytest.mark.parametrize("kind", ENDS_OF_OUTAGES)
def test_each_of_these_ends_an_outage(kind: EventKind) -> None:
    lane = "" if "station" in kind else "1"
    first = told(lost(10), event(kind, 12.5, lane=lane))[0]
    assert first == ("silent", 10, 12.5, False)


def test_what_only_ends_an_outage_has_no_line_of_its_own() -> None:
    assert len(told(lost(10), event(EventKind.CAMERA_BACK, 12))) == 1
    assert len(told(lost(10), event(EventKind.CAMERA_ENDED, 12, reason="silent"))) == 1
    assert len(told(event(EventKind.CAMERA_ENDED, 12))) == 1, "a recording that is through"


def test_lanes_do_not_end_each_others_outages_but_the_station_ends_all() -> None:
    events = (
        lost(10, "left", "1"),
        lost(20, "right", "2"),
        event(EventKind.CAMERA_BACK, 30, lane="1"),
        event(EventKind.STATION_CLOSED, 40, "closed", lane=""),
    )
    assert told(*events) == [("left", 10, 30, False), ("right", 20, 40, False), ("closed", 40, None, False)]


def test_a_second_loss_ends_the_first() -> None:
    assert told(lost(10, "a"), lost(15, "b"), event(EventKind.CAMERA_OPENED, 20, "c")) == [
        ("a", 10, 15, False), ("b", 15, 20, False), ("c", 20, None, False)
    ]  # fmt: skip


def test_an_outage_that_reaches_over_the_edges_of_the_period_counts_inside_of_it() -> None:
    before = (lost(-300, "over"), event(EventKind.CAMERA_BACK, -200), lost(-100, "long"), lost(-90, "other", "2"))
    lines = event_lines(before, [event(EventKind.CAMERA_BACK, 30, lane="2")], START, END)
    assert [_plain(line) for line in lines] == [("long", 0, 480, True), ("other", 0, 30, False)]
    assert seconds_away(lines) == 510 * 60


def test_what_happened_before_the_period_and_is_over_has_no_line() -> None:
    before = (event(EventKind.STATION_STARTED, -10, lane=""), lost(-5), event(EventKind.CAMERA_BACK, -4))
    assert told(before=before) == []


def test_an_outage_in_a_period_that_still_runs_goes_on_until_now() -> None:
    assert told(lost(10), until=START + timedelta(minutes=12)) == [("silent", 10, 12, True)]
    assert told(lost(10), until=START) == [("silent", 10, 10, True)]
