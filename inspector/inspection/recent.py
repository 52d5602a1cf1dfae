"""The frames of the last parts, so that a published part can be shown although its picture is not kept."""

import threading
from collections import OrderedDict

from inspector.domain.frame import Frame


class RecentFrames:
    """The last `parts` triggered frames by sequence number, fewer when they would take more than `most_bytes`."""

    def __init__(self, parts: int = 16, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._parts = parts
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._frames: OrderedDict[int, Frame] = OrderedDict()
        self._bytes = 0

    def put(self, sequence: int, frame: Frame) -> None:
        """Keep the frame of part `sequence` and let the oldest go; the newest always stays."""
        with self._lock:
            self._frames[sequence] = frame
            self._bytes += frame.pixels.nbytes
            while len(self._frames) > 1 and (len(self._frames) > self._parts or self._bytes > self._most_bytes):
                _, oldest = self._frames.popitem(last=False)
                self._bytes -= oldest.pixels.nbytes

    def of(self, sequence: int) -> Frame | None:
        """Return the frame of part `sequence`; None when there was none or it is gone."""
        with self._lock:
            return self._frames.get(sequence)
