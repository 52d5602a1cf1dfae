"""What a station looks after by itself once a second: its clock, its disk, its shift."""

import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_LOG = logging.getLogger("inspector.inspection")
_PERIOD = 1.0
LEAST_FREE = 2 * 1024**3
"""Bytes that must be free on the data disk before it becomes a warning: some thousand NG pictures."""


@dataclass(frozen=True)
class FreeSpace:
    """How many bytes are free on the data disk; None when the disk does not even answer that."""

    free: int | None = None

    @property
    def scarce(self) -> bool:
        """Whether somebody should make room soon."""
        return self.free is not None and self.free < LEAST_FREE


class Housekeeper:
    """A thread that does the given chores once a second. A chore that fails is logged and done again the next time."""

    def __init__(self, folder: Path, chores: tuple[Callable[[], None], ...]) -> None:
        self.space = FreeSpace()
        self._folder = folder
        self._chores = (self._measure_space, *chores)
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin. Raises RuntimeError when called twice."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and wait for it."""
        self._leave.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            for chore in self._chores:
                try:
                    chore()
                except Exception:  # noqa: BLE001 - a chore that fails must not end the others
                    _LOG.exception("a chore failed")
            if self._leave.wait(_PERIOD):
                return

    def _measure_space(self) -> None:
        try:
            self.space = FreeSpace(shutil.disk_usage(self._folder).free)
        except OSError:
            self.space = FreeSpace()
