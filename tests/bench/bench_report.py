"""Measures the report of a large shift: how long its figures take to collect and its pages to draw.

    python tests/bench/bench_report.py [--rows 100000] [--folder FOLDER]

Everything is written below FOLDER (a temporary one unless said otherwise) and removed. The goal is 3 s for
100,000 parts.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from inspector.domain.clock import SystemClock
from inspector.domain.inspection import Event, EventKind, Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.shift import Shift
from inspector.domain.verdict import Judgement, Verdict
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Period, Records
from inspector.reports.collect import collect
from inspector.reports.model import Heading
from inspector.reports.pdf import Paper, render_pdf

START = datetime(2026, 10, 24, 20, tzinfo=UTC)
END = START + timedelta(hours=9)
ZONE = ZoneInfo("Europe/Berlin")
DEFECTS = ("scratch", "stain", "dent", "missing hole", "chipped edge", "anomaly")
PICTURES = 40
RUNS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="inspector-bench-") as name:
        folder = Path(name)
        pictures = PictureStore.open(folder / "pictures")
        with closing(Database.open(folder / "journal.sqlite")) as database:
            build(database, pictures, options.rows)
            measure(Records(database), pictures, options.rows)


def build(database: Database, pictures: PictureStore, rows: int) -> None:
    """Write a shift of that many parts, NG pictures of full size among them, and some events."""
    journal = Journal(database, pictures, SystemClock())
    started = time.perf_counter()
    journal.start()
    for part in parts(rows):
        journal.submit(part)
    for hour in range(9):
        journal.record_event(
            Event(EventKind.RECIPE_ACTIVATED, START + timedelta(hours=hour), "Another recipe is active.")
        )
        journal.record_event(Event(EventKind.CAMERA_LOST, START + timedelta(hours=hour), "The camera fell silent."))
    journal.close()
    line(f"{rows:,} rows written", time.perf_counter() - started)


def parts(rows: int) -> Iterator[JudgedPart]:
    chance = random.Random(1)
    pixels = np.random.default_rng(1).integers(0, 256, (1024, 1280, 3), dtype=np.uint8)
    shown = 0
    for sequence in range(1, rows + 1):
        verdict = chance.choices((Verdict.OK, Verdict.NG, Verdict.CHECK, Verdict.ERROR), (960, 25, 10, 5))[0]
        reason = {
            Verdict.NG: chance.choice(DEFECTS),
            Verdict.CHECK: "unsure",
            Verdict.ERROR: "overrun",
        }.get(verdict, "")
        # The newest ones are those that the report shows.
        kept = verdict is Verdict.NG and sequence > rows * 0.95 and shown < PICTURES
        shown += kept
        moment = START + (END - START) * ((sequence - 1) / rows)
        context = PartContext(
            "main",
            "Bearing cap",
            7 + sequence * 4 // rows,
            f"{sequence * 4 // rows:064x}",
            "cd" * 32,
            "cpu",
            f"Operator {sequence * 3 // rows}",
            f"L-{sequence * 25 // rows}",
            f"SN-{sequence:07d}",
        )
        probabilities = dict.fromkeys(DEFECTS, 0.02) | {reason or "good": 0.9}
        judgement = Judgement(verdict, reason, reason or "good", probabilities)
        inspection = Inspection(
            f"{sequence:032x}", sequence, moment, TriggerSource.FRAME, "camera", "", context, judgement
        )
        yield JudgedPart(inspection, pixels if kept else None, kept, 0.0)


def measure(records: Records, pictures: PictureStore, rows: int) -> None:
    shifts = (Shift("Night", date(2026, 10, 24), START, END, ZONE.key),)
    heading = Heading("Plant", "Line 2", "Bench 1", "Night, 2026-10-24", ZONE, "bench", shifts)
    papers: tuple[Paper, ...] = ("A4", "Letter")
    for run in range(RUNS):
        started = time.perf_counter()
        report = collect(records, pictures, Period(START, END), heading, SystemClock())
        collected = time.perf_counter()
        data = render_pdf(report, papers[run % 2])
        drawn = time.perf_counter()
        title = "first (fonts read)" if run == 0 else "again"
        line(f"collect, {title}", collected - started)
        line(f"pdf, {title}", drawn - collected)
        line(f"together, {title}", drawn - started)
    assert report.completeness.records == rows
    print(f"{len(data) / 1000:.0f} kB, {report.counts.ng:,} NG, {len(report.thumbnails)} pictures")


def line(title: str, seconds: float) -> None:
    print(f"{title:<28} {seconds:8.3f} s")


if __name__ == "__main__":
    main()
