"""The journal: the only writer of what happened. Recorded first, told afterwards."""

import logging
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from inspector.domain.clock import Clock
from inspector.domain.correction import Override
from inspector.domain.inspection import Event, EventKind, Inspection, JudgedPart, StoredPicture
from inspector.domain.shift import Shift
from inspector.domain.subscribers import Subscribers
from inspector.records.database import Database
from inspector.records.failures import storage_failure
from inspector.records.pictures import PictureStore
from inspector.records.row_writer import RowWriter
from inspector.records.rows import RecipeRecord
from inspector.records.waiting_line import WaitingLine

_LOG = logging.getLogger("inspector.records")
_PICTURE_THREADS = 2
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0


@dataclass(eq=False)
class _PartEntry:
    """A part in the line; `picture` is its file on the way to the disk, None where there is nothing to wait for."""

    part: JudgedPart
    submitted: float
    picture: "Future[StoredPicture] | None"


@dataclass(frozen=True, eq=False)
class _EventEntry:
    event: Event
    identity: str = field(default_factory=lambda: uuid4().hex)


_Entry = _PartEntry | _EventEntry | Override | RecipeRecord | Shift


@dataclass(eq=False)
class _Outage:
    """The disk fails. The identities stay, so that the two events are written once however often it is tried."""

    since: datetime
    sentence: str = ""
    tries: int = 0
    failed: str = field(default_factory=lambda: uuid4().hex)
    recovered: str = field(default_factory=lambda: uuid4().hex)


class _GivenUp(Exception):
    """The journal is being closed and the disk still fails."""


class Journal:
    """Writes down parts, overrides and events, durably, in the order in which they came, and then tells of them.

    One thread writes rows, all that waits in one transaction. Pictures are encoded and written beside it, before it
    commits the row that names them. `inspections`, `overrides` and `events` are published from that thread after the
    commit.

    A disk that fails (full, broken, locked by another program, the picture folder gone) loses nothing: everything waits
    and is tried again, `trouble` carries a sentence, and None when it is over; both moments become events.

    A record that can never be written, or a picture that can never be encoded, is a fault of the program. The others go
    on and the event PROGRAM_FAULT says which it was. A part without its record is not published; one without its
    picture is.

    Rows hold the timings up to the decision. How long the commit took is known only after it: the published inspection
    carries it.
    """

    def __init__(self, database: Database, pictures: PictureStore, clock: Clock, room: int = 64) -> None:
        """Make a journal that is not yet writing; `room` is how many parts with pixels may wait."""
        self.inspections: Subscribers[Inspection] = Subscribers()
        self.overrides: Subscribers[Override] = Subscribers()
        self.events: Subscribers[Event] = Subscribers()
        self.trouble: Subscribers[str | None] = Subscribers()
        self._database = database
        self._pictures = pictures
        self._clock = clock
        self._line: WaitingLine[_Entry] = WaitingLine(room)
        self._rows = RowWriter()
        self._notes: list[_EventEntry] = []
        self._outage: _Outage | None = None
        self._give_up = threading.Event()
        self._picture_threads = ThreadPoolExecutor(_PICTURE_THREADS, "journal-pictures")
        self._thread = threading.Thread(target=self._run, name="journal")

    @property
    def waiting(self) -> int:
        """How many records are not yet on the disk."""
        return self._line.waiting

    def start(self) -> None:
        """Start writing. Raises RuntimeError when called twice."""
        self._thread.start()

    def submit(self, part: JudgedPart) -> None:
        """Hand a part over. Waits while too many parts with pixels wait already. Raises JournalClosed."""
        submitted = self._clock.monotonic()

        def entry() -> _PartEntry:
            if part.pixels is None:
                return _PartEntry(part, submitted, None)
            if not part.keep:
                return _PartEntry(replace(part, pixels=None), submitted, None)
            return _PartEntry(part, submitted, self._picture_threads.submit(self._pictures.write, part))

        self._line.enter(entry, large=part.pixels is not None)

    def record_override(self, override: Override) -> None:
        """Hand a person's decision on a part over; returns at once. Raises JournalClosed.

        The part was handed over before. One on a part that is not on file can never be written: PROGRAM_FAULT.
        """
        self._line.enter(lambda: override)

    def record_event(self, event: Event) -> None:
        """Hand an event over; returns at once. Raises JournalClosed."""
        self._line.enter(lambda: _EventEntry(event))

    def record_recipe(self, record: RecipeRecord) -> None:
        """Hand a recipe version over; returns at once. One that is on file already stays as it is."""
        self._line.enter(lambda: record)

    def record_shift(self, shift: Shift) -> None:
        """Hand a shift over, as it is defined now; returns at once. The same once more changes nothing."""
        self._line.enter(lambda: shift)

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until all that was handed over is committed and published; False when `timeout` seconds were too few."""
        return self._line.wait_done(timeout)

    def close(self, patience: float = 10.0) -> int:
        """Write all that waits and stop; return how many records were lost, 0 unless the disk still fails.

        Only a disk that fails is given up, after `patience` seconds; one that is slow is waited for.
        """
        self._line.close()
        if self._thread.ident is not None:
            self._thread.join(patience)
            self._give_up.set()
            self._thread.join()
        self._picture_threads.shutdown(cancel_futures=True)
        lost = self._line.waiting
        if lost:
            _LOG.critical("%d records could not be written before the journal was closed", lost)
        return lost

    def _run(self) -> None:
        try:
            self._write_until_closed()
        except _GivenUp:
            self._line.abandon()
        except Exception as error:  # noqa: BLE001 - nobody may wait for ever for a thread that is gone
            _LOG.critical("the journal stopped", exc_info=True)
            self._line.abandon()
            self.trouble.publish(f"The journal stopped by a fault of the program ({error}); start the station again")

    def _write_until_closed(self) -> None:
        pending: deque[_Entry] = deque()
        while True:
            if not pending:
                pending.extend(self._line.take())
            if not pending:
                break
            batch = self._ready(pending)
            self._keep(batch)
            if self._notes:
                self._keep([])
            self._line.done(len(batch))

    def _ready(self, pending: deque[_Entry]) -> list[_Entry]:
        """Take from the front what can be committed now, at least one entry, waiting for its picture if it must."""
        batch: list[_Entry] = []
        while pending and not (batch and _wants_waiting_for(pending[0])):
            entry = pending.popleft()
            if isinstance(entry, _PartEntry):
                self._await_picture(entry)
            batch.append(entry)
        return batch

    def _await_picture(self, entry: _PartEntry) -> None:
        """Have the part's picture on the disk, however long the disk fails, or know that it can never be."""
        tried_again = False
        while entry.picture is not None:
            try:
                stored = entry.picture.result()
            except Exception as error:  # noqa: BLE001 - whatever goes wrong with a picture, the record is kept
                sentence = storage_failure(error, self._database.path, self._pictures.folder)
                if sentence is None:
                    self._note_fault("The picture", entry, error)
                    entry.part = replace(entry.part, pixels=None)
                    entry.picture = None
                    continue
                # The first failure may be of the time when the part still stood behind others.
                if tried_again:
                    self._pause(sentence)
                tried_again = True
                entry.picture = self._picture_threads.submit(self._pictures.write, entry.part)
            else:
                inspection = replace(entry.part.inspection, picture=stored)
                entry.part = replace(entry.part, pixels=None, inspection=inspection)
                entry.picture = None

    def _keep(self, batch: Sequence[_Entry]) -> None:
        """Commit these entries and publish them, however long the disk fails."""
        while True:
            try:
                told = self._commit(batch)
            except Exception as error:  # noqa: BLE001 - sorted here into the disk's and the program's
                self._rows.rolled_back()
                sentence = storage_failure(error, self._database.path, self._pictures.folder)
                if sentence is None:
                    self._keep_singly(batch, error)
                    return
                self._pause(sentence)
            else:
                self._publish(told, batch)
                return

    def _keep_singly(self, batch: Sequence[_Entry], error: Exception) -> None:
        """Find the entry that no database takes, set it aside and keep the others."""
        if len(batch) > 1:
            for entry in batch:
                self._keep([entry])
        elif batch:
            self._note_fault("The record", batch[0], error)
        else:
            raise error

    def _commit(self, batch: Sequence[_Entry]) -> list[_EventEntry]:
        """Write one transaction; return the journal's own events that went with it."""
        again = self._outage is not None
        own = [*self._outage_events(), *self._notes]
        with self._database.writing() as connection:
            events = (entry for entry in batch if isinstance(entry, _EventEntry))
            self._rows.write_events(connection, ((entry.event, entry.identity) for entry in [*own, *events]), again)
            self._rows.write_inspections(connection, _inspections(batch), again)
            self._rows.write_overrides(connection, (entry for entry in batch if isinstance(entry, Override)), again)
            for entry in batch:
                if isinstance(entry, RecipeRecord):
                    self._rows.write_recipe(connection, entry)
                elif isinstance(entry, Shift):
                    self._rows.write_shift(connection, entry)
        self._rows.committed()
        self._notes.clear()
        return own

    def _publish(self, own: Iterable[_EventEntry], batch: Iterable[_Entry]) -> None:
        committed = self._clock.monotonic()
        if self._outage is not None:
            self._outage = None
            _LOG.warning("the disk works again; all records are kept")
            self.trouble.publish(None)
        for note in own:
            self.events.publish(note.event)
        for entry in batch:
            if isinstance(entry, _PartEntry):
                self.inspections.publish(_with_closed_timings(entry, committed))
            elif isinstance(entry, Override):
                self.overrides.publish(entry)
            elif isinstance(entry, _EventEntry):
                self.events.publish(entry.event)

    def _pause(self, sentence: str) -> None:
        """Say that the disk fails and wait before it is tried again. Raises _GivenUp."""
        if self._outage is None:
            self._outage = _Outage(self._clock.now())
        outage = self._outage
        if sentence != outage.sentence:
            outage.sentence = sentence
            _LOG.error("%s", sentence)
            self.trouble.publish(sentence)
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**outage.tries)
        outage.tries += 1
        if self._give_up.wait(pause):
            raise _GivenUp

    def _outage_events(self) -> list[_EventEntry]:
        outage = self._outage
        if outage is None:
            return []
        now = self._clock.now()
        seconds = f"{(now - outage.since).total_seconds():.1f}"
        details = {"seconds": seconds, "tries": str(outage.tries), "waiting": str(self._line.waiting)}
        recovered = Event(
            EventKind.STORAGE_RECOVERED, now, f"The disk works again after {seconds} s; nothing was lost", "", details
        )
        return [
            _EventEntry(Event(EventKind.STORAGE_FAILED, outage.since, outage.sentence), outage.failed),
            _EventEntry(recovered, outage.recovered),
        ]

    def _note_fault(self, what: str, entry: _Entry, error: Exception) -> None:
        """Have an event written, with the next transaction, about what can never be."""
        text = f"{what} of {_name(entry)} cannot be kept: {type(error).__name__}: {error}"
        _LOG.error("%s", text, exc_info=error)
        self._notes.append(_EventEntry(Event(EventKind.PROGRAM_FAULT, self._clock.now(), text, "", _details(entry))))


def _wants_waiting_for(entry: _Entry) -> bool:
    """Say whether the part's picture is still on its way, or failed and must be tried again."""
    picture = entry.picture if isinstance(entry, _PartEntry) else None
    return picture is not None and (not picture.done() or picture.exception() is not None)


def _inspections(batch: Iterable[_Entry]) -> list[Inspection]:
    return [entry.part.inspection for entry in batch if isinstance(entry, _PartEntry)]


def _with_closed_timings(entry: _PartEntry, committed: float) -> Inspection:
    inspection = entry.part.inspection
    timings = replace(
        inspection.judgement.timings,
        commit=(committed - entry.submitted) * 1000,
        total=(committed - entry.part.triggered) * 1000,
    )
    return replace(inspection, judgement=replace(inspection.judgement, timings=timings))


def _name(entry: _Entry) -> str:
    if isinstance(entry, _PartEntry):
        return f"part {entry.part.inspection.sequence}"
    if isinstance(entry, _EventEntry):
        return f"event '{entry.event.kind}'"
    if isinstance(entry, Override):
        return f"the decision of {entry.by} on part {entry.inspection}"
    if isinstance(entry, RecipeRecord):
        return f"recipe '{entry.product}' {entry.number}"
    return f"shift '{entry.name}' of {entry.date}"


def _details(entry: _Entry) -> dict[str, str]:
    if not isinstance(entry, _PartEntry):
        return {}
    inspection = entry.part.inspection
    return {
        "sequence": str(inspection.sequence),
        "id": inspection.id,
        "verdict": str(inspection.judgement.verdict),
        "reason": inspection.judgement.reason,
    }
