"""Add public questions on calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'waiting' OR (answered_at IS NOT NULL AND answered_by_id IS NOT NULL"
            " AND email IS NULL)",
            name=op.f("ck_call_question_answered"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR (question <> '' AND answer <> '')",
            name=op.f("ck_call_question_published"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_question_call_id")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_call_question_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_question")),
        sa.UniqueConstraint("request_key", name=op.f("uq_call_question_request_key")),
    )
    op.create_index("ix_call_question_call_state", "call_question", ["call_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_call_question_call_state", "call_question")
    op.drop_table("call_question")
