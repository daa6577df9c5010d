"""Add several drafts of one applicant, and the keys that make a repeated start the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ONE_EACH = "uq_application_call_id_applicant_id"
BY_SLOT = "uq_application_call_id_applicant_id_slot"
START_KEY = "uq_application_start_key"
REQUEST_KEY = "uq_applicant_request_key"
COPIED = "fk_application_copied_from_id"


def upgrade() -> None:
    with op.batch_alter_table("application") as table:
        table.add_column(sa.Column("slot", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("start_key", sa.Text(), nullable=True))
        table.add_column(sa.Column("copied_from_id", sa.Integer(), nullable=True))
        table.drop_constraint(ONE_EACH, type_="unique")
        table.create_unique_constraint(BY_SLOT, ["call_id", "applicant_id", "slot"])
        table.create_unique_constraint(START_KEY, ["start_key"])
        table.create_foreign_key(COPIED, "application", ["copied_from_id"], ["id"])
    with op.batch_alter_table("application") as table:
        table.alter_column("slot", server_default=None)
    with op.batch_alter_table("applicant") as table:
        table.add_column(sa.Column("request_key", sa.Text(), nullable=True))
        table.create_unique_constraint(REQUEST_KEY, ["request_key"])


def downgrade() -> None:
    with op.batch_alter_table("applicant") as table:
        table.drop_constraint(REQUEST_KEY, type_="unique")
        table.drop_column("request_key")
    with op.batch_alter_table("application") as table:
        table.drop_constraint(COPIED, type_="foreignkey")
        table.drop_constraint(START_KEY, type_="unique")
        table.drop_constraint(BY_SLOT, type_="unique")
        table.drop_column("copied_from_id")
        table.drop_column("start_key")
        table.drop_column("slot")
        table.create_unique_constraint(ONE_EACH, ["call_id", "applicant_id"])
