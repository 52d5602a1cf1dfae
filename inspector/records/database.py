"""The journal's file: one SQLite database, opened so that what was committed survives a power cut."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from inspector.atomic_file import force_folder
from inspector.domain.refusal import Refusal
from inspector.records import schema

LOCK_PATIENCE = 1.0
"""Seconds to wait for another program that holds the file before that counts as a failure."""

_LARGEST_IDLE_LOG = 64 * 1024 * 1024
_to_json = partial(json.dumps, allow_nan=False)


class DatabaseRefused(Refusal, RuntimeError):
    """A file that cannot be opened as this program's journal; the message says why and how to mend it."""


class Database:
    """An open journal file. Any number of threads may read while one writes; neither waits for the other."""

    def __init__(self, path: Path, reader: Engine, writer: Engine | None) -> None:
        self.path = path
        self._reader = reader
        self._writer = writer

    @classmethod
    def open(cls, path: Path) -> "Database":
        """Open the file for reading and writing; make it, or bring it up to this program's tables, where needed.

        Raises DatabaseRefused for the file of a newer program or of another one, and where it cannot be opened.
        """
        writer = _engine(path, _start_writing)
        reader = _engine(path, _start_reading)
        with _refusing(path, writer):
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(_connect(path)) as connection:
                # Kept in the file; it must be set outside a transaction.
                connection.execute("PRAGMA journal_mode = WAL")
            with writer.begin() as transaction:
                _bring_up_to_date(transaction, path)
            force_folder(path.parent)
        return cls(path, reader, writer)

    @classmethod
    def open_for_reading(cls, path: Path) -> "Database":
        """Open an existing file to ask it questions, also while a station writes to it. Raises DatabaseRefused."""
        if not path.is_file():
            raise DatabaseRefused(f"there is no journal {path}; check the data folder")
        reader = _engine(path, _start_reading)
        with _refusing(path, reader), reader.begin() as connection:
            revision = _revision(connection, path)
            if revision != schema.REVISION:
                _refuse_newer(revision, path)
                raise DatabaseRefused(f"the journal {path} is of an older program; start the station on it once")
        return cls(path, reader, None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a snapshot: all that is asked inside sees the same moment, whatever is written meanwhile."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the one transaction that may write; leaving it commits, durably. For the journal's thread alone."""
        if self._writer is None:
            raise RuntimeError(f"the journal {self.path} is open for reading only")
        with self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the file. Snapshots that are still open are closed when they end."""
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LOCK_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        # FULL: a commit returns when it is on the disk. NORMAL would lose the last ones in a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_IDLE_LOG}")
    except BaseException:
        # A handle that is left open would keep the file from being mended or moved on Windows.
        connection.close()
        raise
    return connection


def _engine(path: Path, start: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's events take any callable
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=partial(_connect, path),
        poolclass=QueuePool,
        json_serializer=_to_json,
    )
    event.listen(engine, "begin", start)
    return engine


def _start_reading(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql("BEGIN")


def _start_writing(connection: Connection) -> None:
    # At once, so that a program holding the file is met before anything was done.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _bring_up_to_date(connection: Connection, path: Path) -> None:
    revision = _revision(connection, path)
    if revision == schema.REVISION:
        return
    _refuse_newer(revision, path)
    from inspector.records.upgrade import upgrade  # slow to import, seldom needed

    upgrade(connection)


def _revision(connection: Connection, path: Path) -> str | None:
    """Return the revision of the tables in the file, None where it is still empty."""
    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if "alembic_version" in tables:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if tables:
        raise DatabaseRefused(f"{path} is the database of another program; choose another data folder")
    return None


def _refuse_newer(revision: str | None, path: Path) -> None:
    if revision is None:
        return
    from inspector.records.upgrade import known_revisions  # slow to import, seldom needed

    if revision not in known_revisions():
        raise DatabaseRefused(
            f"the journal {path} was written by a newer program (tables of revision {revision}, this one knows "
            f"{schema.REVISION}); start that program, or choose another data folder"
        )


@contextmanager
def _refusing(path: Path, engine: Engine) -> Iterator[None]:
    """Say in one sentence why the file cannot be opened, and let it go."""
    try:
        yield
    except DatabaseRefused:
        engine.dispose()
        raise
    except (DBAPIError, sqlite3.Error, OSError) as error:
        engine.dispose()
        cause = error.orig if isinstance(error, DBAPIError) else error
        sentence = f"the journal {path} cannot be opened: {cause}; check the file, its folder and the disk"
        raise DatabaseRefused(sentence) from error
