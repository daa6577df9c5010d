"""Add refusals and substitutions of evaluators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
CHECKS = {
    "declined": ("state <> 'declined' OR (declined_at IS NOT NULL AND decline_reason IS NOT NULL)"),
    "withdrawn": "state <> 'withdrawn' OR withdrawn_at IS NOT NULL",
}


def upgrade() -> None:
    with op.batch_alter_table("evaluation_round") as table:
        table.add_column(sa.Column("sheets_due_on", sa.Date(), nullable=True))
    with op.batch_alter_table("score_sheet") as table:
        table.add_column(sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("decline_reason", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("decline_text", sa.Text(), nullable=True))
        table.add_column(sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE score_sheet SET declined_at = assigned_at, decline_reason = 'other',"
        " decline_text = '' WHERE state = 'declined'"
    )
    with op.batch_alter_table("score_sheet") as table:
        for name, condition in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_score_sheet_{name}"), condition)
    op.create_table(
        "evaluator_skill",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_evaluator_skill_user_id")),
        sa.PrimaryKeyConstraint("user_id", "skill", name=op.f("pk_evaluator_skill")),
    )
    op.create_table(
        "sheet_reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("total_hundredths", sa.Integer(), nullable=False),
        sa.Column("scores", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["reopened_by_id"], ["user.id"], name=op.f("fk_sheet_reopening_reopened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["score_sheet.id"], name=op.f("fk_sheet_reopening_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_reopening")),
    )
    op.create_index(op.f("ix_sheet_reopening_sheet_id"), "sheet_reopening", ["sheet_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sheet_reopening_sheet_id"), table_name="sheet_reopening")
    op.drop_table("sheet_reopening")
    op.drop_table("evaluator_skill")
    with op.batch_alter_table("score_sheet") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_score_sheet_{name}"), type_="check")
        for name in ("withdrawn_at", "declined_at", "decline_text", "decline_reason", "worked_at"):
            table.drop_column(name)
    op.execute("UPDATE score_sheet SET state = 'declined' WHERE state = 'withdrawn'")
    with op.batch_alter_table("evaluation_round") as table:
        table.drop_column("sheets_due_on")
