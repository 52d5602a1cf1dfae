"""The revisions inside the package."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from inspector.records import schema, upgrade
from inspector.records.database import Database


def test_the_newest_revision_is_the_one_the_program_expects() -> None:
    known = upgrade.known_revisions()
    assert known[-1] == schema.REVISION
    assert list(known) == sorted(set(known))


def test_the_revisions_make_the_tables_of_the_schema(database: Database) -> None:
    with database.writing() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []


def test_indexes_and_constraints_are_the_ones_of_the_schema(database: Database) -> None:
    made = Database.open(database.path.with_name("made.sqlite"))
    definitions = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name NOT LIKE '%alembic%' ORDER BY name"
    with made.writing() as connection:
        for table in schema.metadata.tables:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            connection.exec_driver_sql(f"DROP TABLE {table}")
        schema.metadata.create_all(connection)
    with made.reading() as from_schema, database.reading() as from_revisions:
        expected = from_schema.exec_driver_sql(definitions).all()
        assert from_revisions.exec_driver_sql(definitions).all() == expected
    made.close()


def test_a_path_may_hold_a_per_cent_sign() -> None:
    assert upgrade._config("/a%b/100%").get_main_option("script_location") == "/a%b/100%"
