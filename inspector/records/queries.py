"""The questions asked of the records. Reading never waits for the journal, and the journal never for a reader."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, text

from inspector.domain.inspection import Event, EventKind, Inspection
from inspector.domain.shift import Shift
from inspector.domain.verdict import Verdict
from inspector.records import schema
from inspector.records.database import Database
from inspector.records.period import Period, between, whole_parts, within
from inspector.records.reviews import Reviews
from inspector.records.rows import RecipeRecord, event_of, inspection_of, microseconds, moment, recipe_of, shift_of

__all__ = ["IntervalCount", "Period", "Presence", "RecipeUse", "Records", "Totals"]

_part = schema.inspection.c
_context = schema.part_context.c
# Spelled as in the partial indexes: SQLite uses one only where it can see that its condition holds.
_NOT_OK = text("inspection.verdict <> 'OK'")
_WITH_PICTURE = text("inspection.picture_path IS NOT NULL")


@dataclass(frozen=True)
class Totals:
    """What a period comes to.

    `records` is how many are on file, `missing` how many sequence numbers are not, in the whole station, after the last
    record before the period and up to the last in it: a gap between two shifts is the later one's. `triggers` is both
    together: they are equal when nothing was lost. Sequences are None where nothing was recorded. `simulated` and
    `pictures` count records from a demo camera and records with a kept picture.
    """

    records: int
    ok: int
    ng: int
    check: int
    error: int
    first_sequence: int | None
    last_sequence: int | None
    missing: int
    simulated: int
    pictures: int

    @property
    def triggers(self) -> int:
        """How many parts were asked for."""
        return self.records + self.missing

    @property
    def inspected(self) -> int:
        """How many parts were judged: what every rate is a rate of. ERROR is no judgement."""
        return self.ok + self.ng + self.check


@dataclass(frozen=True)
class IntervalCount:
    """What a part of a period comes to; `end` is excluded."""

    start: datetime
    end: datetime
    inspected: int
    ng: int
    check: int
    error: int


@dataclass(frozen=True)
class Presence:
    """Something or someone that parts were recorded under: a lot, an operator. `first` and `last` are UTC."""

    name: str
    parts: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class RecipeUse:
    """A recipe version that parts were judged by. `record` is None where the version itself is not on file."""

    product: str
    number: int
    content_hash: str
    model_hash: str
    parts: int
    first: datetime
    last: datetime
    record: RecipeRecord | None


class Records:
    """Answers from a journal's file. Safe from any thread."""

    def __init__(self, database: Database, snapshot: Connection | None = None) -> None:
        self._database = database
        self._snapshot = snapshot

    @contextmanager
    def snapshot(self) -> Iterator["Records"]:
        """Open a view in which all answers are of one moment, for one thread; a report needs that."""
        with self._reading() as connection:
            yield Records(self._database, connection)

    @property
    def reviews(self) -> Reviews:
        """What people decided, of the same moment where this is a snapshot."""
        return Reviews(self._reading)

    def last_sequence(self) -> int:
        """Return the highest sequence on file, 0 for an empty journal: where the station's counting goes on."""
        with self._reading() as connection:
            return connection.scalar(select(func.max(_part.sequence))) or 0

    def totals(self, period: Period) -> Totals:
        """Count a period."""
        simulated = _part.context.in_(select(_context.number).where(_context.simulated))
        counts = select(
            func.count().label("records"),
            *(func.count().filter(_part.verdict == verdict.value).label(verdict.name.lower()) for verdict in Verdict),
            func.min(_part.sequence).label("first"),
            func.max(_part.sequence).label("last"),
            func.count().filter(simulated).label("simulated"),
        ).where(*within(period))
        with self._reading() as connection:
            row = connection.execute(counts).one()
            pictures = connection.execute(_count().where(*within(period), _WITH_PICTURE)).scalar_one()
            missing = _missing(connection, row.first, row.last) if row.records else 0
        return Totals(
            records=row.records,
            ok=row.ok,
            ng=row.ng,
            check=row.check,
            error=row.error,
            first_sequence=row.first,
            last_sequence=row.last,
            missing=missing,
            simulated=row.simulated,
            pictures=pictures,
        )

    def by_reason(self, period: Period) -> dict[tuple[Verdict, str], int]:
        """Count NG, CHECK and ERROR by verdict and reason, the most frequent first."""
        columns = (_part.verdict, _part.reason)
        statement = select(*columns, func.count()).where(*within(period), _NOT_OK).group_by(*columns)
        with self._reading() as connection:
            counts = {(Verdict(verdict), reason): count for verdict, reason, count in connection.execute(statement)}
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def by_class(self, period: Period, verdicts: Sequence[Verdict] = tuple(Verdict)) -> dict[str, int]:
        """Count judged parts with one of these verdicts by their most probable class, the most frequent first.

        Of a recipe that tells products apart the stock is what is OK.
        """
        judged = (*within(period), _part.class_name.is_not(None), _part.verdict.in_([each.value for each in verdicts]))
        statement = select(_part.class_name, func.count()).where(*judged).group_by(_part.class_name)
        with self._reading() as connection:
            counts = {row.class_name: row[1] for row in connection.execute(statement)}
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def by_interval(self, period: Period, edges: Sequence[datetime]) -> tuple[IntervalCount, ...]:
        """Count the intervals between neighbouring edges, which must not fall, as far as they lie in the period."""
        with self._reading() as connection:
            return tuple(self._interval(connection, period, start, end) for start, end in pairwise(edges))

    def latest(self, period: Period, verdicts: Sequence[Verdict], limit: int) -> tuple[Inspection, ...]:
        """Return the latest parts of a period with one of these verdicts, the newest first."""
        found = select(_part.sequence).where(*within(period), _part.verdict.in_([each.value for each in verdicts]))
        if Verdict.OK not in verdicts:
            found = found.where(_NOT_OK)
        # In two steps: the first sorts numbers out of an index, the second reads only the rows that are wanted.
        newest = found.order_by(_part.sequence.desc()).limit(limit)
        return self._inspections(whole_parts().where(_part.sequence.in_(newest)), limit)

    def recent(self, limit: int) -> tuple[Inspection, ...]:
        """Return the latest parts of all, the newest first."""
        return self._inspections(whole_parts(), limit)

    def inspection(self, sequence: int) -> Inspection | None:
        """Return the part of that sequence number, None where there is none."""
        found = self._inspections(whole_parts().where(_part.sequence == sequence), 1)
        return found[0] if found else None

    def by_serial(self, serial: str) -> tuple[Inspection, ...]:
        """Return all inspections of a part with that serial, the newest first."""
        return self._inspections(whole_parts().where(_part.serial == serial, text("inspection.serial <> ''")), None)

    def events(self, period: Period, kinds: Sequence[EventKind] = tuple(EventKind)) -> tuple[Event, ...]:
        """Return the events of a period in the order in which they were recorded; those of no lane are every lane's."""
        event = schema.event.c
        wanted = [*between(event.time, period), event.kind.in_([kind.value for kind in kinds])]
        if period.lane is not None:
            wanted.append(event.lane.in_(["", period.lane]))
        with self._reading() as connection:
            rows = connection.execute(select(schema.event).where(*wanted).order_by(event.number))
            return tuple(event_of(row) for row in rows)

    def recipes(self, period: Period) -> tuple[RecipeUse, ...]:
        """Return the recipe versions that parts of a period were judged by, in the order of their first part."""
        columns = (_context.product, _context.recipe_version, _context.recipe_hash, _context.model_hash)
        with self._reading() as connection:
            uses = connection.execute(_usage(period, *columns)).all()
            hashes = [use.recipe_hash for use in uses]
            version = schema.recipe_version
            rows = connection.execute(select(version).where(version.c.content_hash.in_(hashes)))
            records = {row.content_hash: recipe_of(row) for row in rows}
        return tuple(
            RecipeUse(
                use.product,
                use.recipe_version,
                use.recipe_hash,
                use.model_hash,
                use.parts,
                moment(use.first),
                moment(use.last),
                records.get(use.recipe_hash),
            )
            for use in uses
        )

    def lots(self, period: Period) -> tuple[Presence, ...]:
        """Return the lots that parts of a period belong to, in the order of their first part."""
        return self._presences(period, _context.lot)

    def operators(self, period: Period) -> tuple[Presence, ...]:
        """Return who worked in a period, in the order of their first part."""
        return self._presences(period, _context.operator)

    def accelerators(self, period: Period) -> tuple[Presence, ...]:
        """Return what ran the model in a period, in the order of the first part."""
        return self._presences(period, _context.accelerator)

    def shifts(self, start: datetime, end: datetime) -> tuple[Shift, ...]:
        """Return the recorded shifts that touch the time from `start` to before `end`; redefined ones stand twice."""
        column = schema.shift.c
        touching = (column.start < microseconds(end), column.end > microseconds(start))
        with self._reading() as connection:
            rows = connection.execute(select(schema.shift).where(*touching).order_by(column.start, column.number))
            return tuple(shift_of(row) for row in rows)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._snapshot is not None:
            yield self._snapshot
            return
        with self._database.reading() as connection:
            yield connection

    def _interval(self, connection: Connection, period: Period, start: datetime, end: datetime) -> IntervalCount:
        first, after = max(start, period.start), min(end, period.end)
        counts = dict.fromkeys(Verdict, 0)
        if first < after:
            part = replace(period, start=first, end=after)
            statement = select(_part.verdict, func.count()).where(*within(part)).group_by(_part.verdict)
            counts.update({Verdict(verdict): count for verdict, count in connection.execute(statement)})
        ng, check, error = counts[Verdict.NG], counts[Verdict.CHECK], counts[Verdict.ERROR]
        return IntervalCount(start, end, counts[Verdict.OK] + ng + check, ng, check, error)

    def _inspections(self, statement: Select[Any], limit: int | None) -> tuple[Inspection, ...]:
        with self._reading() as connection:
            rows = connection.execute(statement.order_by(_part.sequence.desc()).limit(limit))
            return tuple(inspection_of(row) for row in rows)

    def _presences(self, period: Period, column: ColumnElement[str]) -> tuple[Presence, ...]:
        with self._reading() as connection:
            uses = connection.execute(_usage(period, column, without=""))
            return tuple(Presence(use[0], use.parts, moment(use.first), moment(use.last)) for use in uses)


def _missing(connection: Connection, first: int, last: int) -> int:
    """Return how many sequence numbers are not on file, from behind the last one before `first` up to `last`."""
    before = connection.scalar(select(func.max(_part.sequence)).where(_part.sequence < first)) or 0
    on_file = connection.execute(_count().where(_part.sequence.between(before + 1, last))).scalar_one()
    return int(last - before - on_file)


def _count() -> Select[Any]:
    return select(func.count()).select_from(schema.inspection)


def _usage(period: Period, *columns: ColumnElement[Any], without: str | None = None) -> Select[Any]:
    """Return how many parts stand under each value of these columns of the context, and from when to when."""
    by_context = (
        select(
            _part.context,
            func.count().label("parts"),
            func.min(_part.time).label("first"),
            func.max(_part.time).label("last"),
        )
        .where(*within(period))
        .group_by(_part.context)
        .subquery()
    )
    first = func.min(by_context.c.first).label("first")
    usage = select(
        *columns, func.sum(by_context.c.parts).label("parts"), first, func.max(by_context.c.last).label("last")
    ).join_from(schema.part_context, by_context, _context.number == by_context.c.context)
    if without is not None:
        usage = usage.where(*(column != without for column in columns))
    return usage.group_by(*columns).order_by(first)
