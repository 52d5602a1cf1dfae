"""A thread that acts when something falls due, and sleeps in between."""

import logging
import math
import threading
from collections.abc import Callable

from inspector.domain.clock import Clock

_LOG = logging.getLogger("inspector.inspection")


class Alarm:
    """Calls `act` with the monotonic time; it does what is due and returns when the next thing will be."""

    def __init__(self, name: str, clock: Clock, act: Callable[[float], float]) -> None:
        """Make an alarm that is not yet running. `act` returns a moment of the monotonic clock, or infinity."""
        self._clock = clock
        self._act = act
        self._changed = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start; a second call changes nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def wake(self) -> None:
        """Have `act` called now, since something may fall due earlier."""
        self._changed.set()

    def close(self) -> None:
        """End the thread and wait for it."""
        self._closing = True
        self._changed.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._changed.clear()
            due = self._due()
            self._changed.wait(None if math.isinf(due) else max(0.0, due - self._clock.monotonic()))

    def _due(self) -> float:
        try:
            return self._act(self._clock.monotonic())
        except Exception:  # noqa: BLE001 - a lane whose clock stands still would wait for ever
            _LOG.exception("a fault of the program in '%s'", self._thread.name)
            return self._clock.monotonic() + 1
