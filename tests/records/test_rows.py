"""What goes into a row comes out equal."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Row, Table, create_engine, insert, select

from inspector.domain.correction import Override
from inspector.domain.inspection import Event, EventKind, Inspection, PartContext, StoredPicture, TriggerSource
from inspector.domain.shift import Shift
from inspector.domain.verdict import Deciding, Judgement, Rule, Timings, Verdict
from inspector.records import schema
from inspector.records.rows import (
    RecipeRecord,
    Values,
    context_values,
    event_of,
    event_values,
    inspection_of,
    inspection_values,
    microseconds,
    moment,
    override_of,
    override_values,
    recipe_of,
    recipe_values,
    shift_of,
    shift_values,
    storable,
)

words = st.text(st.characters(codec="utf-8"), max_size=12)
numbers = st.floats(0, 1e6)
moments = st.integers(0, 7 * 10**15).map(moment)
contexts = st.builds(
    PartContext,
    lane=words,
    product=words,
    recipe_version=st.integers(0, 10**6),
    recipe_hash=words,
    model_hash=words,
    accelerator=words,
    operator=words,
    lot=words,
    serial=words,
    simulated=st.booleans(),
)
judgements = st.builds(
    Judgement,
    verdict=st.sampled_from(Verdict),
    reason=words,
    class_name=st.none() | words,
    probabilities=st.dictionaries(words, st.floats(0, 1), max_size=4),
    anomaly_score=st.none() | numbers,
    heat_map=st.none(),
    message=words,
    timings=st.builds(Timings, numbers, numbers, numbers, numbers),
    deciding=st.none() | st.builds(Deciding, st.sampled_from(Rule), numbers, numbers),
    zone=words,
)
pictures = st.none() | st.builds(StoredPicture, path=words.filter(bool), sha256=words, lossless=st.booleans())
inspections = st.builds(
    Inspection,
    id=words,
    sequence=st.integers(1, 2**62),
    time=moments,
    trigger=st.sampled_from(TriggerSource),
    camera=words,
    source=words,
    context=contexts,
    judgement=judgements,
    picture=pictures,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Return a connection to a database in memory with all tables."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.metadata.create_all(connection)
        connection.commit()
        yield connection
    engine.dispose()


def stored_and_read(connection: Connection, table: Table, values: Values, context: Values | None = None) -> Row[Any]:
    """Return the row as a real database gives it back, and leave the tables empty."""
    statement = select(table)
    if context is not None:
        connection.execute(insert(schema.part_context), context)
        statement = select(table, schema.part_context).join(schema.part_context)
    connection.execute(insert(table), values)
    row = connection.execute(statement).one()
    connection.rollback()
    return row


def plain(inspection: Inspection) -> Any:
    """Return it as something that can be compared: the records themselves are equal only to themselves."""
    judgement = inspection.judgement
    return (
        inspection.id,
        inspection.sequence,
        inspection.time,
        inspection.trigger,
        inspection.camera,
        inspection.source,
        inspection.context,
        inspection.picture,
        judgement.verdict,
        judgement.reason,
        judgement.class_name,
        dict(judgement.probabilities),
        list(judgement.probabilities),
        judgement.anomaly_score,
        judgement.message,
        judgement.timings,
        judgement.deciding,
        judgement.zone,
    )


@given(inspections)
def test_inspections(connection: Connection, inspection: Inspection) -> None:
    context = {"number": 1, **context_values(inspection)}
    row = stored_and_read(connection, schema.inspection, inspection_values(inspection, 1), context)
    assert plain(inspection_of(row)) == plain(inspection)


@given(st.builds(Event, st.sampled_from(EventKind), moments, words, words, st.dictionaries(words, words, max_size=3)))
def test_events(connection: Connection, event: Event) -> None:
    assert event_of(stored_and_read(connection, schema.event, event_values(event, "1"))) == replace(
        event, details=dict(event.details)
    )


names = words.filter(str.strip)
overrides = st.builds(
    Override,
    inspection=words,
    verdict=st.sampled_from([Verdict.OK, Verdict.NG, Verdict.CHECK]),
    class_name=st.none() | words,
    by=names,
    reason=names,
    time=moments,
    picture=st.none() | st.builds(StoredPicture, path=words.filter(bool), sha256=words, lossless=st.just(True)),
    id=words,
)


@given(overrides)
def test_overrides(connection: Connection, override: Override) -> None:
    assert override_of(stored_and_read(connection, schema.override, override_values(override))) == override


@given(st.builds(RecipeRecord, words, words, words, st.integers(0, 10**6), words, words, moments, words))
def test_recipes(connection: Connection, record: RecipeRecord) -> None:
    assert recipe_of(stored_and_read(connection, schema.recipe_version, recipe_values(record))) == record


@given(moments, st.dates(date(1970, 1, 1), date(2200, 1, 1)), words)
def test_shifts(connection: Connection, start: datetime, day: date, name: str) -> None:
    shift = Shift(name, day, start, start + timedelta(hours=8), "Europe/Berlin")
    assert shift_of(stored_and_read(connection, schema.shift, shift_values(shift))) == shift


@given(moments)
def test_moments_are_exact(instant: datetime) -> None:
    assert moment(microseconds(instant)) == instant
    assert microseconds(instant.astimezone(timezone(timedelta(hours=5, minutes=45)))) == microseconds(instant)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        microseconds(datetime(2026, 3, 2))  # noqa: DTZ001 - what is refused here


@given(st.text(max_size=8))
def test_any_text_can_be_stored(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    assert connection.execute("SELECT ?", (storable(text),)).fetchone() == (storable(text),)
    connection.close()


def test_a_file_name_that_is_no_utf8_stays_readable() -> None:
    assert storable(b"caf\xe9.png".decode("utf-8", "surrogateescape")) == "caf\\udce9.png"
    assert storable("café 検査") == "café 検査"
