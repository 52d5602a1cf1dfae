"""How far a long task has come, and the wish to end it."""

from collections.abc import Callable
from dataclasses import dataclass

from inspector.domain.refusal import Refusal


class TeachingCancelled(Refusal, RuntimeError):
    """The person who started it no longer wants it; nothing was kept."""


@dataclass(frozen=True)
class Progress:
    """How far a stage has come: `done` of `total` steps. `stage` is a word for a person."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Watch:
    """Where a long task says how far it is, and learns whether it is still wanted."""

    progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]

    def step(self, stage: str, done: int, total: int) -> None:
        """Tell that `done` of `total` steps are through. Raises TeachingCancelled."""
        self.heed()
        self.progress(Progress(stage, done, total))

    def heed(self) -> None:
        """Raise TeachingCancelled where it is no longer wanted."""
        if self.cancelled():
            raise TeachingCancelled("Cancelled; nothing was written.")
