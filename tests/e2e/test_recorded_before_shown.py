"""Promise 1: a verdict that was shown is on the disk, whenever the power fails."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from inspector.domain.inspection import EventKind
from inspector.records.queries import Period
from inspector.station import open_station
from inspector.vision.model_file import ModelFile
from tests.fixtures.parts import write_parts

KILLS = 20
ALWAYS = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def _printed_until_killed(arguments: list[str], lines: int) -> list[dict[str, object]]:
    """Start the station, kill it after so many lines, and return what it printed whole."""
    command = [sys.executable, "-m", "inspector", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        printed = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        # What was in the pipe was published too: the station wrote it before it died.
        printed.extend(process.stdout.readlines())
        complaint = process.stderr.read()
    assert complaint == ""
    return [json.loads(line) for line in printed if line.endswith("\n")]


def test_every_printed_verdict_is_in_the_journal_after_sigkill(
    tmp_path: Path, tiny_model_file: Callable[..., ModelFile]
) -> None:
    tiny_model_file()
    write_parts(tmp_path / "parts", ["good", "scratch", "good"] * 8)
    data = tmp_path / "station"
    run = ["run", "--headless", "--jsonl", "--data", str(data), "--recipe", str(tmp_path / "tiny.recipe")]
    camera = ["--camera", f"folder:{tmp_path / 'parts'}?loop=1"]
    moments = random.Random(4)
    shown: dict[str, dict[str, object]] = {}
    for _ in range(KILLS):
        for message in _printed_until_killed([*run, *camera], moments.randint(1, 60)):
            shown[str(message["id"])] = message
        with sqlite3.connect(data / "journal.sqlite") as journal:
            assert journal.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        journal.close()
    station = open_station(data)
    try:
        assert any("not closed properly" in notice for notice in station.notices)
        kept = {inspection.id: inspection for inspection in station.records.recent(1_000_000)}
        assert len(shown) > KILLS
        for identity, message in shown.items():
            inspection = kept[identity]
            assert inspection.sequence == message["sequence"]
            assert str(inspection.judgement.verdict) == message["verdict"]
            if inspection.picture is not None:
                station.pictures.read(inspection.picture)
        station.journal.flush(5)
        starts = station.records.events(ALWAYS, (EventKind.STATION_STARTED,))
        assert len(starts) == KILLS + 1
    finally:
        station.close()
