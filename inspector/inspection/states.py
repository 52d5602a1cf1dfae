"""The state of a lane: changed in one place, told in order, and kept in the journal by whoever listens."""

import threading
from collections import deque
from dataclasses import dataclass

from inspector.domain.station_state import StationState, check_transition
from inspector.domain.subscribers import Subscribers


@dataclass(frozen=True)
class StationChange:
    """A lane has come into a state. `why` is one sentence for a person."""

    lane: str
    state: StationState
    why: str


class StateMachine:
    """Holds the state and tells its changes.

    `become` may be called under the lane's lock and calls nobody; `tell`, without any lock, calls the subscribers. Two
    threads that tell at once do not overtake each other: one of them tells all.
    """

    def __init__(self, lane: str) -> None:
        self.changes: Subscribers[StationChange] = Subscribers()
        self._lane = lane
        self._lock = threading.Condition()
        self._current = StationChange(lane, StationState.PREOPERATIONAL, "neither camera nor recipe was chosen yet")
        self._untold: deque[StationChange] = deque()
        self._telling = False

    @property
    def current(self) -> StationChange:
        """The state, and why it is so."""
        return self._current

    def become(self, state: StationState, why: str) -> None:
        """Change the state, or only the reason for it; nobody is told yet. Raises TransitionRefused (OPC 40100-1)."""
        with self._lock:
            if state is not self._current.state:
                check_transition(self._current.state, state)
            self._current = StationChange(self._lane, state, why)
            self._untold.append(self._current)

    def tell(self) -> None:
        """Tell the subscribers every change that they have not heard of, unless another thread is doing so."""
        while True:
            with self._lock:
                if self._telling or not self._untold:
                    return
                change = self._untold.popleft()
                self._telling = True
            try:
                self.changes.publish(change)
            finally:
                with self._lock:
                    self._telling = False
                    self._lock.notify_all()

    def tell_all(self) -> None:
        """Tell as `tell` does, and return when every change has been told, by whichever thread. Not for subscribers."""
        self.tell()
        with self._lock:
            self._lock.wait_for(lambda: not self._telling and not self._untold)
