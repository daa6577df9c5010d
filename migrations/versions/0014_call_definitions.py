"""Add what call definitions need: rolling calls, a lowest amount, the files of a call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(length=32), nullable=False, server_default="window")
    with op.batch_alter_table("call") as table:
        table.add_column(kind)
        table.add_column(sa.Column("lowest_amount", sa.BigInteger(), nullable=True))
        table.alter_column("closes_at", nullable=True)
        table.create_check_constraint(
            op.f("ck_call_closing"), "kind = 'rolling' OR closes_at IS NOT NULL"
        )
    with op.batch_alter_table("call") as table:
        table.alter_column("kind", server_default=None)
    op.create_table(
        "call_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_file_call_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_call_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_call_file_file_id")),
    )
    op.create_index(op.f("ix_call_file_call_id"), "call_file", ["call_id"], unique=False)
    op.create_index(
        "uq_call_file_current",
        "call_file",
        ["call_id", "key"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("call_file")
    # What has no end gets one so far away that nothing closes meanwhile.
    op.execute("UPDATE call SET closes_at = '2100-01-01 00:00:00' WHERE closes_at IS NULL")
    with op.batch_alter_table("call") as table:
        table.drop_constraint(op.f("ck_call_closing"), type_="check")
        table.alter_column("closes_at", nullable=False)
        table.drop_column("lowest_amount")
        table.drop_column("kind")
