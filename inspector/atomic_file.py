"""Writing a file in one step: even after a power cut it is the old one or the new one, never half of it."""

import os
from pathlib import Path
from uuid import uuid4

PREFIX = ".part-"
"""How the names of files begin that are not yet whole; what is left of one after a crash may be deleted."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` beside `path`, force it to the disk and put it in place. Raises OSError and leaves nothing behind.

    The folder must exist. Its own entry is forced to the disk too where the system can (not on Windows), so that the
    new name outlives a power cut.
    """
    unfinished = path.with_name(f"{PREFIX}{uuid4().hex}{path.suffix}")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    force_folder(path.parent)


def force_folder(folder: Path) -> None:
    """Force the folder's entries to the disk; Windows knows no such thing and does it by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
