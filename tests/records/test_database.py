"""The journal's file: made, kept, refused."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from inspector.records import schema, upgrade
from inspector.records.database import Database, DatabaseRefused


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def run(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_a_new_file_has_the_tables_and_is_durable(database: Database) -> None:
    assert tables(database.path) == {*schema.metadata.tables, "alembic_version"}
    with database.writing() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1000}


@pytest.mark.parametrize("name", ["plain", "Prüfstand 1", "検査 #2?mode=memory", "100%25 %s"])
def test_folders_of_any_name(tmp_path: Path, name: str) -> None:
    if sys.platform == "win32" and "?" in name:
        pytest.skip("Windows allows no question mark in a name")
    path = tmp_path / name / "deeper" / "journal.sqlite"
    Database.open(path).close()
    assert "inspection" in tables(path)
    Database.open_for_reading(path).close()


def test_opening_again_keeps_what_is_there(database: Database) -> None:
    run(database.path, "INSERT INTO shift (name, date, start, end, zone) VALUES ('Early', '2026-03-02', 1, 2, 'UTC')")
    database.close()
    again = Database.open(database.path)
    with again.reading() as connection:
        assert connection.exec_driver_sql("SELECT name FROM shift").scalars().all() == ["Early"]
    again.close()


def test_opening_an_up_to_date_file_does_not_import_alembic(database: Database) -> None:
    code = (
        "import sys, pathlib; from inspector.records.database import Database; "
        "Database.open(pathlib.Path(sys.argv[1])).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(database.path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("opening", [Database.open, Database.open_for_reading])
class TestRefused:
    def test_the_file_of_a_newer_program(self, database: Database, opening: object) -> None:
        database.close()
        run(database.path, "UPDATE alembic_version SET version_num = '0999'")
        with pytest.raises(DatabaseRefused, match=r"written by a newer program \(tables of revision 0999"):
            opening(database.path)  # type: ignore[operator]

    def test_the_database_of_another_program(self, tmp_path: Path, opening: object) -> None:
        path = tmp_path / "journal.sqlite"
        run(path, "CREATE TABLE songs (title TEXT)")
        with pytest.raises(DatabaseRefused, match="database of another program"):
            opening(path)  # type: ignore[operator]
        assert tables(path) == {"songs"}

    def test_a_file_that_is_no_database(self, tmp_path: Path, opening: object) -> None:
        path = tmp_path / "journal.sqlite"
        path.write_bytes(b"not a database at all, but long enough to look at" * 40)
        with pytest.raises(DatabaseRefused, match=r"cannot be opened: file is not a database; check"):
            opening(path)  # type: ignore[operator]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseRefused, match="cannot be opened"):
        Database.open(tmp_path / "file" / "journal.sqlite")


def test_reading_refuses_a_file_that_is_not_there_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="there is no journal"):
        Database.open_for_reading(tmp_path / "journal.sqlite")
    assert not (tmp_path / "journal.sqlite").exists()


def test_reading_refuses_a_file_without_tables(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.touch()
    with pytest.raises(DatabaseRefused, match="of an older program; start the station on it once"):
        Database.open_for_reading(path)


def test_a_reader_cannot_write(database: Database) -> None:
    with (
        pytest.raises(OperationalError, match="readonly"),
        database.reading() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM shift")
    reader = Database.open_for_reading(database.path)
    with pytest.raises(RuntimeError, match="open for reading only"), reader.writing():
        pytest.fail("a file open for reading gave a connection to write")
    reader.close()


def test_a_reader_sees_one_moment_and_does_not_hold_up_the_writer(database: Database) -> None:
    count = "SELECT count(*) FROM shift"
    with database.reading() as reader:
        assert reader.exec_driver_sql(count).scalar() == 0
        with database.writing() as writer:
            writer.exec_driver_sql("INSERT INTO shift (name, date, start, end, zone) VALUES ('a', 'b', 1, 2, 'UTC')")
        assert reader.exec_driver_sql(count).scalar() == 0
    with database.reading() as reader:
        assert reader.exec_driver_sql(count).scalar() == 1


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = upgrade.upgrade

    def half(connection: object) -> None:
        whole(connection)  # type: ignore[arg-type]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upgrade, "upgrade", half)
    path = tmp_path / "journal.sqlite"
    with pytest.raises(DatabaseRefused, match="No space left on device"):
        Database.open(path)
    assert tables(path) == set()
    monkeypatch.undo()
    Database.open(path).close()
    assert "inspection" in tables(path)
