"""How long ago the last picture came: when a camera that sends none is to be asked whether it is still there."""

import threading

from inspector.domain.clock import Clock

QUIET_SECONDS = 1.0
"""A camera that has sent nothing for so long is asked, and again each time so much time has gone by."""

STUCK_SECONDS = 5.0
STUCK_PERIODS = 5.0


class FrameAge:
    """A watchdog on the age of the newest picture. From any thread.

    Asking costs little, so that a camera is asked after a second of silence however slowly it takes its pictures: a
    lost one is noticed in time also where no picture is due, as between two triggers.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._arrived = self._asked = clock.monotonic()

    def arrived(self) -> None:
        """Note that a picture came just now, or that the camera has just begun to send."""
        with self._lock:
            self._arrived = self._asked = self._clock.monotonic()

    @property
    def seconds(self) -> float:
        """How many seconds ago the last picture came."""
        with self._lock:
            return self._clock.monotonic() - self._arrived

    def asks(self) -> bool:
        """Say whether the camera is to be asked now whether it is still there; once a second of silence at most."""
        with self._lock:
            now = self._clock.monotonic()
            if now - self._asked < QUIET_SECONDS:
                return False
            self._asked = now
            return True

    def stuck(self, period: float) -> bool:
        """Say whether a free-running camera, one picture each `period` seconds, has been silent beyond all patience.

        Such a camera answers and yet its pictures do not get through: a firewall, a packet size that the way does not
        carry, a camera that has stopped by itself.
        """
        return self.seconds > max(STUCK_SECONDS, STUCK_PERIODS * period)
