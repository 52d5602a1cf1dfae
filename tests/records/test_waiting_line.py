"""The line before the journal: nothing is forgotten, and only pictures wait outside."""

import threading
from collections.abc import Callable

import pytest

from inspector.records.waiting_line import JournalClosed, WaitingLine

PATIENCE = 10.0


def started(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def outside(line: WaitingLine[int]) -> bool:
    """Wait until somebody waits outside."""
    with line._changed:
        return line._outside > 0


def until(condition: Callable[[], bool]) -> None:
    deadline = threading.Event()
    for _ in range(1000):
        if condition():
            return
        deadline.wait(0.01)
    pytest.fail("it never came to that")


def test_entries_come_out_in_order_and_wait_until_they_are_done() -> None:
    line: WaitingLine[int] = WaitingLine(2)
    for entry in (1, 2, 3):
        line.enter(lambda entry=entry: entry)
    assert line.take() == [1, 2, 3]
    assert line.waiting == 3
    line.done(2)
    assert line.waiting == 1
    assert not line.wait_done(0)
    line.done(1)
    assert line.wait_done(0)


def test_large_entries_wait_outside_and_small_ones_do_not() -> None:
    line: WaitingLine[int] = WaitingLine(1)
    line.enter(lambda: 1, large=True)
    thread = started(lambda: line.enter(lambda: 2, large=True))
    until(lambda: outside(line))
    line.enter(lambda: 3)
    assert line.take() == [1, 3]
    line.done(1)
    thread.join(PATIENCE)
    assert line.take() == [2]


def test_an_entry_is_made_only_once_there_is_room() -> None:
    line: WaitingLine[int] = WaitingLine(1)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return 1

    line.enter(make, large=True)
    thread = started(lambda: line.enter(make, large=True))
    until(lambda: outside(line))
    assert len(made) == 1
    line.take()
    line.done(1)
    thread.join(PATIENCE)
    assert len(made) == 2


def test_a_closed_line_lets_out_who_is_in_and_in_who_waited() -> None:
    line: WaitingLine[int] = WaitingLine(1)
    line.enter(lambda: 1, large=True)
    thread = started(lambda: line.enter(lambda: 2, large=True))
    until(lambda: outside(line))
    line.close()
    with pytest.raises(JournalClosed, match="the journal is closed"):
        line.enter(lambda: 3)
    assert line.take() == [1]
    line.done(1)
    assert line.take() == [2]
    thread.join(PATIENCE)
    line.done(1)
    assert line.take() == []


def test_an_abandoned_line_turns_away_who_waits() -> None:
    line: WaitingLine[int] = WaitingLine(1)
    line.enter(lambda: 1, large=True)
    refused: list[str] = []

    def enter() -> None:
        with pytest.raises(JournalClosed) as error:
            line.enter(lambda: 2, large=True)
        refused.append(str(error.value))

    thread = started(enter)
    until(lambda: outside(line))
    line.abandon()
    thread.join(PATIENCE)
    assert refused == ["the journal was closed while the disk failed; this part cannot be recorded"]
    assert line.waiting == 1


def test_waiting_for_done_means_what_is_inside_now() -> None:
    line: WaitingLine[int] = WaitingLine(1)
    line.enter(lambda: 1)
    waited: list[bool] = []
    thread = started(lambda: waited.append(line.wait_done(PATIENCE)))
    line.take()
    line.done(1)
    thread.join(PATIENCE)
    assert waited == [True]


def test_a_line_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="room for 0 pictures"):
        WaitingLine(0)
