"""The journal on a disk that works: recorded first, told afterwards, in order, once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from inspector.domain.inspection import Event, EventKind, Inspection, JudgedPart
from inspector.domain.shift import Shift
from inspector.domain.verdict import Verdict
from inspector.records.pictures import PictureState
from inspector.records.queries import Period
from inspector.records.rows import RecipeRecord
from inspector.records.waiting_line import JournalClosed

PATIENCE = 10.0


@pytest.fixture
def event(fake_clock: Any) -> Event:
    return Event(EventKind.CAMERA_LOST, fake_clock.now(), "the camera is gone", "1", {"camera": "demo:1"})


def test_a_part_is_on_file_when_it_is_published(site: Any, part: Callable[..., JudgedPart]) -> None:
    found: list[int] = []
    site.journal.inspections.subscribe(lambda _: found.append(site.records.last_sequence()))
    site.journal.submit(part(1))
    assert site.journal.flush(PATIENCE)
    assert found == [1]


def test_parts_and_events_come_out_as_they_went_in(
    site: Any, part: Callable[..., JudgedPart], event: Event, day: Period
) -> None:
    told: list[object] = []
    site.journal.inspections.subscribe(lambda inspection: told.append(inspection.sequence))
    site.journal.events.subscribe(lambda each: told.append(each.text))
    for sequence in range(1, 51):
        site.journal.submit(part(sequence))
        if sequence % 10 == 0:
            site.journal.record_event(replace(event, text=str(sequence)))
    assert site.journal.flush(PATIENCE)
    expected: list[object] = []
    for sequence in range(1, 51):
        expected += [sequence, str(sequence)] if sequence % 10 == 0 else [sequence]
    assert told == expected
    assert [each.text for each in site.records.events(day)] == ["10", "20", "30", "40", "50"]
    assert site.records.totals(day).records == 50


def test_all_that_waits_goes_into_one_transaction(
    make_site: Callable[..., Any], part: Callable[..., JudgedPart], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site()
    transactions = 0
    writing = site.database.writing

    def counted() -> Any:
        nonlocal transactions
        transactions += 1
        return writing()

    monkeypatch.setattr(site.database, "writing", counted)
    for sequence in range(1, 501):
        site.journal.submit(part(sequence))
    assert site.journal.waiting == 500
    site.journal.start()
    assert site.journal.flush(PATIENCE)
    assert site.journal.waiting == 0
    assert transactions == 1
    assert site.sequences == list(range(1, 501))


def test_the_journal_closes_the_timings(site: Any, part: Callable[..., JudgedPart], fake_clock: Any) -> None:
    handed_over = threading.Event()

    def later(_: Inspection) -> None:
        handed_over.wait(PATIENCE)
        fake_clock.advance(0.25)

    site.journal.inspections.subscribe(later)
    site.journal.submit(part(1, triggered=999.5))
    site.journal.submit(part(2, triggered=999.9))
    handed_over.set()
    assert site.journal.flush(PATIENCE)
    first, second = (inspection.judgement.timings for inspection in site.published)
    assert (first.waiting, first.prepare, first.network, first.decide) == (1.5, 2.5, 20.25, 0.125)
    assert (first.commit, first.total) == (0.0, 500.0)
    assert second.commit in (0.0, 250.0), "in the same transaction as the first, or after it"
    assert second.total == pytest.approx(100.0 + second.commit)
    stored = [inspection.judgement.timings for inspection in site.records.recent(2)]
    assert stored == [replace(first, commit=0.0, total=0.0)] * 2, "rows end at the decision"


def test_a_kept_picture_is_named_by_its_record(site: Any, part: Callable[..., JudgedPart], pixels: Any) -> None:
    site.journal.submit(part(1, Verdict.NG, "scratch", pixels=pixels))
    site.journal.submit(part(2, Verdict.NG, "scratch", pixels=pixels, keep=False))
    site.journal.submit(part(3, Verdict.ERROR, "camera_fault", keep=True))
    assert site.journal.flush(PATIENCE)
    kept, not_kept, none = site.published
    assert site.pictures.verify(kept.picture) is PictureState.INTACT
    np.testing.assert_array_equal(site.pictures.read(kept.picture), pixels)
    assert not_kept.picture is None
    assert none.picture is None
    assert [inspection.picture for inspection in site.records.recent(3)] == [None, None, kept.picture]


def test_the_picture_is_on_the_disk_before_the_row(
    site: Any, part: Callable[..., JudgedPart], pixels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    write, writing = site.pictures.write, site.database.writing

    def slow_write(judged: JudgedPart) -> Any:
        threading.Event().wait(0.05)
        stored = write(judged)
        order.append("picture")
        return stored

    def noted() -> Any:
        order.append("row")
        return writing()

    monkeypatch.setattr(site.pictures, "write", slow_write)
    monkeypatch.setattr(site.database, "writing", noted)
    site.journal.submit(part(1, Verdict.NG, "scratch", pixels=pixels))
    assert site.journal.flush(PATIENCE)
    assert order == ["picture", "row"]


def test_a_picture_that_takes_long_keeps_the_order_but_holds_up_no_commit_before_it(
    site: Any, part: Callable[..., JudgedPart], pixels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, released = site.pictures.write, threading.Event()
    second_published = threading.Event()

    def held(judged: JudgedPart) -> Any:
        released.wait(PATIENCE)
        return write(judged)

    monkeypatch.setattr(site.pictures, "write", held)
    site.journal.inspections.subscribe(lambda inspection: inspection.sequence == 2 and second_published.set())
    site.journal.submit(part(1))
    site.journal.submit(part(2))
    site.journal.submit(part(3, Verdict.NG, "scratch", pixels=pixels))
    site.journal.submit(part(4))
    assert second_published.wait(PATIENCE)
    assert not site.journal.flush(0.05)
    assert site.sequences == [1, 2]
    released.set()
    assert site.journal.flush(PATIENCE)
    assert site.sequences == [1, 2, 3, 4]


def test_parts_with_pixels_wait_for_room_and_others_do_not(
    make_site: Callable[..., Any], part: Callable[..., JudgedPart], pixels: Any
) -> None:
    site = make_site(room=2)
    for sequence in (1, 2):
        site.journal.submit(part(sequence, pixels=pixels, keep=False))
    thread = threading.Thread(target=site.journal.submit, args=(part(3, pixels=pixels, keep=False),))
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    site.journal.submit(part(4, Verdict.ERROR, "overrun"))
    assert site.journal.waiting == 3
    site.journal.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert site.journal.flush(PATIENCE)
    assert sorted(site.sequences) == [1, 2, 3, 4]


def test_recipes_and_shifts_are_kept_once(site: Any, fake_clock: Any, day: Period) -> None:
    record = RecipeRecord("a1" * 32, "b2" * 32, "Bracket", 3, "Ada", "new light", fake_clock.now(), "{}")
    early = Shift("Early", date(2026, 3, 2), day.start, day.start + timedelta(hours=8), "UTC")
    for _ in range(2):
        site.journal.record_recipe(record)
        site.journal.record_recipe(replace(record, author="somebody else"))
        site.journal.record_shift(early)
    site.journal.record_shift(replace(early, end=early.end + timedelta(hours=1)))
    assert site.journal.flush(PATIENCE)
    assert site.records.shifts(day.start, day.end) == (early, replace(early, end=early.end + timedelta(hours=1)))
    with site.database.reading() as connection:
        authors = connection.exec_driver_sql("SELECT author FROM recipe_version").scalars().all()
    assert authors == ["Ada"]


def test_what_parts_have_in_common_is_written_once(
    site: Any, part: Callable[..., JudgedPart], make_site: Callable[..., Any]
) -> None:
    site.journal.submit(part(1))
    site.journal.submit(part(2, context={"serial": "S2"}))
    site.journal.submit(part(3, context={"operator": "Bob"}))
    site.journal.close()
    again = make_site()
    again.journal.start()
    again.journal.submit(part(4))
    again.journal.submit(part(5, context={"operator": "Bob"}))
    assert again.journal.flush(PATIENCE)
    with site.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT operator FROM part_context").scalars().all() == ["Ada", "Bob"]
    assert [inspection.context.operator for inspection in site.records.recent(5)] == ["Bob", "Ada", "Bob", "Ada", "Ada"]


def test_counting_goes_on_after_a_restart(
    site: Any, part: Callable[..., JudgedPart], make_site: Callable[..., Any]
) -> None:
    assert site.records.last_sequence() == 0
    site.journal.submit(part(41))
    assert site.journal.close() == 0
    assert make_site().records.last_sequence() == 41


def test_closing_writes_all_that_waits(
    make_site: Callable[..., Any], part: Callable[..., JudgedPart], pixels: Any, event: Event, day: Period
) -> None:
    site = make_site()
    for sequence in range(1, 21):
        site.journal.submit(part(sequence, Verdict.NG, "scratch", pixels=pixels))
    site.journal.record_event(event)
    site.journal.start()
    assert site.journal.close() == 0
    assert site.sequences == list(range(1, 21))
    assert site.records.totals(day).pictures == 20
    assert site.records.events(day) == (event,)


def test_a_closed_journal_takes_nothing(site: Any, part: Callable[..., JudgedPart], event: Event, day: Period) -> None:
    assert site.journal.close() == 0
    assert site.journal.close() == 0
    shift = Shift("Early", date(2026, 3, 2), day.start, day.end, "UTC")
    for act in (
        lambda: site.journal.submit(part(1)),
        lambda: site.journal.record_event(event),
        lambda: site.journal.record_shift(shift),
    ):
        with pytest.raises(JournalClosed, match="the journal is closed; nothing more can be recorded"):
            act()


def test_a_journal_that_never_ran_says_what_it_did_not_write(
    make_site: Callable[..., Any], part: Callable[..., JudgedPart], expected_logs: Any
) -> None:
    expected_logs.append("CRITICAL inspector.records: 1 records could not be written")
    site = make_site()
    site.journal.submit(part(1))
    assert not site.journal.flush(0)
    assert site.journal.close() == 1


def test_a_subscriber_that_fails_disturbs_nobody(
    site: Any, part: Callable[..., JudgedPart], expected_logs: Any
) -> None:
    expected_logs.append("ERROR inspector.subscribers: a subscriber failed on Inspection")
    site.journal.inspections.subscribe(lambda _: [][1])
    site.journal.submit(part(1))
    site.journal.submit(part(2))
    assert site.journal.flush(PATIENCE)
    assert site.sequences == [1, 2]


def test_a_subscriber_may_record_an_event(site: Any, part: Callable[..., JudgedPart], event: Event) -> None:
    site.journal.inspections.subscribe(lambda _: site.journal.record_event(event))
    site.journal.submit(part(1))
    assert site.journal.flush(PATIENCE)
    assert site.journal.flush(PATIENCE)
    assert site.events == [event]


def test_a_reader_in_the_middle_of_a_long_question_holds_up_nothing(
    site: Any, part: Callable[..., JudgedPart], day: Period
) -> None:
    with site.records.snapshot() as view:
        assert view.totals(day).records == 0
        site.journal.submit(part(1))
        assert site.journal.flush(PATIENCE)
        assert site.sequences == [1]
        assert view.totals(day).records == 0
    assert site.records.totals(day).records == 1


def test_a_file_name_that_is_no_utf8_loses_no_record(site: Any, part: Callable[..., JudgedPart]) -> None:
    source = b"caf\xe9.png".decode("utf-8", "surrogateescape")
    site.journal.submit(part(1, Verdict.ERROR, "camera_fault", source=source, message=f"{source}: no picture"))
    assert site.journal.flush(PATIENCE)
    (inspection,) = site.records.recent(1)
    assert inspection.source == "caf\\udce9.png"
    assert inspection.judgement.message == "caf\\udce9.png: no picture"
