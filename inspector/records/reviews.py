"""The questions asked of what people decided: final verdicts, overrides, CHECKs that still wait for a person."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TextClause, exists, func, select, text

from inspector.domain.correction import Override, Review
from inspector.domain.inspection import Inspection
from inspector.domain.verdict import Verdict
from inspector.records import schema
from inspector.records.period import Period, between, whole_parts, within
from inspector.records.rows import inspection_of, override_of

_part = schema.inspection.c
_override = schema.override.c
_AT_ONCE = 500
"""Identities in one question: SQLite takes 32,766, other databases fewer."""


class Reviews:
    """Answers on what people decided. Got from `Records.reviews`; safe from any thread where that is."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def of(self, sequence: int) -> Review | None:
        """Return the part of that sequence number with all decisions on it, None where there is none."""
        found = self._reviews(whole_parts().where(_part.sequence == sequence))
        return found[0] if found else None

    def overrides(self, period: Period) -> tuple[Override, ...]:
        """Return the decisions that were made in a period, in the order of recording, whenever the parts were judged.

        Lane, lot and product are those of the part.
        """
        statement = select(schema.override).where(*between(_override.time, period)).order_by(_override.number)
        if (period.lane, period.lot, period.product) != (None, None, None):
            # The time is the decision's here, so only what the parts have in common is asked of them.
            parts = select(_part.id).where(*within(Period.ever(period.lane, period.lot, period.product)))
            statement = statement.where(_override.inspection.in_(parts))
        with self._reading() as connection:
            return tuple(override_of(row) for row in connection.execute(statement))

    def decided(self, period: Period) -> tuple[Review, ...]:
        """Return the parts of a period on which a person decided, with all decisions on them, the oldest part first."""
        return self._reviews(whole_parts().where(_has_override(), *within(period)))

    def resolved_checks(self, period: Period) -> tuple[Review, ...]:
        """Return the parts of a period that were CHECK and that a person then called OK or NG, the oldest first."""
        checks = whole_parts().where(_has_override(), _part.verdict == Verdict.CHECK.value, *within(period))
        return tuple(review for review in self._reviews(checks) if review.verdict in (Verdict.OK, Verdict.NG))

    def undecided(self, period: Period, verdicts: Sequence[Verdict], limit: int) -> tuple[Inspection, ...]:
        """Return the latest parts of a period with one of these verdicts on which nobody decided, the newest first."""
        wanted: list[ColumnElement[bool] | TextClause] = [*within(period), ~_has_override()]
        wanted.append(_part.verdict.in_([verdict.value for verdict in verdicts]))
        if Verdict.OK not in verdicts:
            wanted.append(text("inspection.verdict <> 'OK'"))
        newest = select(_part.sequence).where(*wanted).order_by(_part.sequence.desc()).limit(limit)
        statement = whole_parts().where(_part.sequence.in_(newest)).order_by(_part.sequence.desc())
        with self._reading() as connection:
            return tuple(inspection_of(row) for row in connection.execute(statement))

    def final_verdicts(self, period: Period) -> dict[Verdict, int]:
        """Count the parts of a period by their final verdict: the last override's, or else the judgement's."""
        last = (
            select(_override.verdict)
            .where(_override.inspection == _part.id)
            .order_by(_override.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        # Only parts that have an override are read; all others are counted out of the index.
        judged = select(_part.verdict, func.count()).where(*within(period)).group_by(_part.verdict)
        changed = select(_part.verdict, last.label("final")).where(_has_override(), *within(period))
        with self._reading() as connection:
            counts = dict.fromkeys(Verdict, 0)
            counts |= {Verdict(verdict): count for verdict, count in connection.execute(judged)}
            for verdict, final in connection.execute(changed):
                counts[Verdict(verdict)] -= 1
                counts[Verdict(final)] += 1
        return counts

    def _reviews(self, statement: Select[Any]) -> tuple[Review, ...]:
        with self._reading() as connection:
            parts = [inspection_of(row) for row in connection.execute(statement.order_by(_part.sequence))]
            decisions = _decisions(connection, [part.id for part in parts])
        return tuple(Review(part, tuple(decisions[part.id])) for part in parts)


def _has_override() -> ColumnElement[bool]:
    return exists().where(_override.inspection == _part.id)


def _decisions(connection: Connection, identities: Sequence[str]) -> defaultdict[str, list[Override]]:
    decisions: defaultdict[str, list[Override]] = defaultdict(list)
    for start in range(0, len(identities), _AT_ONCE):
        some = _override.inspection.in_(identities[start : start + _AT_ONCE])
        for row in connection.execute(select(schema.override).where(some).order_by(_override.number)):
            decisions[row.inspection].append(override_of(row))
    return decisions
