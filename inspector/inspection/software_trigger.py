"""Software triggers on their way to a camera that waits for them, one picture after the other."""

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Iterable

from inspector.cameras.camera import CameraControls
from inspector.domain.clock import Clock
from inspector.domain.frame import Capture
from inspector.domain.refusal import Refusal
from inspector.inspection.part import PartTrigger
from inspector.inspection.worker import Worker

_LOG = logging.getLogger("inspector.inspection")


class SoftwareTrigger:
    """Has the camera take one picture for each trigger.

    The next trigger is sent when the one before has its picture or has waited in vain: a camera ignores what comes
    while it exposes. One that waited in vain may still be answered, and that picture is not of the next part: for a
    while no other trigger is sent, and the picture is left out if it comes.
    A camera that says that it runs freely is not asked again until something is set at it.
    Methods named `_under_lock` are called under the lane's lock.
    """

    def __init__(self, lane: str, lock: threading.RLock, clock: Clock, being_set: Callable[[], bool]) -> None:
        """Make one for a lane; `being_set` says whether its camera is just being set: then nothing is sent."""
        self.problem = ""
        self._being_set = being_set
        self._lock = lock
        self._clock = clock
        self._worker = Worker(f"software trigger of lane {lane}")
        self._controls: CameraControls | None = None
        self._needed = True
        self._waiting: deque[PartTrigger] = deque()
        self._sent: PartTrigger | None = None
        self._sent_at = 0.0
        self._owed_until = -math.inf

    def attach_under_lock(self, controls: CameraControls | None) -> None:
        """Trigger through these controls from now on; None where there is nothing to trigger."""
        self._controls = controls
        self.ask_again_under_lock()
        self._waiting.clear()
        self._sent = None
        self._owed_until = -math.inf

    def ask_again_under_lock(self) -> None:
        """Ask the camera anew whether it waits for triggers: something was set at it."""
        self._needed = True
        self.problem = ""

    def give_under_lock(self, trigger: PartTrigger) -> None:
        """Let a trigger wait for its turn, where the camera must be told; call `send` after letting the lock go."""
        if self._controls is not None and (self._needed or self._being_set()):
            self._waiting.append(trigger)

    def settle_under_lock(self, trigger: PartTrigger) -> None:
        """Note that this one has its picture."""
        if self._sent is trigger:
            self._sent = None

    def expire_under_lock(self, triggers: Iterable[PartTrigger], owed_until: float) -> None:
        """Note that these wait no more; the picture of one that was sent may still come until then."""
        for trigger in triggers:
            if self._sent is trigger:
                self._sent, self._owed_until = None, owed_until
            elif trigger in self._waiting:
                self._waiting.remove(trigger)

    def is_for_next_under_lock(self, capture: Capture) -> bool:
        """Say whether this picture may be the one that the longest waiting trigger asked for."""
        if capture.monotonic < self._owed_until:
            self._owed_until = -math.inf
            return False
        if self._sent is not None:
            return capture.monotonic >= self._sent_at
        return not self._waiting

    def next_due_under_lock(self, now: float) -> float:
        """Return the moment of the monotonic clock when `send` must be called next, or infinity."""
        return self._owed_until if self._waiting and self._owed_until > now else math.inf

    def send(self) -> None:
        """Have the next trigger sent, if it is time. Returns at once."""
        if self._waiting and self._sent is None:
            self._worker.submit(self._send)

    def close(self) -> None:
        """Send no more."""
        self._worker.close()

    def join(self) -> None:
        """Wait for the thread's end."""
        self._worker.join()

    def _send(self) -> None:
        with self._lock:
            controls = self._controls
            now = self._clock.monotonic()
            if controls is None or self._sent is not None or not self._waiting or now < self._owed_until:
                return
            if self._being_set():
                return  # a camera that runs freely may wait for triggers when it is set; `send` comes again then
            self._sent, self._sent_at = self._waiting.popleft(), now
            self._owed_until = -math.inf
        try:
            needed = controls.trigger()
        except Exception as error:  # noqa: BLE001 - the part waits in vain then, and its record says why
            self._note_problem(controls, error)
            return
        with self._lock:
            if self._controls is not controls:
                return
            self.problem = ""
            if not needed:
                self._needed = False
                self._waiting.clear()
                self._sent = None

    def _note_problem(self, controls: CameraControls, error: Exception) -> None:
        if not isinstance(error, Refusal):
            _LOG.error("the camera could not be triggered", exc_info=error)
        with self._lock:
            if self._controls is controls:
                self.problem = f"the camera could not be triggered: {error}"
