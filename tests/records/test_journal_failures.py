"""The journal on a disk that fails: nothing is lost, nothing is told twice, and it is said aloud."""

import errno
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from inspector.domain.inspection import Event, EventKind, JudgedPart
from inspector.domain.shift import Shift
from inspector.domain.verdict import Verdict
from inspector.records import database as database_module
from inspector.records import journal as journal_module
from inspector.records.failures import storage_failure
from inspector.records.pictures import PictureState
from inspector.records.queries import Period
from inspector.records.rows import RecipeRecord
from inspector.records.waiting_line import JournalClosed

PATIENCE = 20.0
OUTAGE = [EventKind.STORAGE_FAILED, EventKind.STORAGE_RECOVERED]


@pytest.fixture
def in_trouble(site: Any, expected_logs: Any) -> threading.Event:
    """Return an event that is set once the site says that its disk fails."""
    expected_logs.allow("ERROR inspector.records: ")
    expected_logs.allow("WARNING inspector.records: the disk works again")
    trouble = threading.Event()
    site.journal.trouble.subscribe(lambda sentence: sentence and trouble.set())
    return trouble


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(database_module, "LOCK_PATIENCE", 0.05)


def kinds(site: Any) -> list[EventKind]:
    return [event.kind for event in site.events]


def assert_nothing_lost_or_doubled(site: Any, day: Period, count: int) -> None:
    assert site.sequences == list(range(1, count + 1))
    totals = site.records.totals(day)
    assert (totals.records, totals.missing) == (count, 0)
    assert [event.kind for event in site.records.events(day)] == kinds(site)


def test_a_full_disk(
    site: Any, part: Callable[..., JudgedPart], day: Period, in_trouble: threading.Event, fake_clock: Any
) -> None:
    with site.database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    for sequence in range(1, 201):
        site.journal.submit(part(sequence, message="x" * 1000))
    assert in_trouble.wait(PATIENCE)
    before = list(site.sequences)
    assert site.records.totals(day).records == len(before)
    assert site.trouble == [
        f"The disk is full: {site.database.path} cannot be written; free some space, the records wait in memory"
    ]
    fake_clock.advance(90)
    site.database._writer.dispose()  # a new connection has no limit: the disk has room again
    assert site.journal.flush(PATIENCE)
    assert_nothing_lost_or_doubled(site, day, 200)
    assert site.trouble[-1] is None
    failed, recovered = site.events
    assert [failed.kind, recovered.kind] == OUTAGE
    assert failed.text == site.trouble[0]
    assert recovered.text == "The disk works again after 90.0 s; nothing was lost"
    assert (recovered.time - failed.time).total_seconds() == 90
    assert int(recovered.details["waiting"]) >= 1


def test_a_file_locked_by_another_program(
    site: Any, part: Callable[..., JudgedPart], day: Period, in_trouble: threading.Event
) -> None:
    with closing(sqlite3.connect(site.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for sequence in range(1, 6):
            site.journal.submit(part(sequence))
        assert in_trouble.wait(PATIENCE)
        assert site.published == []
        assert site.trouble == [
            f"Another program holds {site.database.path}; close it there, the records wait in memory"
        ]
        other.execute("ROLLBACK")
    assert site.journal.flush(PATIENCE)
    assert_nothing_lost_or_doubled(site, day, 5)
    assert kinds(site) == OUTAGE
    assert site.trouble[1:] == [None]


def test_a_commit_that_reached_the_disk_but_reported_an_error(
    site: Any,
    part: Callable[..., JudgedPart],
    day: Period,
    in_trouble: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writing, failures = site.database.writing, iter([True, True, False])

    @contextmanager
    def unsure() -> Iterator[Connection]:
        with writing() as connection:
            yield connection
        if next(failures, False):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(site.database, "writing", unsure)
    note = Event(EventKind.CAMERA_LOST, day.start, "gone")
    site.journal.record_event(note)
    for sequence in range(1, 6):
        site.journal.submit(part(sequence))
    assert site.journal.flush(PATIENCE)
    assert site.sequences == [1, 2, 3, 4, 5]
    assert sorted(kinds(site)) == sorted([*OUTAGE, EventKind.CAMERA_LOST])
    assert sorted(event.kind for event in site.records.events(day)) == sorted(kinds(site))
    assert site.records.totals(day).records == 5


def test_a_picture_folder_that_is_gone_for_a_while(
    site: Any, part: Callable[..., JudgedPart], pixels: Any, day: Period, in_trouble: threading.Event
) -> None:
    away = site.pictures.folder.with_name("away")
    site.pictures.folder.rename(away)
    for sequence in range(1, 6):
        site.journal.submit(part(sequence, Verdict.NG, "scratch", pixels=pixels))
    assert in_trouble.wait(PATIENCE)
    assert site.published == []
    assert site.records.last_sequence() == 0
    (sentence,) = site.trouble
    assert sentence.startswith(f"The disk fails: no picture can be kept in {site.pictures.folder} (")
    assert sentence.endswith("); check it, the records wait in memory")
    away.rename(site.pictures.folder)
    assert site.journal.flush(PATIENCE)
    assert_nothing_lost_or_doubled(site, day, 5)
    assert all(site.pictures.verify(inspection.picture) is PictureState.INTACT for inspection in site.published)
    assert kinds(site) == OUTAGE


def test_a_picture_that_fails_holds_up_no_part_before_it(
    make_site: Callable[..., Any], part: Callable[..., JudgedPart], pixels: Any, expected_logs: Any
) -> None:
    expected_logs.allow("inspector.records: ")
    site = make_site()
    site.pictures.folder.rename(site.pictures.folder.with_name("away"))
    first_published = threading.Event()
    site.journal.inspections.subscribe(lambda _: first_published.set())
    site.journal.submit(part(1))
    site.journal.submit(part(2, Verdict.NG, "scratch", pixels=pixels))
    assert isinstance(site.journal._line._fresh[1].picture.exception(PATIENCE), OSError)
    site.journal.start()
    assert first_published.wait(PATIENCE)
    assert site.journal.close(patience=0) == 1
    assert site.sequences == [1]


def test_a_picture_that_cannot_be_encoded_keeps_its_record(
    site: Any,
    part: Callable[..., JudgedPart],
    pixels: Any,
    day: Period,
    monkeypatch: pytest.MonkeyPatch,
    expected_logs: Any,
) -> None:
    expected_logs.append("ERROR inspector.records: The picture of part 2 cannot be kept: ValueError: no such picture")
    write = site.pictures.write

    def refuse(judged: JudgedPart) -> Any:
        if judged.inspection.sequence == 2:
            raise ValueError("no such picture")
        return write(judged)

    monkeypatch.setattr(site.pictures, "write", refuse)
    for sequence in (1, 2, 3):
        site.journal.submit(part(sequence, Verdict.NG, "scratch", pixels=pixels))
    assert site.journal.flush(PATIENCE)
    assert_nothing_lost_or_doubled(site, day, 3)
    assert [inspection.picture is None for inspection in site.published] == [False, True, False]
    (fault,) = site.events
    assert fault.kind is EventKind.PROGRAM_FAULT
    assert fault.text == "The picture of part 2 cannot be kept: ValueError: no such picture"
    assert fault.details == {"sequence": "2", "id": "id-2", "verdict": "NG", "reason": "scratch"}
    assert site.trouble == []


def test_a_record_that_no_database_takes_is_set_aside_and_the_others_go_on(
    make_site: Callable[..., Any], part: Callable[..., JudgedPart], day: Period, expected_logs: Any
) -> None:
    expected_logs.append("ERROR inspector.records: The record of part 2 cannot be kept: IntegrityError")
    site = make_site()
    for sequence in (1, 2, 3):
        site.journal.submit(part(sequence))
    site.journal.submit(part(2, id="another part with the same number"))
    for sequence in (4, 5):
        site.journal.submit(part(sequence))
    site.journal.start()
    assert site.journal.flush(PATIENCE)
    assert_nothing_lost_or_doubled(site, day, 5)
    (fault,) = site.events
    assert fault.kind is EventKind.PROGRAM_FAULT
    assert fault.details["id"] == "another part with the same number"


@pytest.mark.parametrize(
    ("hand_over", "named"),
    [
        (lambda journal, bad: journal.record_event(Event(EventKind.CAMERA_LOST, bad, "x")), "event 'camera_lost'"),
        (lambda journal, bad: journal.record_recipe(_recipe(bad)), "recipe 'Bracket' 3"),
        (lambda journal, bad: journal.record_shift(_shift(bad)), "shift 'Early' of 2026-03-02"),
    ],
)
def test_whatever_cannot_be_written_is_named(
    site: Any, hand_over: Callable[..., None], named: str, day: Period, expected_logs: Any
) -> None:
    expected_logs.append(f"ERROR inspector.records: The record of {named} cannot be kept: ValueError: the moment")
    hand_over(site.journal, day.start.replace(tzinfo=None))
    assert site.journal.flush(PATIENCE)
    assert [event.text.split(" cannot")[0] for event in site.events] == [f"The record of {named}"]


def test_closing_while_the_disk_fails_gives_up_and_counts_what_is_lost(
    site: Any, part: Callable[..., JudgedPart], pixels: Any, in_trouble: threading.Event, expected_logs: Any
) -> None:
    expected_logs.append("CRITICAL inspector.records: 2 records could not be written before the journal was closed")
    site.pictures.folder.rename(site.pictures.folder.with_name("away"))
    site.journal.submit(part(1, Verdict.NG, "scratch", pixels=pixels))
    assert in_trouble.wait(PATIENCE)
    site.journal.submit(part(2))
    assert site.journal.close(patience=0.1) == 2
    assert site.published == []


def test_giving_up_turns_away_who_still_waits(
    make_site: Callable[..., Any], part: Callable[..., JudgedPart], pixels: Any, expected_logs: Any
) -> None:
    expected_logs.allow("inspector.records: ")
    site = make_site(room=1)
    site.journal.start()
    site.pictures.folder.rename(site.pictures.folder.with_name("away"))
    site.journal.submit(part(1, Verdict.NG, "scratch", pixels=pixels))
    refused = threading.Event()

    def submit() -> None:
        with pytest.raises(JournalClosed, match="closed while the disk failed"):
            site.journal.submit(part(2, Verdict.NG, "scratch", pixels=pixels))
        refused.set()

    thread = threading.Thread(target=submit)
    thread.start()
    thread.join(0.05)
    assert site.journal.close(patience=0) == 1
    thread.join(PATIENCE)
    assert refused.is_set()


def test_a_fault_of_the_journal_itself_is_said_and_nobody_waits_for_it(
    site: Any, part: Callable[..., JudgedPart], monkeypatch: pytest.MonkeyPatch, expected_logs: Any
) -> None:
    expected_logs.append("CRITICAL inspector.records: the journal stopped")
    expected_logs.append("CRITICAL inspector.records: 1 records could not be written")
    monkeypatch.setattr(site.journal, "_publish", lambda *_: [][1])
    site.journal.submit(part(1))
    site.journal._thread.join(PATIENCE)
    (sentence,) = site.trouble
    assert sentence.startswith("The journal stopped by a fault of the program (list index out of range)")
    with pytest.raises(JournalClosed):
        site.journal.submit(part(2))
    assert site.journal.close() == 1


def test_a_journal_that_cannot_even_write_its_own_events_stops_and_says_so(
    site: Any, part: Callable[..., JudgedPart], monkeypatch: pytest.MonkeyPatch, expected_logs: Any
) -> None:
    expected_logs.allow("inspector.records: ")

    def refuse(*arguments: object) -> None:
        raise TypeError("nothing fits")

    monkeypatch.setattr(site.journal._rows, "write_events", refuse)
    site.journal.submit(part(1))
    site.journal._thread.join(PATIENCE)
    assert site.trouble == [
        "The journal stopped by a fault of the program (nothing fits); start the station again",
    ]
    assert site.journal.close() == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full: no picture can be kept in p; free"),
        (
            OSError(errno.EIO, "Input/output error"),
            "The disk fails: no picture can be kept in p (Input/output error); ",
        ),
        (OSError("odd"), "The disk fails: no picture can be kept in p (odd); "),
        (
            OperationalError("INSERT", {}, sqlite3.OperationalError("disk I/O error")),
            "The disk fails: d cannot be written (disk I/O error); check it, the records wait in memory",
        ),
    ],
)
def test_the_words_for_a_disk_that_fails(error: Exception, sentence: str) -> None:
    told = storage_failure(error, Path("d"), Path("p"))
    assert told is not None
    assert told.startswith(sentence)


def _recipe(created: Any) -> Any:
    return RecipeRecord("a1" * 32, "b2" * 32, "Bracket", 3, "Ada", "", created, "{}")


def _shift(start: Any) -> Any:
    return Shift("Early", date(2026, 3, 2), start, start, "UTC")
