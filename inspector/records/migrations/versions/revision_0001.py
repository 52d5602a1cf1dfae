"""The first tables: inspections with what they have in common, events, recipe versions, shifts.

Spelled out and never derived from the schema module, which moves on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "part_context",
        sa.Column("number", number, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("recipe_version", sa.Integer(), nullable=False),
        sa.Column("recipe_hash", sa.Text(), nullable=False),
        sa.Column("model_hash", sa.Text(), nullable=False),
        sa.Column("accelerator", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_part_context"),
        sa.UniqueConstraint(
            "lane",
            "camera",
            "product",
            "recipe_version",
            "recipe_hash",
            "model_hash",
            "accelerator",
            "operator",
            "lot",
            "simulated",
            name="uq_part_context_lane",
        ),
    )
    _make_inspection(number)
    op.create_table(
        "event",
        sa.Column("number", number, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_event"),
        sa.UniqueConstraint("id", name="uq_event_id"),
    )
    op.create_index("ix_event_time", "event", ["time"])
    op.create_table(
        "recipe_version",
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("model_hash", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name="pk_recipe_version"),
    )
    op.create_table(
        "shift",
        sa.Column("number", number, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_shift"),
        sa.UniqueConstraint("date", "name", "start", "end", "zone", name="uq_shift_date"),
    )


def _make_inspection(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "inspection",
        sa.Column("sequence", number, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("context", sa.BigInteger(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("class_name", sa.Text()),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("anomaly_score", sa.Float()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("waiting_ms", sa.Float(), nullable=False),
        sa.Column("prepare_ms", sa.Float(), nullable=False),
        sa.Column("network_ms", sa.Float(), nullable=False),
        sa.Column("decide_ms", sa.Float(), nullable=False),
        sa.Column("picture_path", sa.Text()),
        sa.Column("picture_sha256", sa.Text()),
        sa.Column("picture_lossless", sa.Boolean()),
        sa.PrimaryKeyConstraint("sequence", name="pk_inspection"),
        sa.UniqueConstraint("id", name="uq_inspection_id"),
        sa.ForeignKeyConstraint(["context"], ["part_context.number"], name="fk_inspection_context"),
    )
    op.create_index("ix_inspection_time", "inspection", ["time", "verdict", "class_name", "context"])
    op.create_index("ix_inspection_context", "inspection", ["context", "time"])
    for name, columns, condition in (
        ("ix_inspection_not_ok", ["time", "verdict", "reason", "context"], "verdict <> 'OK'"),
        ("ix_inspection_picture", ["time", "context"], "picture_path IS NOT NULL"),
        ("ix_inspection_serial", ["serial"], "serial <> ''"),
    ):
        where = sa.text(condition)
        op.create_index(name, "inspection", columns, sqlite_where=where, postgresql_where=where)
