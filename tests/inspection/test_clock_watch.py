"""A clock that jumps is written down; one that merely drifts is not."""

from datetime import timedelta

import pytest

from inspector.domain.inspection import EventKind
from inspector.inspection.clock_watch import ClockWatch
from tests.fixtures.clock import FakeClock
from tests.inspection.hand_played import Bench


@pytest.fixture
def watch(bench: Bench, fake_clock: FakeClock) -> ClockWatch:
    return ClockWatch(bench.journal, fake_clock)


@pytest.mark.parametrize(("seconds", "way"), [(3600, "forward"), (-7.5, "back")])
def test_a_jump_is_written_once(
    bench: Bench, watch: ClockWatch, fake_clock: FakeClock, seconds: float, way: str
) -> None:
    fake_clock.advance(1)
    watch.check()
    expected = fake_clock.now() + timedelta(seconds=1)
    fake_clock.advance(1)
    fake_clock.jump(expected + timedelta(seconds=seconds))
    watch.check()
    fake_clock.advance(1)
    watch.check()
    bench.journal.flush(10)
    (event,) = bench.events
    assert event.kind is EventKind.CLOCK_JUMPED
    assert event.text.startswith(f"the clock went {way} by {abs(seconds):.1f} s, from 2026-03-02 06:00:02 to ")
    assert event.details == {"seconds": f"{seconds:.3f}"}


def test_two_clocks_that_go_a_little_unlike_are_no_jump(bench: Bench, watch: ClockWatch, fake_clock: FakeClock) -> None:
    for _ in range(100):
        fake_clock.advance(1)
        fake_clock.jump(fake_clock.now() + timedelta(seconds=0.1))
        watch.check()
    bench.journal.flush(10)
    assert bench.events == []


def test_a_long_time_without_a_check_is_no_jump(bench: Bench, watch: ClockWatch, fake_clock: FakeClock) -> None:
    fake_clock.advance(86_400)
    watch.check()
    bench.journal.flush(10)
    assert bench.events == []
