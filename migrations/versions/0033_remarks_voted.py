"""Say what a vote on a ranking was about, which letters follow a slide, what observations bring."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.triggers import make_append_only, undo_append_only

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
LETTER = "decision_letter"
ONE, EACH = "uq_decision_letter_ranking_id_application_id", ["ranking_id", "application_id"]
VOTES = """
    SELECT committee_decision.item_id, ranking.id
    FROM committee_decision
    JOIN agenda_item ON agenda_item.id = committee_decision.item_id
    JOIN committee_session ON committee_session.id = agenda_item.session_id
    JOIN ranking ON ranking.round_id = committee_session.round_id
    WHERE agenda_item.kind = 'ranking' AND committee_decision.decided_at >= ranking.drawn_at
"""
PLACES = """
    SELECT application_id, position, total_hundredths, outcome, proposed
    FROM ranking_place WHERE ranking_id = :ranking ORDER BY position
"""
LENGTH = 16


def upgrade() -> None:
    with op.batch_alter_table("committee_decision") as table:
        table.add_column(sa.Column("places_mark", sa.Text(), nullable=True))
    mark_votes()
    undo_append_only(LETTER)
    with op.batch_alter_table(LETTER) as table:
        occasion = sa.Column(
            "occasion", sa.String(length=32), nullable=False, server_default="outcome"
        )
        table.add_column(occasion)
        table.alter_column("outcome", existing_type=sa.String(length=32), nullable=True)
        table.drop_constraint(op.f(ONE), type_="unique")
        table.create_unique_constraint(op.f(f"{ONE}_occasion"), [*EACH, "occasion"])
    with op.batch_alter_table(LETTER) as table:
        table.alter_column("occasion", existing_type=sa.String(length=32), server_default=None)
        table.create_check_constraint(
            op.f("ck_decision_letter_outcome"), "(occasion = 'inadmissible') = (outcome IS NULL)"
        )
    make_append_only(LETTER)
    widen_notices()


def mark_votes() -> None:
    """Mark the votes on rankings: the places are still those that were voted on."""
    bind = op.get_bind()
    change = sa.text("UPDATE committee_decision SET places_mark = :mark WHERE item_id = :item")
    for item, ranking in bind.execute(sa.text(VOTES)).all():
        places = [tuple(row) for row in bind.execute(sa.text(PLACES), {"ranking": ranking})]
        mark = hashlib.sha256(repr(places).encode()).hexdigest()[:LENGTH]
        bind.execute(change, {"mark": mark, "item": item})


def widen_notices() -> None:
    """Let observations bring files, and a refusal its document and its answers one by one."""
    with op.batch_alter_table("rejection_notice") as table:
        table.add_column(sa.Column("answers", JSON, nullable=True))
        table.add_column(sa.Column("decision_document_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_rejection_notice_decision_document_id"),
            "document",
            ["decision_document_id"],
            ["id"],
        )
        table.create_unique_constraint(
            op.f("uq_rejection_notice_decision_document_id"), ["decision_document_id"]
        )
    op.create_table(
        "observation_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["rejection_notice.id"], name=op.f("fk_observation_file_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_observation_file_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_observation_file_file_id")),
    )
    op.create_index(op.f("ix_observation_file_notice_id"), "observation_file", ["notice_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_observation_file_notice_id"), table_name="observation_file")
    op.drop_table("observation_file")
    with op.batch_alter_table("rejection_notice") as table:
        table.drop_constraint(op.f("uq_rejection_notice_decision_document_id"), type_="unique")
        table.drop_constraint(op.f("fk_rejection_notice_decision_document_id"), type_="foreignkey")
        table.drop_column("decision_document_id")
        table.drop_column("answers")
    undo_append_only(LETTER)
    op.execute("DELETE FROM decision_letter WHERE occasion <> 'outcome'")
    with op.batch_alter_table(LETTER) as table:
        table.drop_constraint(op.f("ck_decision_letter_outcome"), type_="check")
        table.drop_constraint(op.f(f"{ONE}_occasion"), type_="unique")
        table.drop_column("occasion")
        table.alter_column("outcome", existing_type=sa.String(length=32), nullable=False)
        table.create_unique_constraint(op.f(ONE), EACH)
    make_append_only(LETTER)
    with op.batch_alter_table("committee_decision") as table:
        table.drop_column("places_mark")
