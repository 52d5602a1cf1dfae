"""A progress line on standard error, and Ctrl-C as a wish that is honoured between two pictures."""

import sys
import time
from dataclasses import dataclass, field


@dataclass
class ProgressLine:
    """Rewrites one line on a terminal; on anything else it prints a line when a stage is done."""

    quiet: bool = False
    _written: float = field(default=0.0, init=False)

    def show(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage has come; at most ten times a second."""
        finished = done >= total
        if self.quiet or (not sys.stderr.isatty() and not finished):
            return
        if not finished and time.monotonic() - self._written < 0.1:
            return
        self._written = time.monotonic()
        start = "\r\x1b[K" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{start}{stage}: {done} of {total}" + ("\n" if finished else ""))
        sys.stderr.flush()
