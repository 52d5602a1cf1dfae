"""Measures the records: how fast they are written with full durability, how large they are, how fast they answer.

    python tests/bench/bench_records.py [--rows 100000] [--folder FOLDER]

Everything is written below FOLDER (a temporary one unless said otherwise) and removed; put it on the disk to measure.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import cv2
import numpy as np

from inspector.domain.clock import SystemClock
from inspector.domain.frame import Pixels
from inspector.domain.inspection import Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Timings, Verdict
from inspector.pictures import encode_jpeg, encode_png
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Period, Records

START = datetime(2026, 1, 5, 5, 0, tzinfo=UTC)
PARTS_A_SECOND = 4
CLASSES = ("good", "scratch", "stain", "dent", "missing hole", "chipped edge")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="inspector-bench-") as name:
        folder = Path(name)
        measure_building(folder, options.rows)
        measure_queries(folder, options.rows)
        measure_commits(folder)
        measure_pictures(folder)


def measure_building(folder: Path, rows: int) -> None:
    """Write many parts as fast as they are taken."""
    parts = [make_part(sequence) for sequence in range(1, rows + 1)]
    with opened(folder) as journal:
        started = time.perf_counter()
        for part in parts:
            journal.submit(part)
        journal.flush()
        seconds = time.perf_counter() - started
    each = f"{seconds / rows * 1e6:.1f} us/row"
    line(f"{rows:,} rows, as fast as they are taken", f"{rows / seconds:,.0f} rows/s", each)
    size = (folder / "journal.sqlite").stat().st_size
    line("file", f"{size / 1e6:.1f} MB", f"{size / rows:.0f} bytes/row")


def measure_queries(folder: Path, rows: int) -> None:
    """Ask everything of the whole file, and of one lot in it."""
    started = time.perf_counter()
    database = Database.open_for_reading(folder / "journal.sqlite")
    line("open for reading", f"{(time.perf_counter() - started) * 1000:.1f} ms")
    records = Records(database)
    edges = [START + timedelta(hours=hour) for hour in range(25)]
    all_rows = Period(START, START + timedelta(seconds=rows / PARTS_A_SECOND + 1))
    for title, period in (("all", all_rows), ("one lot", replace(all_rows, lot="LOT-3"))):
        questions: dict[str, Callable[[Period], object]] = {
            "totals": records.totals,
            "by_reason": records.by_reason,
            "by_class": records.by_class,
            "by_interval, 24": lambda period: records.by_interval(period, edges),
            "latest 50 NG": lambda period: records.latest(period, [Verdict.NG], 50),
            "latest 50 of any": lambda period: records.latest(period, list(Verdict), 50),
            "events": records.events,
            "recipes": records.recipes,
            "lots": records.lots,
            "operators": records.operators,
        }
        for name, question in questions.items():
            line(f"{name} ({title})", f"{median_ms(lambda question=question, period=period: question(period)):.2f} ms")
    line("last_sequence", f"{median_ms(records.last_sequence):.2f} ms")
    line("recent 12", f"{median_ms(lambda: records.recent(12)):.2f} ms")
    line("by_serial", f"{median_ms(lambda: records.by_serial('S000777')):.2f} ms")
    database.close()


def measure_commits(folder: Path) -> None:
    """Write one part at a time, then at a steady pace, without pictures."""
    with opened(folder / "single") as journal:
        milliseconds = []
        for sequence in range(1, 3001):
            part = make_part(sequence)
            started = time.perf_counter()
            journal.submit(part)
            journal.flush()
            milliseconds.append((time.perf_counter() - started) * 1000)
    line("commits one after the other", f"{1000 / statistics.fmean(milliseconds):,.0f}/s", spread(milliseconds))
    at_a_pace(folder / "paced", [make_part(sequence) for sequence in range(1, 501)], 50)


def measure_pictures(folder: Path) -> None:
    """Encode and keep pictures of 1280 x 1024 in colour."""
    pixels = make_picture()
    png, jpeg = encode_png(pixels), encode_jpeg(pixels, 92)
    line("encode PNG 1280 x 1024 x 3", f"{median_ms(lambda: encode_png(pixels)):.1f} ms", f"{len(png) / 1e6:.2f} MB")
    line("encode JPEG 92", f"{median_ms(lambda: encode_jpeg(pixels, 92)):.1f} ms", f"{len(jpeg) / 1e6:.2f} MB")
    store = PictureStore.open(folder / "alone")
    part = with_picture(make_part(1), pixels)
    line("PNG kept: encoded, hashed, forced to the disk", f"{median_ms(lambda: store.write(part)):.1f} ms")
    parts = [with_picture(make_part(sequence), pixels) for sequence in range(1, 121)]
    with opened(folder / "many") as journal:
        started = time.perf_counter()
        for part in parts:
            journal.submit(part)
        journal.flush()
        line("NG parts as fast as they are taken", f"{len(parts) / (time.perf_counter() - started):.1f} parts/s")
    for pace in (5, 20):
        at_a_pace(folder / f"{pace} NG", parts, pace)


def at_a_pace(folder: Path, parts: Sequence[JudgedPart], pace: int) -> None:
    """Hand parts over at a steady pace and print how long each took from handed over to committed."""
    milliseconds: list[float] = []
    most_waiting = 0
    clock = SystemClock()
    with opened(folder) as journal:
        journal.inspections.subscribe(lambda inspection: milliseconds.append(inspection.judgement.timings.commit))
        due = clock.monotonic()
        for part in parts:
            due += 1 / pace
            time.sleep(max(0.0, due - clock.monotonic()))
            journal.submit(replace(part, triggered=clock.monotonic()))
            most_waiting = max(most_waiting, journal.waiting)
        journal.flush()
    kind = "with a PNG each" if parts[0].pixels is not None else "without pictures"
    line(f"{pace} parts/s {kind}: commit", spread(milliseconds), f"at most {most_waiting} waiting")


@contextmanager
def opened(folder: Path) -> Iterator[Journal]:
    database = Database.open(folder / "journal.sqlite")
    journal = Journal(database, PictureStore.open(folder / "pictures"), SystemClock())
    journal.start()
    yield journal
    journal.close()
    database.close()


def make_part(sequence: int) -> JudgedPart:
    """Return a part of a line as they are: 94 % OK, five defects, a new lot every 10,000 parts."""
    chance = sequence * 7919 % 100
    verdict = Verdict.OK if chance < 94 else Verdict.CHECK if chance == 94 else Verdict.NG
    name = CLASSES[0] if verdict is Verdict.OK else CLASSES[1 + chance % 5]
    reason = {Verdict.OK: "", Verdict.NG: name, Verdict.CHECK: "unsure"}[verdict]
    rest = (1 - 0.9876543) / (len(CLASSES) - 1)
    probabilities = {each: 0.9876543 if each == name else rest for each in CLASSES}
    inspection = Inspection(
        uuid4().hex,
        sequence,
        START + timedelta(seconds=sequence / PARTS_A_SECOND),
        TriggerSource.FRAME,
        "USB camera 1",
        "",
        PartContext(
            "Lane 1",
            "Bracket 4711",
            3,
            "a1" * 32,
            "b2" * 32,
            "directml:0",
            f"operator {sequence // 25_000}",
            f"LOT-{sequence // 10_000}",
            f"S{sequence:06d}",
        ),
        Judgement(verdict, reason, name, probabilities, None, None, "", Timings(1.25, 2.5, 20.125, 0.03125)),
    )
    return JudgedPart(inspection, None, False, 0.0)


def with_picture(part: JudgedPart, pixels: Pixels) -> JudgedPart:
    judgement = replace(part.inspection.judgement, verdict=Verdict.NG, reason="scratch", class_name="scratch")
    return replace(part, inspection=replace(part.inspection, judgement=judgement), pixels=pixels, keep=True)


def make_picture() -> Pixels:
    """Return a picture with soft shapes and a sensor's noise, which is what makes real ones large."""
    random = np.random.default_rng(0)
    shapes = cv2.resize(random.uniform(0, 255, (32, 40, 3)), (1280, 1024), interpolation=cv2.INTER_CUBIC)
    return np.clip(shapes + random.normal(0, 3, shapes.shape), 0, 255).astype(np.uint8)


def median_ms(act: Callable[[], object]) -> float:
    times = []
    for _ in range(9):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def spread(milliseconds: Sequence[float]) -> str:
    hundredths = statistics.quantiles(milliseconds, n=100)
    return f"median {hundredths[49]:.2f} ms, 99 % {hundredths[98]:.2f} ms, most {max(milliseconds):.2f} ms"


def line(what: str, *figures: str) -> None:
    print(f"{what:48} {'   '.join(figures)}", flush=True)


if __name__ == "__main__":
    main()
