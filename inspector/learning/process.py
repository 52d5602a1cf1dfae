"""Learning in a process of its own, at a low priority, so that judging parts is not disturbed by it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.domain.refusal import Refusal
from inspector.teaching.progress import Progress, TeachingCancelled

_NICENESS = 10
_WINDOWS_BELOW_NORMAL, _WINDOWS_NO_CONSOLE = 0x00004000, 0x08000000


class LearningFailed(Refusal, RuntimeError):
    """The candidate could not be made; the message is what the process said."""


@dataclass(frozen=True)
class LearnedAside:
    """What the process made: the candidate, on how many pictures, and sentences on what was left out."""

    candidate: Path
    number: int
    pictures: int
    corrected: int
    contradictions: tuple[str, ...]
    notes: tuple[str, ...]


class LearningProcess:
    """One candidate on its way. `future` brings LearnedAside, or LearningFailed, or TeachingCancelled."""

    def __init__(self, command: Sequence[str], progress: Callable[[Progress], None] = lambda _: None) -> None:
        """Start it. `progress` is called on a thread of this object's. Raises OSError where it cannot be started."""
        self.future: Future[LearnedAside] = Future()
        self._progress = progress
        self._cancelled = threading.Event()
        self._process = subprocess.Popen(
            list(command),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            creationflags=_WINDOWS_BELOW_NORMAL | _WINDOWS_NO_CONSOLE if sys.platform == "win32" else 0,
        )
        self._errors: list[str] = []
        self._error_thread = threading.Thread(target=self._read_errors, name="learning-errors", daemon=True)
        self._thread = threading.Thread(target=self._follow, name="learning", daemon=True)
        self._error_thread.start()
        self._thread.start()

    def cancel(self) -> None:
        """Stop it; what it had written is whole or not there. Returns at once."""
        self._cancelled.set()
        self._process.terminate()

    def close(self) -> None:
        """Stop it and wait until it is gone."""
        if not self.future.done():
            self.cancel()
        self._thread.join()

    def _follow(self) -> None:
        result: LearnedAside | None = None
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                result = self._understood(line) or result
        code = self._process.wait()
        self._error_thread.join()
        if self._cancelled.is_set():
            self.future.set_exception(TeachingCancelled("Cancelled; the active version stays as it is."))
        elif result is None or code != 0:
            said = " ".join(self._errors[-1:]) or f"it ended with code {code}"
            self.future.set_exception(LearningFailed(f"no candidate was made: {said.removeprefix('inspector: ')}"))
        else:
            self.future.set_result(result)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            self._errors.extend(line.strip() for line in lines if line.strip())

    def _understood(self, line: str) -> LearnedAside | None:
        try:
            message: dict[str, Any] = json.loads(line)
        except ValueError:
            return None
        if "stage" in message:
            self._progress(Progress(message["stage"], message["done"], message["total"]))
            return None
        return LearnedAside(
            Path(message["candidate"]),
            message["number"],
            message["pictures"],
            message["corrected"],
            tuple(message["contradictions"]),
            tuple(message["notes"]),
        )


def learning_command(data: Path, recipe: Path, author: str) -> list[str]:
    """Return the command that learns beside a running station, for this program as it is installed or frozen."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "inspector"]
    return [*program, "learn", f"--data={data}", f"--recipe={recipe}", f"--author={author}", "--background", "--jsonl"]


def lower_priority() -> None:
    """Give way to everything else on this machine from here on; Windows was told when the process was started."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
