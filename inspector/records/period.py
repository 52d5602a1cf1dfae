"""Which records a question is asked of."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from inspector.records import schema
from inspector.records.rows import microseconds

_part = schema.inspection.c


@dataclass(frozen=True)
class Period:
    """Which records: from `start` on, before `end` (moments with a time zone), of one lane, lot, product or of all."""

    start: datetime
    end: datetime
    lane: str | None = None
    lot: str | None = None
    product: str | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts, or moments without a time zone."""
        if microseconds(self.end) < microseconds(self.start):
            raise ValueError(f"a period from {self.start} to {self.end}: it must not end before it starts")

    @classmethod
    def ever(cls, lane: str | None = None, lot: str | None = None, product: str | None = None) -> "Period":
        """Return the period of all records."""
        return cls(datetime(1970, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC), lane, lot, product)


def whole_parts() -> Select[Any]:
    """Return the parts, each with what it has in common with others."""
    return select(schema.inspection, schema.part_context).join(schema.part_context)


def between(column: ColumnElement[int], period: Period) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a moment lies in the period."""
    return column >= microseconds(period.start), column < microseconds(period.end)


def within(period: Period) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a part lies in the period."""
    wanted = {"lane": period.lane, "lot": period.lot, "product": period.product}
    context = schema.part_context.c
    same = [context[name] == value for name, value in wanted.items() if value is not None]
    contexts = (_part.context.in_(select(context.number).where(*same)),) if same else ()
    return (*between(_part.time, period), *contexts)
