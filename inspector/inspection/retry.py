"""How long to wait before a camera that is away is tried again."""

from dataclasses import dataclass

_HELD = ("held by", "in use by", "used by another", "another program", "another application", "another computer")


@dataclass(frozen=True)
class RetryPauses:
    """Pauses between two tries to open a camera, in seconds.

    `away` is short, so that pictures come again soon after the device is back: looking for it disturbs nothing. `held`
    is for a device that says somebody holds it, which may be this station itself before the loss. It must be longer
    than the device waits for a sign of life (3 s): each try may count as one, and then it would never be let go.
    """

    away: float = 1.0
    held: float = 4.0


USUAL_PAUSES = RetryPauses()


class Tries:
    """Counts the tries of one camera and says how long to wait before the next. Belongs to one thread."""

    def __init__(self, pauses: RetryPauses) -> None:
        self._pauses = pauses
        self._failed = 0
        self._short = 0

    def worked(self) -> None:
        """Note that the camera gave a picture: the next loss is a new one."""
        self._failed = self._short = 0

    def pause(self, why: str, opened: bool) -> float:
        """Return how many seconds to wait after a try that failed for this reason.

        The first loss is followed by a try at once. A camera that opens and is lost again without a picture, time after
        time, is tried ever more seldom, up to the longest pause.
        """
        self._failed += 1
        self._short += opened
        if is_held(why):
            return self._pauses.held
        if self._failed == 1:
            return 0.0
        return min(self._pauses.held, self._pauses.away * 2.0 ** max(0, min(self._short, 8) - 1))


def is_held(why: str) -> bool:
    """Say whether a camera's own sentence says that somebody else holds it."""
    return any(words in why for words in _HELD)
