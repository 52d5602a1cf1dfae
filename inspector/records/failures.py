"""Telling a disk that fails, which passes and is waited for, from a record that can never be written."""

import errno
from pathlib import Path

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_FULL = 5, 6, 13
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NEVER_THE_DISK = (IntegrityError, DataError, ProgrammingError, NotSupportedError)


def storage_failure(error: Exception, database: Path, pictures: Path) -> str | None:
    """Return a sentence where the error is a disk that fails, None where it is anything else."""
    if isinstance(error, DBAPIError) and not isinstance(error, _NEVER_THE_DISK):
        return _of_the_database(error, database)
    if isinstance(error, OSError):
        return _of_the_pictures(error, pictures)
    return None


def _of_the_database(error: DBAPIError, database: Path) -> str:
    # SQLite puts a finer code into the upper bits.
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code == _SQLITE_FULL:
        return f"The disk is full: {database} cannot be written; free some space, the records wait in memory"
    if code in (_SQLITE_BUSY, _SQLITE_LOCKED):
        return f"Another program holds {database}; close it there, the records wait in memory"
    return f"The disk fails: {database} cannot be written ({error.orig}); check it, the records wait in memory"


def _of_the_pictures(error: OSError, pictures: Path) -> str:
    if error.errno in _FULL:
        return f"The disk is full: no picture can be kept in {pictures}; free some space, the records wait in memory"
    why = error.strerror or error
    return f"The disk fails: no picture can be kept in {pictures} ({why}); check it, the records wait in memory"
