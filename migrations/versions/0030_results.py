"""Add what a ranking says of money, places and reserve."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("ranking") as table:
        table.add_column(sa.Column("budget", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("most_places", sa.Integer(), nullable=True))
    with op.batch_alter_table("ranking_place") as table:
        table.add_column(
            sa.Column("bonus_hundredths", sa.Integer(), nullable=False, server_default="0")
        )
        table.add_column(sa.Column("requested", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("proposed", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("ranking_place") as table:
        table.alter_column("bonus_hundredths", server_default=None)
        table.create_check_constraint(
            op.f("ck_ranking_place_proposed"),
            "proposed IS NULL OR (proposed >= 0 AND proposed <= requested)",
        )
    op.create_table(
        "robustness_report",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.CheckConstraint(
            "(made_at IS NULL) = (result IS NULL)", name=op.f("ck_robustness_report_made")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_robustness_report_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_robustness_report_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_robustness_report")),
    )


def downgrade() -> None:
    op.drop_table("robustness_report")
    # What was on the reserve list or eliminated was not selected; whoever got money was.
    op.execute(
        "UPDATE ranking_place SET outcome = 'selected' WHERE outcome IN ('funded', 'partly_funded')"
    )
    op.execute(
        "UPDATE ranking_place SET outcome = 'below_threshold'"
        " WHERE outcome IN ('reserve', 'eliminated')"
    )
    with op.batch_alter_table("ranking_place") as table:
        table.drop_constraint(op.f("ck_ranking_place_proposed"), type_="check")
        for name in ("promoted_at", "left_at", "proposed", "requested", "bonus_hundredths"):
            table.drop_column(name)
    with op.batch_alter_table("ranking") as table:
        table.drop_column("most_places")
        table.drop_column("budget")
