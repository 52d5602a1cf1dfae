"""The tables. Moments are whole microseconds UTC since 1970, so that they sort, index and compare exactly.

Rows are only ever added. What many parts have in common (recipe, lot, operator, camera) is written once, in
`part_context`, and named by its number: a row stays small and a lot is found without reading its parts.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

REVISION = "0002"
"""The newest migration under migrations/versions: what the tables below look like."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
# SQLite counts rows up by itself only in a column that is called INTEGER.
_Number = BigInteger().with_variant(Integer(), "sqlite")

part_context = Table(
    "part_context",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("lane", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("recipe_version", Integer, nullable=False),
    Column("recipe_hash", Text, nullable=False),
    Column("model_hash", Text, nullable=False),
    Column("accelerator", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    UniqueConstraint(
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
    ),
)

inspection = Table(
    "inspection",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("time", BigInteger, nullable=False),
    Column("context", BigInteger, ForeignKey(part_context.c.number), nullable=False),
    Column("trigger", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("class_name", Text),
    Column("probabilities", JSON, nullable=False),
    Column("anomaly_score", Float),
    Column("deciding_rule", Text),
    Column("deciding_value", Float),
    Column("deciding_limit", Float),
    Column("zone", Text),
    Column("message", Text, nullable=False),
    Column("waiting_ms", Float, nullable=False),
    Column("prepare_ms", Float, nullable=False),
    Column("network_ms", Float, nullable=False),
    Column("decide_ms", Float, nullable=False),
    Column("picture_path", Text),
    Column("picture_sha256", Text),
    Column("picture_lossless", Boolean),
    # The first two carry all that counting needs, so that a shift is counted without reading its rows.
    Index("ix_inspection_time", "time", "verdict", "class_name", "context"),
    Index(
        "ix_inspection_not_ok",
        "time",
        "verdict",
        "reason",
        "context",
        sqlite_where=text("verdict <> 'OK'"),
        postgresql_where=text("verdict <> 'OK'"),
    ),
    Index(
        "ix_inspection_picture",
        "time",
        "context",
        sqlite_where=text("picture_path IS NOT NULL"),
        postgresql_where=text("picture_path IS NOT NULL"),
    ),
    Index("ix_inspection_serial", "serial", sqlite_where=text("serial <> ''"), postgresql_where=text("serial <> ''")),
    Index("ix_inspection_context", "context", "time"),
)

override = Table(
    "override",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("inspection", Text, ForeignKey(inspection.c.id), nullable=False),
    Column("time", BigInteger, nullable=False, index=True),
    Column("verdict", Text, nullable=False),
    Column("class_name", Text),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("picture_path", Text),
    Column("picture_sha256", Text),
    Index("ix_override_inspection", "inspection", "number"),
)

event = Table(
    "event",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("time", BigInteger, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("details", JSON, nullable=False),
)

recipe_version = Table(
    "recipe_version",
    metadata,
    Column("content_hash", Text, primary_key=True),
    Column("model_hash", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("recipe", Text, nullable=False),
)

shift = Table(
    "shift",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("name", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("zone", Text, nullable=False),
    UniqueConstraint("date", "name", "start", "end", "zone"),
)
