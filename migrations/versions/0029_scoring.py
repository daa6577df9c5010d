"""Add what scoring needs beside marks: questions of evaluators to the office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

WAITING = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "sheet_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("body <> ''", name=op.f("ck_sheet_question_body")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)"
            " AND (answered_at IS NULL) = (answer = '')",
            name=op.f("ck_sheet_question_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_sheet_question_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_sheet_question_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["score_sheet.id"], name=op.f("fk_sheet_question_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sheet_question_public_id")),
    )
    op.create_index("ix_sheet_question_application_id", "sheet_question", ["application_id"])
    op.create_index(op.f("ix_sheet_question_sheet_id"), "sheet_question", ["sheet_id"])
    op.create_index(
        "ix_sheet_question_waiting",
        "sheet_question",
        ["asked_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    op.drop_table("sheet_question")
    # Who judges blind has no door without this release: the dossier opens for the evaluator again.
    op.execute("UPDATE access_row SET effect = 'grant' WHERE effect = 'blind'")
