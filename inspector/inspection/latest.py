"""The newest frame, for whoever looks. Looking never slows judging down."""

import threading

from inspector.domain.frame import Frame


class LatestFrame:
    """One place for a frame: a newer one takes it over. From any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._fresh = False
        self._watched = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many frames were overtaken before they were taken, since somebody first took one."""
        with self._lock:
            return self._dropped

    def put(self, frame: Frame) -> None:
        """Make this the newest frame."""
        with self._lock:
            if self._fresh and self._watched:
                self._dropped += 1
            self._frame, self._fresh = frame, True

    def take(self) -> Frame | None:
        """Return the newest frame, or None when it was taken before."""
        with self._lock:
            self._watched = True
            fresh, self._fresh = self._fresh, False
            return self._frame if fresh else None

    def peek(self) -> Frame | None:
        """Return the newest frame, taken before or not, and leave it; None when there was none yet."""
        with self._lock:
            return self._frame
