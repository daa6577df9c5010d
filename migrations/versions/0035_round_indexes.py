"""Find the sheets and the automatic points of a round by an index."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = ("score_sheet", "automatic_score")


def upgrade() -> None:
    """Index both tables by round."""
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_round_id"), table, ["round_id"])


def downgrade() -> None:
    """Drop the indexes."""
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_round_id"), table)
