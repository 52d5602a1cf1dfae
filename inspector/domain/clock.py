"""Time, handed in, so that tests and simulated days need no sleeping."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The two clocks of a station."""

    def now(self) -> datetime:
        """Return the moment in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump or run backwards."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return the moment in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds of the monotonic clock."""
        return time.monotonic()
