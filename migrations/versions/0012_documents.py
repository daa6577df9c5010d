"""Add what redrawing a document needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("redraws", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("document") as table:
        table.alter_column("redraws", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.drop_column("redraws")
        table.drop_column("tried_at")
