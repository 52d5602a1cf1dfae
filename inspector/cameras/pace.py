"""Delivering pictures at a rate, without drift, and being woken at once when the camera is closed."""

import threading

from inspector.domain.clock import Clock


class Pace:
    """Beats `rate` times a second; a rate of 0 does not wait at all. `wait` belongs to one thread, `stop` to any."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self._period = 1 / rate if rate > 0 else 0.0
        self._clock = clock
        self._stopped = threading.Event()
        self._due: float | None = None

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def wait(self) -> bool:
        """Wait for the next beat and return True, or False once stopped.

        A late beat is followed by the next one in time; when more than one was missed the rest are left out, so that a
        stall is not followed by a rush.
        """
        now = self._clock.monotonic()
        due = now if self._due is None else self._due + self._period
        if now - due > self._period:
            due = now
        self._due = due
        return not self._stopped.wait(max(0.0, due - now))

    def stop(self) -> None:
        """End the wait that goes on and all that follow."""
        self._stopped.set()
