"""Add letters, remarks, notices of rejection, sample checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sample_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_sample_check_percent")),
        *keys("sample_check", round_id="evaluation_round.id", drawn_by_id="user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_check")),
    )
    op.create_index(op.f("ix_sample_check_round_id"), "sample_check", ["round_id"])
    op.create_table(
        "sample_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(result = 'waiting') = (checked_at IS NULL)"
            " AND (checked_at IS NULL) = (checked_by_id IS NULL)",
            name=op.f("ck_sample_item_checked"),
        ),
        sa.CheckConstraint(
            "result <> 'irregular' OR reason <> ''", name=op.f("ck_sample_item_reason")
        ),
        *keys(
            "sample_item",
            sample_id="sample_check.id",
            application_id="application.id",
            checked_by_id="user.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_item")),
        sa.UniqueConstraint(
            "sample_id", "application_id", name=op.f("uq_sample_item_sample_id_application_id")
        ),
    )


def keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    """Return the foreign keys of a table, named as the models name them."""
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    op.drop_table("sample_item")
    op.drop_index(op.f("ix_sample_check_round_id"), table_name="sample_check")
    op.drop_table("sample_check")
