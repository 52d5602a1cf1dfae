"""The thread that acts when something falls due."""

import math
import threading

from inspector.domain.clock import SystemClock
from inspector.inspection.alarm import Alarm
from tests.fixtures.logs import ExpectedLogs

PATIENCE = 20.0


def test_it_acts_when_due_when_woken_and_after_a_fault(expected_logs: ExpectedLogs) -> None:
    expected_logs.append("a fault of the program in 'alarm'")
    clock = SystemClock()
    acts = threading.Semaphore(0)
    answers = iter([0.01, math.inf, None, math.inf])

    def act(now: float) -> float:
        acts.release()
        answer = next(answers)
        if answer is None:
            raise RuntimeError("a mistake")
        return now + answer

    alarm = Alarm("alarm", clock, act)
    alarm.start()
    alarm.start()
    assert acts.acquire(timeout=PATIENCE)  # at its start
    assert acts.acquire(timeout=PATIENCE)  # when due
    assert not acts.acquire(timeout=0.03)
    alarm.wake()
    assert acts.acquire(timeout=PATIENCE)  # when woken; this one raises
    assert acts.acquire(timeout=PATIENCE)  # a second later by itself
    alarm.close()


def test_closing_one_that_never_ran() -> None:
    Alarm("alarm", SystemClock(), lambda _: math.inf).close()
