"""Add what forms need: freezing, counted answers, their changes, sealed ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# What has been published, or answered, never changes again.
FREEZE = """
UPDATE form_definition SET frozen_at = created_at
WHERE id IN (SELECT form_definition_id FROM answer_set)
   OR id IN (SELECT form_definition_id FROM call WHERE state <> 'draft')
"""


def upgrade() -> None:
    with op.batch_alter_table("form_definition") as table:
        table.add_column(sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("form_definition") as table:
        table.alter_column("revision", server_default=None)
    op.execute(FREEZE)
    with op.batch_alter_table("answer") as table:
        table.add_column(sa.Column("sealed", sa.Text(), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("answer") as table:
        table.alter_column("version", server_default=None)
    with op.batch_alter_table("submission") as table:
        table.add_column(sa.Column("sealed", sa.Text(), nullable=True))
    op.create_table(
        "answer_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_set_id", sa.Integer(), nullable=False),
        sa.Column("form_definition_id", sa.Integer(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_set_id"], ["answer_set.id"], name=op.f("fk_answer_change_answer_set_id")
        ),
        sa.ForeignKeyConstraint(
            ["form_definition_id"],
            ["form_definition.id"],
            name=op.f("fk_answer_change_form_definition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_answer_change_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_change")),
    )
    op.create_index("ix_answer_change_question", "answer_change", ["answer_set_id", "question_key"])


def downgrade() -> None:
    op.drop_index("ix_answer_change_question", table_name="answer_change")
    op.drop_table("answer_change")
    with op.batch_alter_table("submission") as table:
        table.drop_column("sealed")
    with op.batch_alter_table("answer") as table:
        table.drop_column("version")
        table.drop_column("sealed")
    with op.batch_alter_table("form_definition") as table:
        table.drop_column("revision")
        table.drop_column("frozen_at")
