"""The hours and days of a site: local on the wall clock, right on the nights when the clocks change."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inspector.reports.model import Step

MOST_HOURS = 36
"""A longer period is charted by days: more points than this cannot be told apart on paper."""


def step_of(start: datetime, end: datetime) -> Step:
    """Return by what to chart a period."""
    return Step.HOUR if end.astimezone(UTC) - start.astimezone(UTC) <= timedelta(hours=MOST_HOURS) else Step.DAY


def edges(start: datetime, end: datetime, zone: ZoneInfo, step: Step) -> tuple[datetime, ...]:
    """Return the period's start, each full local hour or local midnight inside it, and its end, as UTC.

    An hour that the clocks repeat is there twice, one that they skip not at all. The first and the last interval are
    shorter where the period begins or ends in the middle of one.
    """
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    inner = _hours(first, zone) if step is Step.HOUR else _midnights(first, zone)
    found = [first]
    for moment in inner:
        if moment >= last:
            break
        if moment > found[-1]:
            found.append(moment)
    return (*found, last) if last > first else (first, first)


def _hours(start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    # Some zones lie half an hour or 45 minutes off, so that the full hour is sought on the local clock.
    moment = start
    while True:
        local = moment.astimezone(zone)
        moment += timedelta(hours=1) - timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        yield moment


def _midnights(start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = start.astimezone(zone).date()
    while True:
        day += timedelta(days=1)
        yield datetime.combine(day, time(), zone).astimezone(UTC)
