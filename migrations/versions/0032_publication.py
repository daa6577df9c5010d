"""Add when the publication of a ranking ends, and the documents of rankings."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from migrations.triggers import make_append_only

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROME = ZoneInfo("Europe/Rome")
YEARS = 5
INSTANT = sa.DateTime(timezone=True)
RANKING = sa.table(
    "ranking",
    sa.column("id", sa.Integer()),
    sa.column("published_at", INSTANT),
    sa.column("published_until", INSTANT),
)


def upgrade() -> None:
    with op.batch_alter_table("ranking") as table:
        table.add_column(sa.Column("published_until", INSTANT, nullable=True))
    set_ends()
    with op.batch_alter_table("ranking") as table:
        table.create_check_constraint(
            op.f("ck_ranking_ended"), "(published_at IS NULL) = (published_until IS NULL)"
        )
    op.create_table(
        "ranking_document",
        sa.Column("ranking_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["ranking.id"], name=op.f("fk_ranking_document_ranking_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_ranking_document_document_id")
        ),
        sa.PrimaryKeyConstraint("ranking_id", "state", name=op.f("pk_ranking_document")),
        sa.UniqueConstraint("document_id", name=op.f("uq_ranking_document_document_id")),
    )
    make_append_only("ranking_document")


def set_ends() -> None:
    """Let what is published end five years from the 1 January after, as from now on."""
    bind = op.get_bind()
    published = sa.select(RANKING.c.id, RANKING.c.published_at).where(
        RANKING.c.published_at.is_not(None)
    )
    for id_, instant in bind.execute(published).all():
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        first = datetime(aware.astimezone(ROME).year + 1 + YEARS, 1, 1, tzinfo=ROME)
        ends = RANKING.c.published_until
        change = sa.update(RANKING).where(RANKING.c.id == id_)
        bind.execute(change.values({ends: first.astimezone(UTC)}))


def downgrade() -> None:
    op.drop_table("ranking_document")
    with op.batch_alter_table("ranking") as table:
        table.drop_constraint(op.f("ck_ranking_ended"), type_="check")
        table.drop_column("published_until")
