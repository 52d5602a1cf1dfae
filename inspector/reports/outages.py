"""From the events of a period to the lines of a report, an outage of a camera being one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from inspector.domain.inspection import Event, EventKind
from inspector.reports.model import EventLine

ENDS_OF_OUTAGES = (
    EventKind.CAMERA_BACK,
    EventKind.CAMERA_OPENED,
    EventKind.CAMERA_ENDED,
    EventKind.STATION_STARTED,
    EventKind.STATION_CLOSED,
)
"""What ends an outage in any case. A station that was started anew after a power cut had not written its end."""


def event_lines(
    before: Iterable[Event], events: Iterable[Event], start: datetime, until: datetime
) -> tuple[EventLine, ...]:
    """Return the lines of `events`, in order; `before` are those before the period.

    An outage that began before the period counts from its `start`, one that has not ended until it does.
    """
    book = _Book()
    for event in before:
        book.note(event)
    book.begin_at(start)
    for event in events:
        book.note(event)
    return book.closed(until)


def seconds_away(lines: Sequence[EventLine]) -> float:
    """Return for how long cameras were away, all lanes together, in seconds."""
    return sum(_seconds(line.time, line.end) for line in lines if line.end is not None)


class _Book:
    """The lines so far, and which of them are outages that go on, by lane."""

    def __init__(self) -> None:
        self._lines: list[EventLine] = []
        self._away: dict[str, int] = {}

    def note(self, event: Event) -> None:
        lost = event.kind is EventKind.CAMERA_LOST
        if lost or event.kind in ENDS_OF_OUTAGES:
            self._end(event.lane, event.time)
        if event.kind is EventKind.CAMERA_BACK or (event.kind is EventKind.CAMERA_ENDED and "reason" in event.details):
            return
        if lost:
            self._away[event.lane] = len(self._lines)
        self._lines.append(EventLine(event.time, event.kind, event.text, event.lane))

    def begin_at(self, start: datetime) -> None:
        """Leave out all lines but the outages that go on, which begin here."""
        going_on = [replace(self._lines[place], time=start) for place in self._away.values()]
        self._away = {line.lane: place for place, line in enumerate(going_on)}
        self._lines = going_on

    def closed(self, until: datetime) -> tuple[EventLine, ...]:
        for place in self._away.values():
            line = self._lines[place]
            self._lines[place] = replace(line, end=max(line.time, until), goes_on=True)
        return tuple(self._lines)

    def _end(self, lane: str, time: datetime) -> None:
        """End the outage of a lane; what happens to the whole station ends all."""
        for ended in (lane,) if lane else tuple(self._away):
            place = self._away.pop(ended, None)
            if place is not None:
                self._lines[place] = replace(self._lines[place], end=time)


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds())
