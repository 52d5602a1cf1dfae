"""A journal in a process of its own that prints every part it publishes. Run by test_kill.py, which kills it.

python writes_until_killed.py FOLDER
"""

import os
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

import numpy as np

from inspector.domain.clock import SystemClock
from inspector.domain.inspection import Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Verdict
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Records


def main() -> None:
    folder = Path(sys.argv[1])
    database = Database.open(folder / "journal.sqlite")
    journal = Journal(database, PictureStore.open(folder / "pictures"), SystemClock())
    journal.inspections.subscribe(tell)
    journal.start()
    pixels = np.random.default_rng(1).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    for sequence in count(Records(database).last_sequence() + 1):
        verdict = Verdict.NG if sequence % 3 == 0 else Verdict.OK
        context = PartContext("1", "Bracket", 1, "aa", "bb", "cpu", "Ada", f"lot {sequence // 100}")
        judgement = Judgement(verdict, "scratch" if verdict is Verdict.NG else "", "good")
        part = Inspection(
            uuid4().hex, sequence, datetime.now(UTC), TriggerSource.FRAME, "demo:1", "", context, judgement
        )
        journal.submit(JudgedPart(part, pixels, verdict is Verdict.NG, 0.0))


def tell(inspection: Inspection) -> None:
    """Print past all buffers, as a lamp would light."""
    os.write(1, f"{inspection.sequence} {inspection.id}\n".encode())


if __name__ == "__main__":
    main()
