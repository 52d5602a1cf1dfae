"""Recorded before shown: whatever a killed journal has told is on file, and the file opens without repair."""

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from inspector.records.database import Database
from inspector.records.pictures import PictureState, PictureStore
from inspector.records.queries import Records

ROUNDS = 3
CHILD = Path(__file__).with_name("writes_until_killed.py")


def told_until_killed(folder: Path, after: int, moment: float) -> list[tuple[int, str]]:
    """Let a journal run until it has told `after` parts and `moment` seconds more; return what it told."""
    with subprocess.Popen([sys.executable, str(CHILD), str(folder)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(after)]
        time.sleep(moment)
        child.kill()
        lines += child.stdout.readlines()
    whole = [line.split() for line in lines if line.endswith(b"\n")]
    return [(int(sequence), identity.decode()) for sequence, identity in whole]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_killed_at_a_random_moment(tmp_path: Path, seed: int, record_property: Any) -> None:
    chance = random.Random(seed)
    told: list[tuple[int, str]] = []
    for _ in range(2):
        told += told_until_killed(tmp_path, chance.randint(1, 40), chance.uniform(0, 0.1))
    record_property("told", len(told))
    assert [sequence for sequence, _ in told] == sorted({sequence for sequence, _ in told})

    database = Database.open(tmp_path / "journal.sqlite")
    pictures = PictureStore.open(tmp_path / "pictures")
    records = Records(database)
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    kept = {inspection.sequence: inspection for inspection in records.recent(10**9)}
    database.close()
    assert [kept[sequence].id for sequence, _ in told] == [identity for _, identity in told]
    assert sorted(kept) == list(range(1, len(kept) + 1)), "a record in the middle is missing"
    named = [inspection.picture for inspection in kept.values() if inspection.picture is not None]
    assert named
    assert {pictures.verify(picture) for picture in named} == {PictureState.INTACT}
    assert list((tmp_path / "pictures" / ".unfinished").iterdir()) == []
