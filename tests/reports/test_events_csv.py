"""The events as a table."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from inspector.domain.inspection import EventKind
from inspector.reports.events_csv import render_csv
from inspector.reports.make import make_report
from inspector.reports.model import EventLine, ShiftReport
from inspector.reports.shift_choice import choose_shift
from inspector.settings import Settings


def test_each_event_is_a_line_and_an_outage_has_an_end(report: ShiftReport) -> None:
    start = report.span.start
    lost = EventLine(start, EventKind.CAMERA_LOST, 'gone, "for good"', "1", start + timedelta(seconds=12.34))
    still = replace(lost, text="still gone", goes_on=True)
    note = EventLine(start + timedelta(hours=1), EventKind.CAMERA_CHANGED, "größer als 5 µs", "2")
    data = render_csv(replace(report, events=(lost, still, note)))
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.DictReader(StringIO(data.decode("utf-8-sig")))) == [
        {
            "start": "2026-10-24T22:00:00+02:00",
            "end": "2026-10-24T22:00:12.340000+02:00",
            "seconds": "12.3",
            "lane": "1",
            "kind": "camera_lost",
            "event": "Camera lost",
            "text": 'gone, "for good"',
        },
        {
            "start": "2026-10-24T22:00:00+02:00",
            "end": "",
            "seconds": "12.3",
            "lane": "1",
            "kind": "camera_lost",
            "event": "Camera lost",
            "text": "still gone",
        },
        {
            "start": "2026-10-24T23:00:00+02:00",
            "end": "",
            "seconds": "",
            "lane": "2",
            "kind": "camera_changed",
            "event": "Camera changed",
            "text": "größer als 5 µs",
        },
    ]


def test_a_report_that_is_asked_for_as_csv_is_that_table(site: Any, fake_clock: Any, tmp_path: Path) -> None:
    settings = Settings(station="Bench 3")
    choice = choose_shift("2026-06-01", settings.pattern(), fake_clock)
    path = tmp_path / "out" / "events.CSV"
    report = make_report(site.records, site.pictures, settings, fake_clock, choice, path)
    assert path.read_bytes() == render_csv(report)
    assert path.read_text("utf-8-sig").splitlines() == ["start,end,seconds,lane,kind,event,text"]
