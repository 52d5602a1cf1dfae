"""One thing after the other, on a thread of its own."""

import threading

import pytest

from inspector.inspection.worker import Worker, WorkerClosed
from tests.fixtures.logs import ExpectedLogs

PATIENCE = 20.0


def test_it_works_in_order_on_one_thread_and_hands_on_what_comes_of_it() -> None:
    worker = Worker("worker")
    done: list[tuple[int, str]] = []

    def call(number: int) -> int:
        done.append((number, threading.current_thread().name))
        return number

    futures = [worker.submit(lambda number=number: call(number)) for number in range(20)]
    assert [future.result(PATIENCE) for future in futures] == list(range(20))
    assert done == [(number, "worker") for number in range(20)]
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 // 0).result(PATIENCE)
    worker.close()
    worker.join()


def test_closing_refuses_what_waits_and_what_comes() -> None:
    worker = Worker("worker")
    gate = threading.Event()
    first = worker.submit(lambda: gate.wait(PATIENCE))
    second = worker.submit(lambda: True)
    worker.close()
    worker.close()
    third = worker.submit(lambda: True)
    gate.set()
    assert first.result(PATIENCE)
    for refused in (second, third):
        with pytest.raises(WorkerClosed, match="the worker is closed"):
            refused.result(PATIENCE)
    worker.join()


def test_one_that_was_never_used_has_no_thread() -> None:
    before = threading.active_count()
    worker = Worker("worker")
    assert threading.active_count() == before
    worker.close()
    worker.join()


def test_a_call_that_was_given_up_before_its_turn_is_left_out() -> None:
    worker = Worker("worker")
    gate = threading.Event()
    worker.submit(lambda: gate.wait(PATIENCE))
    given_up = worker.submit(lambda: pytest.fail("it was given up"))
    assert given_up.cancel()
    gate.set()
    assert worker.submit(lambda: 5).result(PATIENCE) == 5
    worker.close()
    worker.join()


def test_a_call_that_hangs_is_given_up_aloud(expected_logs: ExpectedLogs, monkeypatch: pytest.MonkeyPatch) -> None:
    expected_logs.append("CRITICAL inspector.inspection: the worker does not come back")
    monkeypatch.setattr("inspector.inspection.worker._LONGEST_LEAVE", 0.05)
    worker = Worker("worker")
    gate = threading.Event()
    future = worker.submit(lambda: gate.wait(PATIENCE))
    worker.close()
    worker.join()
    gate.set()
    assert future.result(PATIENCE)
    worker.join()
