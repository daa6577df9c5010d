"""Add the committee: promoters, members, sessions, minutes; scores agreed on; calendars in mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.triggers import make_append_only

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("mail", sa.Column("calendar", sa.Text(), nullable=True))
    op.create_table(
        "consensus_score",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("criterion_key", sa.Text(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("points_hundredths", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "application_id"],
            ["round_entry.round_id", "round_entry.application_id"],
            name=op.f("fk_consensus_score_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["user.id"], name=op.f("fk_consensus_score_set_by_id")
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "application_id", "criterion_key", name=op.f("pk_consensus_score")
        ),
    )
    op.create_table(
        "promoter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promoter")),
        sa.UniqueConstraint("code", name=op.f("uq_promoter_code")),
    )
    op.create_table(
        "promoter_line",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("promoter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["budget_line.id"], name=op.f("fk_promoter_line_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoter.id"], name=op.f("fk_promoter_line_promoter_id")
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_promoter_line")),
    )
    op.create_index(op.f("ix_promoter_line_promoter_id"), "promoter_line", ["promoter_id"])
    op.create_table(
        "committee_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("promoter_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(length=32), nullable=False),
        sa.Column("appointed_on", sa.Date(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "function = 'secretary' OR promoter_id IS NOT NULL",
            name=op.f("ck_committee_member_promoter"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_committee_member_call_id")),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoter.id"], name=op.f("fk_committee_member_promoter_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_committee_member_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_member")),
    )
    op.create_index(op.f("ix_committee_member_call_id"), "committee_member", ["call_id"])
    op.create_index(op.f("ix_committee_member_user_id"), "committee_member", ["user_id"])
    op.create_index(
        "uq_committee_member_sitting",
        "committee_member",
        ["call_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "committee_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("convened", sa.Integer(), nullable=False),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("place <> '' OR link <> ''", name=op.f("ck_committee_session_place")),
        sa.CheckConstraint(
            "state NOT IN ('closed', 'minuted') OR closed_at IS NOT NULL",
            name=op.f("ck_committee_session_closed"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR (opened_at IS NOT NULL AND quorum IS NOT NULL)",
            name=op.f("ck_committee_session_opened"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_committee_session_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_committee_session_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_session")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_committee_session_call_id_number")),
    )
    op.create_index(op.f("ix_committee_session_round_id"), "committee_session", ["round_id"])
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("takes_money", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'dossier') = (application_id IS NOT NULL)", name=op.f("ck_agenda_item_dossier")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR began_at IS NOT NULL", name=op.f("ck_agenda_item_ended")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_agenda_item_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("fk_agenda_item_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint(
            "session_id", "application_id", name=op.f("uq_agenda_item_session_id_application_id")
        ),
    )
    op.create_index(op.f("ix_agenda_item_application_id"), "agenda_item", ["application_id"])
    op.create_index(
        "uq_agenda_item_current",
        "agenda_item",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("stands_for_id", sa.Integer(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("left_at >= arrived_at", name=op.f("ck_attendance_left")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["committee_member.id"], name=op.f("fk_attendance_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("fk_attendance_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["stands_for_id"], ["committee_member.id"], name=op.f("fk_attendance_stands_for_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    op.create_index(
        "uq_attendance_present",
        "attendance",
        ["session_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("returned_at >= left_at", name=op.f("ck_recusal_returned")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_recusal_item_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["committee_member.id"], name=op.f("fk_recusal_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    op.create_index(op.f("ix_recusal_item_id"), "recusal", ["item_id"])
    op.create_table(
        "committee_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("promoter_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("vote", sa.String(length=32), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_committee_vote_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["committee_member.id"], name=op.f("fk_committee_vote_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoter.id"], name=op.f("fk_committee_vote_promoter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_vote")),
        sa.UniqueConstraint(
            "item_id", "promoter_id", name=op.f("uq_committee_vote_item_id_promoter_id")
        ),
    )
    op.create_table(
        "committee_decision",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("grounds", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_committee_decision_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_committee_decision_item_id")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_committee_decision")),
    )
    op.create_table(
        "minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("content", JSON, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("protocol_entry_id", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_minutes_call_id")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["minutes.id"], name=op.f("fk_minutes_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_minutes_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["user.id"], name=op.f("fk_minutes_frozen_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["protocol_entry_id"], ["protocol_entry.id"], name=op.f("fk_minutes_protocol_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("fk_minutes_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_minutes_call_id_number")),
        sa.UniqueConstraint("document_id", name=op.f("uq_minutes_document_id")),
        sa.UniqueConstraint("protocol_entry_id", name=op.f("uq_minutes_protocol_entry_id")),
    )
    op.create_index(op.f("ix_minutes_session_id"), "minutes", ["session_id"])
    op.create_index(
        "uq_minutes_first",
        "minutes",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_table(
        "minutes_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'handwritten' OR file_id IS NOT NULL", name=op.f("ck_minutes_signature_file")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_minutes_signature_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["committee_member.id"], name=op.f("fk_minutes_signature_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_signature_minutes_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_minutes_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_signature")),
        sa.UniqueConstraint("file_id", name=op.f("uq_minutes_signature_file_id")),
        sa.UniqueConstraint(
            "minutes_id", "member_id", name=op.f("uq_minutes_signature_minutes_id_member_id")
        ),
    )
    for table in ("minutes", "minutes_signature"):
        make_append_only(table)


def downgrade() -> None:
    op.drop_table("minutes_signature")
    op.drop_table("minutes")
    op.drop_table("committee_decision")
    op.drop_table("committee_vote")
    op.drop_table("recusal")
    op.drop_table("attendance")
    op.drop_table("agenda_item")
    op.drop_table("committee_session")
    op.drop_table("committee_member")
    op.drop_table("promoter_line")
    op.drop_table("promoter")
    op.drop_table("consensus_score")
    op.drop_column("mail", "calendar")
