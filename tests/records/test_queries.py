"""Answers against an independent count in plain Python over the same parts."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as database_event

from inspector.domain.inspection import Event, EventKind, Inspection, JudgedPart
from inspector.domain.shift import Shift
from inspector.domain.verdict import Verdict
from inspector.records.queries import IntervalCount, Period, Presence, RecipeUse, Totals
from inspector.records.rows import RecipeRecord

PATIENCE = 10.0
REASONS = {
    Verdict.OK: [""],
    Verdict.NG: ["scratch", "stain", "dent"],
    Verdict.CHECK: ["unsure", "anomaly"],
    Verdict.ERROR: ["camera_fault", "overrun"],
}


@pytest.fixture
def filled(site: Any, part: Callable[..., JudgedPart], pixels: Any) -> Any:
    """Return a site with 400 parts of two lanes, three lots and some pictures; sequences 100 to 104 are missing."""
    chance = random.Random(5)
    for sequence in range(11, 416):
        if 100 <= sequence < 105:
            continue
        verdict = chance.choices(list(Verdict), [80, 10, 6, 4])[0]
        reason = chance.choice(REASONS[verdict])
        site.journal.submit(
            part(
                sequence,
                verdict,
                reason,
                class_name=None if verdict is Verdict.ERROR else reason or "good",
                pixels=pixels if verdict is Verdict.NG and sequence % 2 else None,
                context={
                    "lane": "2" if sequence % 5 == 0 else "1",
                    "lot": f"LOT-{sequence // 150}" if sequence > 50 else "",
                    "operator": "Ada" if sequence < 200 else "Bob",
                    "serial": f"S{sequence % 390}" if sequence > 300 else "",
                    "simulated": sequence > 380,
                    "recipe_version": 3 if sequence < 250 else 4,
                    "recipe_hash": ("a3" if sequence < 250 else "a4") * 32,
                },
            )
        )
    assert site.journal.flush(PATIENCE)
    assert len(site.published) == 400
    return site


def chosen(inspections: Sequence[Inspection], period: Period) -> list[Inspection]:
    return [
        each
        for each in inspections
        if period.start <= each.time < period.end
        and period.lane in (None, each.context.lane)
        and period.lot in (None, each.context.lot)
    ]


PERIODS = {
    "all": lambda day: day,
    "some minutes": lambda day: Period(day.start + timedelta(seconds=60), day.start + timedelta(seconds=300)),
    "one lane": lambda day: Period(day.start, day.end, lane="2"),
    "one lot": lambda day: Period(day.start, day.end, lot="LOT-1"),
    "one lot of one lane": lambda day: Period(day.start, day.end, "1", "LOT-2"),
    "parts without a lot": lambda day: Period(day.start, day.end, lot=""),
    "before all": lambda day: Period(day.start - timedelta(days=1), day.start),
    "an unknown lot": lambda day: Period(day.start, day.end, lot="LOT-X"),
}


@pytest.fixture(params=PERIODS)
def period(request: pytest.FixtureRequest, day: Period) -> Period:
    return PERIODS[request.param](day)


def _missing(on_file: set[int], first: int | None, last: int | None) -> int:
    if first is None or last is None:
        return 0
    before = max((sequence for sequence in on_file if sequence < first), default=0)
    return sum(sequence not in on_file for sequence in range(before + 1, last + 1))


def test_a_gap_between_two_periods_belongs_to_the_later_one(filled: Any) -> None:
    """Sequences 100 to 104 are missing; cut the time just there."""
    times = {each.sequence: each.time for each in filled.published}
    start, end = min(times.values()), max(times.values()) + timedelta(seconds=1)
    cut = times[105]
    assert filled.records.totals(Period(start, cut)).missing == min(times) - 1
    assert filled.records.totals(Period(cut, end)).missing == 5


def test_counts(filled: Any, period: Period) -> None:
    inside = chosen(filled.published, period)
    by_verdict = Counter(each.judgement.verdict for each in inside)
    first = min((each.sequence for each in inside), default=None)
    last = max((each.sequence for each in inside), default=None)
    totals = filled.records.totals(period)
    assert totals == Totals(
        records=len(inside),
        ok=by_verdict[Verdict.OK],
        ng=by_verdict[Verdict.NG],
        check=by_verdict[Verdict.CHECK],
        error=by_verdict[Verdict.ERROR],
        first_sequence=first,
        last_sequence=last,
        missing=_missing({each.sequence for each in filled.published}, first, last),
        simulated=sum(each.context.simulated for each in inside),
        pictures=sum(each.picture is not None for each in inside),
    )
    assert totals.inspected == len(inside) - totals.error
    assert totals.triggers == len(inside) + totals.missing


def test_counts_by_reason_and_class(filled: Any, period: Period) -> None:
    inside = chosen(filled.published, period)
    reasons = Counter(
        (each.judgement.verdict, each.judgement.reason) for each in inside if each.judgement.verdict is not Verdict.OK
    )
    classes = Counter(each.judgement.class_name for each in inside if each.judgement.class_name is not None)
    assert filled.records.by_reason(period) == reasons
    assert list(filled.records.by_reason(period).values()) == sorted(reasons.values(), reverse=True)
    assert filled.records.by_class(period) == classes
    assert list(filled.records.by_class(period).values()) == sorted(classes.values(), reverse=True)
    good = Counter(each.judgement.class_name for each in inside if each.judgement.verdict is Verdict.OK)
    assert filled.records.by_class(period, (Verdict.OK,)) == good


def test_counts_by_interval(filled: Any, period: Period) -> None:
    edges = [period.start + (period.end - period.start) * step / 4000 for step in (-9, 0, 3, 3, 8, 19, 4000, 4001)]
    inside = chosen(filled.published, period)

    def expected(start: datetime, end: datetime) -> IntervalCount:
        verdicts = Counter(each.judgement.verdict for each in inside if start <= each.time < end)
        ng, check, error = verdicts[Verdict.NG], verdicts[Verdict.CHECK], verdicts[Verdict.ERROR]
        return IntervalCount(start, end, verdicts.total() - error, ng, check, error)

    assert filled.records.by_interval(period, edges) == tuple(map(expected, edges[:-1], edges[1:]))
    assert filled.records.by_interval(period, edges[:1]) == ()


@pytest.mark.parametrize(
    "verdicts", [[Verdict.NG], [Verdict.CHECK, Verdict.ERROR], [Verdict.OK, Verdict.NG], list(Verdict), []]
)
def test_the_latest(filled: Any, period: Period, verdicts: list[Verdict]) -> None:
    inside = [each.sequence for each in chosen(filled.published, period) if each.judgement.verdict in verdicts]
    latest = filled.records.latest(period, verdicts, 7)
    assert [each.sequence for each in latest] == sorted(inside, reverse=True)[:7]


def test_the_newest_of_all(filled: Any) -> None:
    assert [each.sequence for each in filled.records.recent(12)] == list(range(415, 403, -1))
    assert filled.records.last_sequence() == 415


def test_one_part_by_its_number(filled: Any) -> None:
    found = filled.records.inspection(11)
    assert found.id == "id-11"
    assert filled.records.inspection(102) is None


def test_parts_by_their_serial(filled: Any) -> None:
    assert [each.sequence for each in filled.records.by_serial("S12")] == [402]
    assert [each.sequence for each in filled.records.by_serial("S305")] == [305]
    assert filled.records.by_serial("S9999") == ()
    assert filled.records.by_serial("") == ()


def test_a_serial_seen_twice_is_found_twice(site: Any, part: Callable[..., JudgedPart]) -> None:
    for sequence in (1, 2):
        site.journal.submit(part(sequence, context={"serial": "S1"}))
    assert site.journal.flush(PATIENCE)
    assert [each.sequence for each in site.records.by_serial("S1")] == [2, 1]


def test_who_and_what(filled: Any, period: Period) -> None:
    inside = chosen(filled.published, period)

    def expected(name_of: Callable[[Inspection], str]) -> tuple[Presence, ...]:
        names = dict.fromkeys(name_of(each) for each in inside if name_of(each))
        return tuple(
            Presence(name, len(times), min(times), max(times))
            for name in names
            for times in [[each.time for each in inside if name_of(each) == name]]
        )

    assert filled.records.lots(period) == expected(lambda each: each.context.lot)
    assert filled.records.operators(period) == expected(lambda each: each.context.operator)


def test_recipes_in_use(filled: Any, day: Period) -> None:
    record = RecipeRecord("a4" * 32, "b2" * 32, "Bracket", 4, "Ada", "new light", day.start, '{"é": 1}')
    filled.journal.record_recipe(record)
    assert filled.journal.flush(PATIENCE)
    older = [each for each in filled.published if each.context.recipe_version == 3]
    newer = [each for each in filled.published if each.context.recipe_version == 4]
    assert filled.records.recipes(day) == (
        RecipeUse("Bracket", 3, "a3" * 32, "b2" * 32, len(older), older[0].time, older[-1].time, None),
        RecipeUse("Bracket", 4, "a4" * 32, "b2" * 32, len(newer), newer[0].time, newer[-1].time, record),
    )


def test_events(site: Any, day: Period) -> None:
    lost = Event(EventKind.CAMERA_LOST, day.start + timedelta(hours=2), "gone", "1", {"camera": "demo:1"})
    opened = Event(EventKind.CAMERA_OPENED, day.start + timedelta(hours=1), "there", "2")
    started = Event(EventKind.STATION_STARTED, day.start, "started")
    late = Event(EventKind.STATION_CLOSED, day.end, "closed")
    for event in (lost, opened, started, late):
        site.journal.record_event(event)
    assert site.journal.flush(PATIENCE)
    assert site.records.events(day) == (lost, opened, started), "in the order of recording, whatever the clock said"
    assert site.records.events(day, [EventKind.CAMERA_OPENED]) == (opened,)
    assert site.records.events(day, []) == ()
    assert site.records.events(Period(day.start, day.end, lane="1")) == (lost, started)


def test_shifts_that_touch_a_time(site: Any, day: Period) -> None:
    shifts = [
        Shift(name, date(2026, 3, 2), day.start + timedelta(hours=start), day.start + timedelta(hours=start + 8), "UTC")
        for name, start in (("Early", 0), ("Late", 8), ("Night", 16))
    ]
    for shift in shifts:
        site.journal.record_shift(shift)
    assert site.journal.flush(PATIENCE)
    at = shifts[1].start
    assert site.records.shifts(day.start, day.end) == tuple(shifts)
    assert site.records.shifts(at, at + timedelta(hours=1)) == (shifts[1],)
    assert site.records.shifts(at - timedelta(seconds=1), at + timedelta(hours=8)) == (shifts[0], shifts[1])


def test_an_empty_journal(site: Any, day: Period) -> None:
    assert site.records.totals(day) == Totals(0, 0, 0, 0, 0, None, None, 0, 0, 0)
    assert site.records.recent(5) == ()
    assert site.records.by_reason(day) == site.records.by_class(day) == {}
    assert site.records.lots(day) == site.records.operators(day) == site.records.recipes(day) == ()


def test_a_snapshot_is_of_one_moment(site: Any, part: Callable[..., JudgedPart], day: Period) -> None:
    site.journal.submit(part(1))
    assert site.journal.flush(PATIENCE)
    with site.records.snapshot() as view:
        assert view.totals(day).records == 1
        site.journal.submit(part(2))
        assert site.journal.flush(PATIENCE)
        with view.snapshot() as same:
            assert (same.last_sequence(), same.totals(day).records, len(same.recent(9))) == (1, 1, 1)
    assert site.records.last_sequence() == 2


def test_a_period_must_be_one(day: Period) -> None:
    with pytest.raises(ValueError, match="must not end before it starts"):
        Period(day.end, day.start)
    with pytest.raises(ValueError, match="has no time zone"):
        Period(day.start.replace(tzinfo=None), day.end)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda records, day: records.totals(day), "COVERING INDEX ix_inspection_time"),
        (lambda records, day: records.by_class(day), "COVERING INDEX ix_inspection_time"),
        (lambda records, day: records.by_interval(day, [day.start, day.end]), "COVERING INDEX ix_inspection_time"),
        (lambda records, day: records.by_reason(day), "COVERING INDEX ix_inspection_not_ok"),
        (lambda records, day: records.latest(day, [Verdict.NG], 9), "COVERING INDEX ix_inspection_not_ok"),
        (lambda records, day: records.latest(day, list(Verdict), 9), "COVERING INDEX ix_inspection_time"),
        (lambda records, day: records.totals(day), "USING INDEX ix_inspection_picture"),
        (lambda records, _: records.by_serial("S12"), "INDEX ix_inspection_serial"),
        (lambda records, _: records.recent(3), "SCAN inspection"),
    ],
)
def test_questions_are_answered_from_an_index(
    filled: Any, day: Period, ask: Callable[[Any, Period], object], index: str
) -> None:
    plans: list[str] = []
    engine = filled.database._reader

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith("SELECT"):
            explained = connection.connection.cursor()
            explained.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in explained.fetchall())

    database_event.listen(engine, "before_cursor_execute", explain)
    ask(filled.records, day)
    database_event.remove(engine, "before_cursor_execute", explain)
    assert any(index in plan for plan in plans), plans
