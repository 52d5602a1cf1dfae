"""Notices when the clock is set: times in the records before and after do not fit together."""

from datetime import timedelta

from inspector.domain.clock import Clock
from inspector.domain.inspection import Event, EventKind
from inspector.records.journal import Journal

_STYLE = "%Y-%m-%d %H:%M:%S"


class ClockWatch:
    """Compares the wall clock with the monotonic one. `check` is to be called about once a second, on one thread.

    Each check starts from the one before, so that two clocks that go a little unlike never add up to a jump.
    """

    def __init__(self, journal: Journal, clock: Clock, tolerance: float = 2.0) -> None:
        """Watch from now on. `tolerance` is the smallest jump that is written down, in seconds."""
        self._journal = journal
        self._clock = clock
        self._tolerance = tolerance
        self._time, self._monotonic = clock.now(), clock.monotonic()

    def check(self) -> None:
        """Write CLOCK_JUMPED if the wall clock went another way than the time that passed."""
        time, monotonic = self._clock.now(), self._clock.monotonic()
        expected = self._time + timedelta(seconds=monotonic - self._monotonic)
        self._time, self._monotonic = time, monotonic
        jump = (time - expected).total_seconds()
        if abs(jump) <= self._tolerance:
            return
        way = "forward" if jump > 0 else "back"
        text = (
            f"the clock went {way} by {abs(jump):.1f} s, from {expected:{_STYLE}} to {time:{_STYLE}} UTC"
            " (it was set, or the computer slept)"
        )
        self._journal.record_event(Event(EventKind.CLOCK_JUMPED, time, text, "", {"seconds": f"{jump:.3f}"}))
