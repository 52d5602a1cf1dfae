"""Beats without drift. The fake clock shows when each was due; real waits are kept to milliseconds."""

import threading

from inspector.cameras.pace import Pace
from inspector.domain.clock import SystemClock
from tests.fixtures.clock import FakeClock


def test_the_first_beat_is_at_once_and_a_rate_of_nothing_never_waits(fake_clock: FakeClock) -> None:
    pace = Pace(0, fake_clock)
    assert all(pace.wait() for _ in range(3))


def test_a_late_beat_does_not_shift_the_ones_after_it(fake_clock: FakeClock) -> None:
    pace = Pace(1000, fake_clock)  # beats at 0, 1, 2 ms
    assert pace.wait()
    fake_clock.advance(0.0015)  # the second beat comes half a period late
    assert pace.wait()
    assert pace._due is not None
    assert abs(pace._due - (1000.0 + 0.001)) < 1e-9


def test_a_stall_is_not_followed_by_a_rush(fake_clock: FakeClock) -> None:
    pace = Pace(1000, fake_clock)
    pace.wait()
    fake_clock.advance(5)
    pace.wait()
    assert pace._due == fake_clock.monotonic()


def test_stopping_ends_a_wait_at_once() -> None:
    pace = Pace(0.001, SystemClock())
    assert pace.wait()
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(pace.wait()))
    waiting.start()
    pace.stop()
    waiting.join(5)
    assert answers == [False]
    assert not pace.wait()
