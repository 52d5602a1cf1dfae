"""Bringing an older journal up to this program's tables, by the revisions inside the package.

A module of its own because importing Alembic takes as long as opening the journal several times over: it is imported
only when there is something to do.
"""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Run the missing revisions in the transaction of this connection."""
    with as_file(files("inspector.records").joinpath("migrations")) as folder:
        config = _config(str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def known_revisions() -> tuple[str, ...]:
    """Return the revisions that this program knows, oldest first."""
    with as_file(files("inspector.records").joinpath("migrations")) as folder:
        script = ScriptDirectory.from_config(_config(str(folder)))
        return tuple(reversed([revision.revision for revision in script.walk_revisions()]))


def _config(folder: str) -> Config:
    config = Config()
    # Alembic reads its options with Python's % interpolation, and a path may hold a %.
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
