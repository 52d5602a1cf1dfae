"""Reports to print and records to report on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from inspector.domain.inspection import Event, EventKind, Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.shift import ShiftPattern, ShiftTime
from inspector.domain.verdict import Judgement, Verdict
from inspector.quality.control_chart import p_chart
from inspector.quality.pareto import pareto
from inspector.quality.rates import wilson
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records
from inspector.records.rows import RecipeRecord
from inspector.reports.model import (
    ChartPoint,
    Completeness,
    Counts,
    EventLine,
    Heading,
    Issue,
    Mark,
    Place,
    ReasonBar,
    RecipeUse,
    ShiftReport,
    Span,
    Step,
    Thumbnail,
    TrendChart,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def pattern() -> ShiftPattern:
    """Return three shifts a day in Berlin."""
    times = (ShiftTime("Early", time(6)), ShiftTime("Late", time(14)), ShiftTime("Night", time(22)))
    return ShiftPattern(times, BERLIN)


@pytest.fixture
def report(pattern: ShiftPattern) -> ShiftReport:
    """Return a whole report of the October night on which the clocks go back."""
    shift = pattern.named(date(2026, 10, 24), "Night")
    edges = [shift.start + timedelta(hours=hour) for hour in range(10)]
    inspected = [400, 410, 390, 405, 40, 420, 395, 400, 390]
    ng = [8, 9, 7, 8, 0, 9, 8, 31, 8]
    chart = p_chart(ng, inspected)
    units = sum(inspected)
    bars = pareto({"NG scratch": 50, "NG dent": sum(ng) - 50, "CHECK unsure": 20}, units)
    grey = np.linspace(0, 255, 60 * 80, dtype=np.uint8).reshape(60, 80)
    return ShiftReport(
        issue=Issue("R-20261025-051500", datetime(2026, 10, 25, 5, 15, tzinfo=UTC), "1.2.3"),
        place=Place("Plant South", "Line 2", "Bench 1"),
        span=Span("Night, 2026-10-24", shift.start, shift.end, BERLIN.key, False, (shift,)),
        counts=Counts(
            units, units - sum(ng) - 20, sum(ng), 20, 3, wilson(units - sum(ng) - 20, units), wilson(sum(ng), units)
        ),
        completeness=Completeness(
            triggers=units + 3,
            records=units + 3,
            first_sequence=501,
            last_sequence=500 + units + 3,
            errors=3,
            overruns=1,
            camera_faults=2,
            model_faults=0,
            stopped=0,
            simulated=0,
            pictures_missing=0,
            cameras_lost=1,
            accelerators_failed=0,
            storage_failed=0,
            clock_jumps=0,
            program_faults=0,
        ),
        recipes=(RecipeUse("Bearing cap", 7, "ab" * 32, "cd" * 32, units + 3),),
        accelerators=("directml:0",),
        operators=("J. Smith",),
        lots=("L-4711",),
        reasons=tuple(
            ReasonBar(Verdict(bar.name.split()[0]), bar.name.split()[1], bar.count, bar.share, bar.cumulative)
            for bar in bars
        ),
        trend=TrendChart(
            Step.HOUR,
            chart.mean,
            tuple(ChartPoint(*ends, point) for *ends, point in zip(edges, edges[1:], chart.points, strict=False)),
            (Mark(shift.start + timedelta(minutes=140), "Bearing cap v7"),),
        ),
        thumbnails=(
            Thumbnail(612, "SN-0612", "", shift.start + timedelta(minutes=30), "scratch", 0.97, "00" * 32, None, grey),
        ),
        events=(EventLine(shift.start + timedelta(minutes=50), EventKind.CAMERA_LOST, "The camera fell silent."),),
    )


@pytest.fixture
def heading(pattern: ShiftPattern) -> Heading:
    """Return where the station stands."""
    shifts = (pattern.named(date(2026, 10, 24), "Night"),)
    return Heading("Plant South", "Line 2", "Bench 1", "Night, 2026-10-24", BERLIN, "1.2.3", shifts)


@dataclass
class RecordedSite:
    """A data folder with a journal and pictures."""

    records: Records
    pictures: PictureStore
    write: Callable[[Iterable[JudgedPart], Iterable[Event], Iterable[RecipeRecord]], None]


@pytest.fixture
def site(tmp_path: Path, fake_clock: Any) -> Iterator[RecordedSite]:
    """Return an empty data folder that takes parts and events and answers questions."""
    database = Database.open(tmp_path / "journal.sqlite")
    pictures = PictureStore.open(tmp_path / "pictures")

    def write(parts: Iterable[JudgedPart], events: Iterable[Event] = (), recipes: Iterable[RecipeRecord] = ()) -> None:
        journal = Journal(database, pictures, fake_clock)
        journal.start()
        for part in parts:
            journal.submit(part)
        for event in events:
            journal.record_event(event)
        for recipe in recipes:
            journal.record_recipe(recipe)
        assert journal.close() == 0

    yield RecordedSite(Records(database), pictures, write)
    database.close()


@pytest.fixture
def part() -> Callable[..., JudgedPart]:
    """Return a function that makes one judged part; a shade gives it a picture that is kept."""

    def make(
        sequence: int, moment: datetime, verdict: Verdict = Verdict.OK, reason: str = "", **wanted: Any
    ) -> JudgedPart:
        shade = wanted.pop("shade", None)
        probabilities = {reason: 0.9, "good": 0.1} if verdict is Verdict.NG else {"good": 1.0}
        context = PartContext("main", "Bearing cap", 7, "ab" * 32, "cd" * 32, "cpu")
        inspection = Inspection(
            f"id-{sequence}",
            sequence,
            moment,
            TriggerSource.FRAME,
            "camera",
            f"{sequence}.png",
            replace(context, **wanted),
            Judgement(verdict, reason, reason or "good", probabilities),
        )
        pixels = None if shade is None else np.full((480, 640, 3), shade, np.uint8)
        return JudgedPart(inspection, pixels, shade is not None, 0.0)

    return make
