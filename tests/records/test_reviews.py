"""What people decided: recorded before it is told, never changing the first judgement, counted as in plain Python."""

import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import event as database_event

from inspector.domain.correction import Override, Review
from inspector.domain.inspection import EventKind, JudgedPart
from inspector.domain.verdict import Deciding, Rule, Verdict
from inspector.records import upgrade
from inspector.records.database import Database, _engine, _start_writing
from inspector.records.period import Period
from inspector.records.queries import Records

PATIENCE = 10.0
REASONS = {Verdict.OK: "", Verdict.NG: "scratch", Verdict.CHECK: "unsure", Verdict.ERROR: "overrun"}


@pytest.fixture
def decide(site: Any, fake_clock: Any) -> Callable[..., Override]:
    """Return a function that records a decision on a part; each is made a second after the one before."""

    def record(sequence: int, verdict: Verdict, class_name: str | None = None, by: str = "Anna") -> Override:
        fake_clock.advance(1)
        override = Override(f"id-{sequence}", verdict, class_name, by, "looked again", fake_clock.now())
        site.journal.record_override(override)
        return override

    return record


@pytest.fixture
def filled(site: Any, part: Callable[..., JudgedPart], decide: Callable[..., Override]) -> Any:
    """Return a site with 200 parts, on some of which one or more people decided, and those decisions by part."""
    chance = random.Random(3)
    for sequence in range(1, 201):
        verdict = chance.choices(list(Verdict), [60, 20, 15, 5])[0]
        context = {"product": "Plate" if sequence % 4 == 0 else "Bracket", "lane": "2" if sequence % 5 == 0 else "1"}
        site.journal.submit(part(sequence, verdict, REASONS[verdict], context=context))
    site.decisions = defaultdict(list)
    for _ in range(90):
        sequence = chance.randint(1, 200)
        verdict = chance.choice([Verdict.OK, Verdict.NG, Verdict.CHECK])
        site.decisions[sequence].append(decide(sequence, verdict, by=chance.choice(["Anna", "Ben"])))
    assert site.journal.flush(PATIENCE)
    return site


PERIODS = {
    "all": lambda day: day,
    "ever": lambda _: Period.ever(),
    "a minute": lambda day: Period(day.start + timedelta(seconds=30), day.start + timedelta(seconds=90)),
    "one product": lambda _: Period.ever(product="Plate"),
    "one lane": lambda _: Period.ever(lane="2"),
    "nothing": lambda day: Period(day.start, day.start),
}


@pytest.fixture(params=PERIODS)
def period(request: pytest.FixtureRequest, day: Period) -> Period:
    return PERIODS[request.param](day)


def inside(site: Any, period: Period) -> list[Any]:
    return [
        each
        for each in site.published
        if period.start <= each.time < period.end
        and period.lane in (None, each.context.lane)
        and period.product in (None, each.context.product)
    ]


def test_a_decision_is_on_file_when_it_is_told(
    site: Any, part: Callable[..., JudgedPart], decide: Callable[..., Override]
) -> None:
    found: list[tuple[Override, ...]] = []
    site.journal.overrides.subscribe(lambda _: found.append(site.records.reviews.of(1).overrides))
    site.journal.submit(part(1, Verdict.CHECK, "unsure"))
    override = decide(1, Verdict.NG, "scratch")
    assert site.journal.flush(PATIENCE)
    assert found == [(override,)]


def test_the_first_judgement_is_never_changed(
    site: Any, part: Callable[..., JudgedPart], decide: Callable[..., Override]
) -> None:
    site.journal.submit(part(1, Verdict.NG, "scratch", class_name="scratch"))
    assert site.journal.flush(PATIENCE)
    with closing(sqlite3.connect(site.database.path)) as connection:
        before = connection.execute("SELECT * FROM inspection").fetchall()
    first, second = decide(1, Verdict.OK, "good"), decide(1, Verdict.NG, "stain", "Ben")
    assert site.journal.flush(PATIENCE)
    review = site.records.reviews.of(1)
    assert review.overrides == (first, second)
    assert (review.verdict, review.last) == (Verdict.NG, second)
    assert review.inspection.judgement.reason == "scratch"
    with closing(sqlite3.connect(site.database.path)) as connection:
        assert connection.execute("SELECT * FROM inspection").fetchall() == before


def test_decisions_of_a_period(filled: Any, period: Period) -> None:
    parts = {each.sequence: each for each in inside(filled, period)}
    decided = filled.records.reviews.decided(period)
    assert [review.inspection.sequence for review in decided] == sorted(filter(parts.get, filled.decisions))
    assert all(review.overrides == tuple(filled.decisions[review.inspection.sequence]) for review in decided)
    resolved = filled.records.reviews.resolved_checks(period)
    assert [review.inspection.sequence for review in resolved] == [
        review.inspection.sequence
        for review in decided
        if review.inspection.judgement.verdict is Verdict.CHECK and review.verdict is not Verdict.CHECK
    ]


def test_parts_on_which_nobody_decided(filled: Any, period: Period) -> None:
    wanted = [Verdict.CHECK, Verdict.NG]
    expected = [
        each.sequence
        for each in inside(filled, period)
        if each.judgement.verdict in wanted and not filled.decisions[each.sequence]
    ]
    found = filled.records.reviews.undecided(period, wanted, 10)
    assert [each.sequence for each in found] == sorted(expected, reverse=True)[:10]


def test_final_verdicts(filled: Any, period: Period) -> None:
    expected = Counter(
        decisions[-1].verdict if (decisions := filled.decisions[each.sequence]) else each.judgement.verdict
        for each in inside(filled, period)
    )
    assert filled.records.reviews.final_verdicts(period) == {verdict: expected[verdict] for verdict in Verdict}


def test_overrides_go_by_the_moment_of_the_decision(filled: Any, day: Period, fake_clock: Any) -> None:
    everything = [each for decisions in filled.decisions.values() for each in decisions]
    in_order = sorted(everything, key=lambda each: each.time)
    reviews = filled.records.reviews
    assert reviews.overrides(day) == tuple(in_order)
    some = Period(in_order[10].time, in_order[20].time)
    assert reviews.overrides(some) == tuple(in_order[10:20])
    plates = {f"id-{each.sequence}" for each in filled.published if each.context.product == "Plate"}
    of_plates = Period(day.start, day.end, product="Plate")
    assert reviews.overrides(of_plates) == tuple(each for each in in_order if each.inspection in plates)


def test_a_part_nobody_knows(
    site: Any, part: Callable[..., JudgedPart], decide: Callable[..., Override], expected_logs: Any, day: Period
) -> None:
    """The decision cannot be kept; what came with it is, and it is said."""
    expected_logs.append("ERROR inspector.records: The record of the decision of Anna on part id-7 cannot be kept")
    site.journal.submit(part(1))
    told: list[Override] = []
    site.journal.overrides.subscribe(told.append)
    decide(7, Verdict.OK)
    kept = decide(1, Verdict.NG, "scratch")
    assert site.journal.flush(PATIENCE)
    assert told == [kept]
    assert [event.kind for event in site.records.events(day)] == [EventKind.PROGRAM_FAULT]
    assert site.records.reviews.of(7) is None


def test_a_disk_that_fails_loses_no_decision(
    site: Any,
    part: Callable[..., JudgedPart],
    decide: Callable[..., Override],
    expected_logs: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also one whose commit reached the disk without saying so is written once."""
    expected_logs.allow("ERROR inspector.records: ")
    expected_logs.allow("WARNING inspector.records: the disk works again")
    site.journal.submit(part(1))
    assert site.journal.flush(PATIENCE)
    write = site.journal._rows.committed
    failures = [OSError(28, "No space left on device")]

    def committed() -> None:
        if failures:
            raise failures.pop()
        write()

    monkeypatch.setattr(site.journal._rows, "committed", committed)
    told: list[Override] = []
    site.journal.overrides.subscribe(told.append)
    override = decide(1, Verdict.NG, "scratch")
    assert site.journal.flush(PATIENCE)
    assert told == [override]
    assert site.records.reviews.of(1).overrides == (override,)


def test_a_snapshot_answers_of_one_moment(
    site: Any, part: Callable[..., JudgedPart], decide: Callable[..., Override]
) -> None:
    site.journal.submit(part(1, Verdict.CHECK, "unsure"))
    assert site.journal.flush(PATIENCE)
    with site.records.snapshot() as view:
        assert view.reviews.of(1).verdict is Verdict.CHECK
        decide(1, Verdict.OK)
        assert site.journal.flush(PATIENCE)
        assert view.reviews.of(1).verdict is Verdict.CHECK
    assert site.records.reviews.of(1).verdict is Verdict.OK


def test_the_threshold_that_decided_is_kept(site: Any, part: Callable[..., JudgedPart]) -> None:
    judged = part(1, Verdict.NG, "scratch")
    judgement = replace(judged.inspection.judgement, deciding=Deciding(Rule.DEFECT, 0.75, 0.6), zone="left")
    site.journal.submit(replace(judged, inspection=replace(judged.inspection, judgement=judgement)))
    assert site.journal.flush(PATIENCE)
    stored = site.records.inspection(1).judgement
    assert (stored.deciding, stored.zone) == (Deciding(Rule.DEFECT, 0.75, 0.6), "left")


def test_a_journal_of_the_first_revision_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    _open_as_of_revision(path, "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO part_context VALUES (1, '1', 'demo:1', 'Bracket', 1, 'a', 'b', 'cpu', 'Ada', 'L', 0)"
        )
        connection.execute(
            "INSERT INTO inspection (sequence, id, time, context, trigger, source, serial, verdict, reason, class_name,"
            " probabilities, anomaly_score, message, waiting_ms, prepare_ms, network_ms, decide_ms)"
            " VALUES (1, 'one', 5, 1, 'frame', '', '', 'NG', 'scratch', 'scratch', '{}', NULL, '', 1, 2, 3, 4)"
        )
    upgraded = Database.open(path)
    (part,) = Records(upgraded).recent(2)
    assert (part.id, part.judgement.deciding, part.judgement.zone) == ("one", None, "")
    assert Records(upgraded).reviews.of(1).overrides == ()
    with upgraded.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    upgraded.close()


def _open_as_of_revision(path: Path, revision: str) -> None:
    """Make a journal with the tables that a program of that revision made."""
    engine = _engine(path, _start_writing)
    with engine.begin() as connection, as_file(files("inspector.records").joinpath("migrations")) as folder:
        config = upgrade._config(str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_a_review_says_whether_the_person_agreed(filled: Any) -> None:
    for review in filled.records.reviews.decided(Period.ever()):
        same = review.overrides[-1].verdict is review.inspection.judgement.verdict
        assert review.agreed is same
    (nobody, *_) = filled.records.reviews.undecided(Period.ever(), list(Verdict), 1)
    assert Review(nobody).agreed is None


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda reviews: reviews.of(3), "ix_override_inspection"),
        (lambda reviews: reviews.decided(Period.ever()), "ix_override_inspection"),
        (lambda reviews: reviews.undecided(Period.ever(), [Verdict.CHECK], 5), "ix_inspection_not_ok"),
        (lambda reviews: reviews.overrides(Period.ever()), "ix_override_time"),
        (lambda reviews: reviews.final_verdicts(Period.ever()), "COVERING INDEX ix_inspection_time"),
    ],
)
def test_questions_are_answered_from_an_index(filled: Any, ask: Callable[[Any], object], index: str) -> None:
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith("SELECT"):
            explained = connection.connection.cursor()
            explained.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in explained.fetchall())

    engine = filled.database._reader
    database_event.listen(engine, "before_cursor_execute", explain)
    ask(filled.records.reviews)
    database_event.remove(engine, "before_cursor_execute", explain)
    assert any(index in plan for plan in plans), plans
