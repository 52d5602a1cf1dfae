"""What people say of parts afterwards, and which threshold had decided.

Spelled out and never derived from the schema module, which moves on. Rows of the time before know no threshold.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of overrides, and columns that older rows leave empty."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for name, kind in (
        ("deciding_rule", sa.Text()),
        ("deciding_value", sa.Float()),
        ("deciding_limit", sa.Float()),
        ("zone", sa.Text()),
    ):
        op.add_column("inspection", sa.Column(name, kind))
    op.create_table(
        "override",
        sa.Column("number", number, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("inspection", sa.Text(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("class_name", sa.Text()),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("picture_path", sa.Text()),
        sa.Column("picture_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("number", name="pk_override"),
        sa.UniqueConstraint("id", name="uq_override_id"),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.id"], name="fk_override_inspection"),
    )
    op.create_index("ix_override_time", "override", ["time"])
    op.create_index("ix_override_inspection", "override", ["inspection", "number"])
