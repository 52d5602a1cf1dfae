"""The events of a report as a table for other programs."""

import csv
from io import StringIO
from zoneinfo import ZoneInfo

from inspector.reports.model import EventLine, ShiftReport
from inspector.reports.words import ENGLISH, Words

_COLUMNS = ("start", "end", "seconds", "lane", "kind", "event", "text")


def render_csv(report: ShiftReport, words: Words = ENGLISH) -> bytes:
    """Return the events as CSV in UTF-8, a line each, moments in the site's time with their distance from UTC.

    `end` and `seconds` are of outages alone; `end` is empty for one that had not ended yet. A byte order mark at the
    beginning tells spreadsheets that it is UTF-8.
    """
    zone = ZoneInfo(report.span.zone)
    text = StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    table.writerows(_row(event, zone, words) for event in report.events)
    return text.getvalue().encode("utf-8-sig")


def _row(event: EventLine, zone: ZoneInfo, words: Words) -> tuple[str, ...]:
    start = event.time.astimezone(zone).isoformat()
    if event.end is None:
        end = seconds = ""
    else:
        end = "" if event.goes_on else event.end.astimezone(zone).isoformat()
        seconds = f"{event.lasted.total_seconds():.1f}"
    return start, end, seconds, event.lane, str(event.kind), words.events_by_kind[event.kind], event.text
