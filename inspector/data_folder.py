"""A station's data folder, and who has it: one program at a time may write to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from inspector.domain.refusal import Refusal

JOURNAL = "journal.sqlite"
PICTURES = "pictures"
SETTINGS = "settings.toml"

_FOLDERS = ("recipes", "reports")
_LOCK = "station.lock"


class StationBusy(Refusal, RuntimeError):
    """Another program has this station's folder open; the message says which folder."""


class StationFolderUnusable(Refusal, RuntimeError):
    """The data folder cannot be made or written; the message says which and why."""


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Have the folder for this program alone; make it where it is not there.

    Raises StationBusy when another program has it, StationFolderUnusable when it cannot be made or written.
    """
    try:
        for name in _FOLDERS:
            (data / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StationFolderUnusable(
            f"the folder {data} cannot be used ({reason}); give another one with --data"
        ) from error
    lock = FileLock(data / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StationBusy(
            f"another program has the station in {data} open; close it, or give another folder with --data"
        ) from None
    try:
        yield
    finally:
        lock.release()
