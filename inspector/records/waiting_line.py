"""What waits for the journal's thread, in order, with room for only so many pictures."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class JournalClosed(RuntimeError):
    """The journal takes nothing more: the station is closing."""


class WaitingLine(Generic[Entry]):
    """A line that forgets nothing: an entry counts as waiting until it is reported done.

    Entries with pixels are large; whoever brings one waits outside while `room` of them are inside. All others are let
    in at once.
    """

    def __init__(self, room: int) -> None:
        if room < 1:
            raise ValueError(f"a waiting line with room for {room} pictures: it needs room for at least one")
        self._room = room
        self._changed = threading.Condition()
        self._fresh: list[Entry] = []
        self._large: deque[bool] = deque()
        self._outside = 0
        self._entered = 0
        self._closed = False
        self._abandoned = False

    @property
    def waiting(self) -> int:
        """How many entries are inside and not done."""
        with self._changed:
            return len(self._large)

    def enter(self, make: Callable[[], Entry], large: bool = False) -> None:
        """Make an entry and add it at the end, after waiting for room if it is large. Raises JournalClosed.

        `make` is called once there is room, and never when the line refuses.
        """
        with self._changed:
            if self._closed:
                raise JournalClosed("the journal is closed; nothing more can be recorded")
            # Whoever waits here when the line closes is still let in: its part was judged before.
            self._outside += 1
            self._changed.wait_for(lambda: not large or sum(self._large) < self._room or self._abandoned)
            self._outside -= 1
            if self._abandoned:
                raise JournalClosed("the journal was closed while the disk failed; this part cannot be recorded")
            self._fresh.append(make())
            self._large.append(large)
            self._entered += 1
            self._changed.notify_all()

    def take(self) -> list[Entry]:
        """Return all that came since the last call, after waiting for something; nothing once the line is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._fresh or (self._closed and not self._outside))
            taken, self._fresh = self._fresh, []
            return taken

    def done(self, count: int) -> None:
        """Report the first `count` entries done, which makes room."""
        with self._changed:
            for _ in range(count):
                self._large.popleft()
            self._changed.notify_all()

    def wait_done(self, timeout: float | None) -> bool:
        """Wait until all that is inside now is done; say whether it came to that within `timeout` seconds."""
        with self._changed:
            entered = self._entered
            return self._changed.wait_for(lambda: self._entered - len(self._large) >= entered, timeout)

    def close(self) -> None:
        """Let nobody come any more; what is inside, or waits outside, stays."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def abandon(self) -> None:
        """Turn away whoever waits outside: nothing will be done any more."""
        with self._changed:
            self._closed = self._abandoned = True
            self._changed.notify_all()
