"""Rows into tables: the statements of one transaction of the journal."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Insert, Table, bindparam, insert, select

from inspector.domain.correction import Override
from inspector.domain.inspection import Event, Inspection
from inspector.domain.shift import Shift
from inspector.records import schema
from inspector.records.rows import (
    RecipeRecord,
    Values,
    context_values,
    event_values,
    inspection_values,
    override_values,
    recipe_values,
    shift_values,
)

_INSERT_INSPECTION = insert(schema.inspection)
_INSERT_OVERRIDE = insert(schema.override)
_INSERT_EVENT = insert(schema.event)


class RowWriter:
    """Writes batches. Knows the numbers of what parts have in common, so that they are looked up once."""

    def __init__(self) -> None:
        self._contexts: dict[tuple[Any, ...], int] = {}
        self._uncommitted: dict[tuple[Any, ...], int] = {}

    def write_inspections(self, connection: Connection, inspections: Iterable[Inspection], again: bool) -> None:
        """Add the parts' rows. `again` says that an earlier try may have reached the disk without saying so."""
        rows = [inspection_values(part, self._context(connection, part)) for part in inspections]
        _insert(connection, _INSERT_INSPECTION, schema.inspection.c.id, rows, again)

    def write_overrides(self, connection: Connection, overrides: Iterable[Override], again: bool) -> None:
        """Add people's decisions on parts that are on file or in the same transaction. `again` as above."""
        rows = [override_values(override) for override in overrides]
        _insert(connection, _INSERT_OVERRIDE, schema.override.c.id, rows, again)

    def write_events(self, connection: Connection, events: Iterable[tuple[Event, str]], again: bool) -> None:
        """Add the events' rows, each with its identity. `again` as above."""
        rows = [event_values(event, identity) for event, identity in events]
        _insert(connection, _INSERT_EVENT, schema.event.c.id, rows, again)

    def write_recipe(self, connection: Connection, record: RecipeRecord) -> None:
        """Add a recipe version unless it is there."""
        values = recipe_values(record)
        _insert_new(connection, schema.recipe_version, values, ("content_hash",))

    def write_shift(self, connection: Connection, shift: Shift) -> None:
        """Add a shift unless it is there, with these very times."""
        values = shift_values(shift)
        _insert_new(connection, schema.shift, values, tuple(values))

    def committed(self) -> None:
        """Learn that the transaction is on the disk."""
        self._contexts.update(self._uncommitted)
        self._uncommitted.clear()

    def rolled_back(self) -> None:
        """Forget the numbers given in a transaction that never was."""
        self._uncommitted.clear()

    def _context(self, connection: Connection, inspection: Inspection) -> int:
        values = context_values(inspection)
        key = tuple(values.values())
        known = self._contexts.get(key) or self._uncommitted.get(key)
        if known is None:
            known = self._uncommitted[key] = _number(connection, values)
        return known


def _number(connection: Connection, values: Values) -> int:
    table = schema.part_context
    same = select(table.c.number).where(*_same(table, values))
    if connection.scalar(same) is None:
        connection.execute(insert(table), values)
    return int(connection.execute(same).scalar_one())


def _insert(
    connection: Connection,
    statement: Insert,
    identity: Column[str],
    rows: Sequence[Values],
    again: bool,
) -> None:
    if again:
        known = select(identity).where(identity == bindparam("known"))
        rows = [row for row in rows if connection.scalar(known, {"known": row["id"]}) is None]
    if rows:
        connection.execute(statement, rows)


def _insert_new(connection: Connection, table: Table, values: Values, key: Sequence[str]) -> None:
    same = _same(table, {name: values[name] for name in key})
    if connection.scalar(select(next(iter(table.primary_key))).where(*same)) is None:
        connection.execute(insert(table), values)


def _same(table: Table, values: Values) -> list[Any]:
    return [table.c[name] == value for name, value in values.items()]
