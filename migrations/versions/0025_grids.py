"""Add priority areas and corrections of automatic points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# The mountain and the plain as the shipped calls had them written out: lists to be checked.
MOUNTAIN = (
    "037010 037013 037015 037022 037027 037031 037033 037034 037036 037040 037041 037044 037051 "
    "037059 037062"
).split()
PLAIN = "037003 037024 037028 037035 037038 037039 037045".split()
EXAMPLES = (
    ("mountain", "Comune di montagna", "Mountain municipality", MOUNTAIN),
    ("outskirts", "Area periferica della pianura", "Outlying area of the plain", PLAIN),
    ("city_outskirts", "Zona periferica di Bologna", "Outskirts of the city of Bologna", []),
)


def upgrade() -> None:
    areas = op.create_table(
        "priority_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("municipalities", JSON, nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_area")),
        sa.UniqueConstraint("key", name=op.f("uq_priority_area_key")),
    )
    op.bulk_insert(
        areas,
        [
            {
                "key": key,
                "label": {"it": italian, "en": english},
                "municipalities": places,
                "is_example": True,
                "version": 1,
            }
            for key, italian, english, places in EXAMPLES
        ],
    )
    with op.batch_alter_table("automatic_score") as table:
        table.add_column(sa.Column("override_hundredths", sa.Integer(), nullable=True))
        table.add_column(sa.Column("override_reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("overridden_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            op.f("fk_automatic_score_overridden_by_id"), "user", ["overridden_by_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_automatic_score_override"),
            "override_hundredths IS NULL OR (override_reason IS NOT NULL"
            " AND overridden_by_id IS NOT NULL AND overridden_at IS NOT NULL)",
        )


def downgrade() -> None:
    with op.batch_alter_table("automatic_score") as table:
        table.drop_constraint(op.f("ck_automatic_score_override"), type_="check")
        table.drop_constraint(op.f("fk_automatic_score_overridden_by_id"), type_="foreignkey")
        for name in ("overridden_at", "overridden_by_id", "override_reason", "override_hundredths"):
            table.drop_column(name)
    op.drop_table("priority_area")
