"""What Alembic runs: the revisions, inside the transaction that `inspector.records.upgrade` opened."""

from alembic import context

from inspector.records.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
context.run_migrations()
