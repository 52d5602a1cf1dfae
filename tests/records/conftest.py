"""Real journals on real files, and parts to put into them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.domain.inspection import Event, Inspection, JudgedPart, PartContext, TriggerSource
from inspector.domain.verdict import Judgement, Timings, Verdict
from inspector.records.database import Database
from inspector.records.journal import Journal
from inspector.records.pictures import PictureStore
from inspector.records.queries import Period, Records

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
CONTEXT = PartContext("1", "Bracket", 3, "a1" * 32, "b2" * 32, "cpu", "Ada", "LOT-1")


@dataclass
class Site:
    """A station's folder with its journal running, and what it has published."""

    folder: Path
    database: Database
    pictures: PictureStore
    journal: Journal
    records: Records
    published: list[Inspection] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    trouble: list[str | None] = field(default_factory=list)

    @property
    def sequences(self) -> list[int]:
        """The sequence numbers published so far, in that order."""
        return [inspection.sequence for inspection in self.published]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty journal file."""
    database = Database.open(tmp_path / "journal.sqlite")
    yield database
    database.close()


@pytest.fixture
def make_site(tmp_path: Path, database: Database, fake_clock: Any) -> Iterator[Callable[..., Site]]:
    """Return a function that makes a site; its arguments are the journal's."""
    made: list[Site] = []

    def make(**options: Any) -> Site:
        pictures = PictureStore.open(tmp_path / "pictures")
        journal = Journal(database, pictures, fake_clock, **options)
        site = Site(tmp_path, database, pictures, journal, Records(database))
        journal.inspections.subscribe(site.published.append)
        journal.events.subscribe(site.events.append)
        journal.trouble.subscribe(site.trouble.append)
        made.append(site)
        return site

    yield make
    for site in made:
        site.journal.close(0)


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """Return a site whose journal writes."""
    site = make_site()
    site.journal.start()
    return site


@pytest.fixture
def part() -> Callable[..., JudgedPart]:
    """Return a function that makes a part: one a second, OK unless said otherwise, without a picture.

    `context` gives fields of the part's context, other words fields of the inspection.
    """

    def make(
        sequence: int,
        verdict: Verdict = Verdict.OK,
        reason: str = "",
        *,
        pixels: Any = None,
        keep: bool | None = None,
        triggered: float = 1000.0,
        class_name: str | None = "good",
        message: str = "",
        context: dict[str, Any] | None = None,
        **wanted: Any,
    ) -> JudgedPart:
        probabilities = {} if class_name is None else {class_name: 0.75, "other": 0.25}
        judgement = Judgement(
            verdict, reason, class_name, probabilities, None, None, message, Timings(1.5, 2.5, 20.25, 0.125)
        )
        inspection = Inspection(
            id=f"id-{sequence}",
            sequence=sequence,
            time=START + timedelta(seconds=sequence),
            trigger=TriggerSource.FRAME,
            camera="demo:1",
            source="",
            context=replace(CONTEXT, **(context or {})),
            judgement=judgement,
        )
        return JudgedPart(
            replace(inspection, **wanted), pixels, pixels is not None if keep is None else keep, triggered
        )

    return make


@pytest.fixture
def pixels() -> Any:
    """Return a small colour picture with something in it."""
    pixels = np.random.default_rng(7).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    pixels.flags.writeable = False
    return pixels


@pytest.fixture
def day() -> Period:
    """Return the day on which all the parts are made."""
    return Period(START, START + timedelta(days=1))
