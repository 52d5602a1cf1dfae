"""From a choice and the settings to a file."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from inspector.domain.shift import ShiftTime
from inspector.reports.make import make_report
from inspector.reports.shift_choice import choose_shift
from inspector.settings import Settings


@pytest.fixture
def settings() -> Settings:
    shifts = (ShiftTime("Day", time(6)), ShiftTime("Night", time(18)))
    return Settings(site="Plant", station="Bench 3", time_zone="Europe/Berlin", shifts=shifts, target=100)


def test_the_report_of_a_shift_is_written_and_headed_by_the_settings(
    site: Any, part: Any, settings: Settings, fake_clock: Any, tmp_path: Path
) -> None:
    site.write(part(n, datetime(2026, 6, 1, 5, tzinfo=UTC) + timedelta(minutes=n)) for n in range(1, 11))
    choice = choose_shift("2026-06-01/Day", settings.pattern(), fake_clock)
    path = tmp_path / "out" / "report.pdf"
    report = make_report(
        site.records, site.pictures, settings, fake_clock, choice, path, paper="Letter", dropped_live=3
    )
    assert (report.counts.inspected, report.counts.target, report.issue.dropped_live) == (10, 100, 3)
    assert report.span.shifts[0].date == date(2026, 6, 1)
    page = PdfReader(path).pages[0]
    assert round(page.mediabox.width) == 612
    assert "Bench 3" in page.extract_text()


def test_the_target_of_a_day_is_that_of_its_shifts_together(
    site: Any, settings: Settings, fake_clock: Any, tmp_path: Path
) -> None:
    choice = choose_shift("2026-06-01", settings.pattern(), fake_clock)
    report = make_report(site.records, site.pictures, settings, fake_clock, choice, tmp_path / "report.pdf")
    assert report.counts.target == 200
