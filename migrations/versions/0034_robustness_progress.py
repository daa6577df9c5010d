"""Say how far the working out of a ranking's robustness has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

REPORT = "robustness_report"
COUNTS = ("trials", "done")


def upgrade() -> None:
    with op.batch_alter_table(REPORT) as table:
        for name in COUNTS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table(REPORT) as table:
        for name in COUNTS:
            table.alter_column(name, existing_type=sa.Integer(), server_default=None)
        table.create_check_constraint(
            op.f("ck_robustness_report_done"), "done >= 0 AND done <= trials"
        )


def downgrade() -> None:
    with op.batch_alter_table(REPORT) as table:
        table.drop_constraint(op.f("ck_robustness_report_done"), type_="check")
        for name in COUNTS:
            table.drop_column(name)
