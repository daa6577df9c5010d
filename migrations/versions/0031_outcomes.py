"""Add letters, remarks, notices of rejection, sample checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.triggers import make_append_only

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

APPEND_ONLY = ("provisional_place", "decision_letter")
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("ranking") as table:
        for name in ("remarks_until", "final_at"):
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # What was provisional had no term: it is final from the day it was published.
    op.execute("UPDATE ranking SET final_at = published_at, state = 'final' WHERE state <> 'draft'")
    with op.batch_alter_table("ranking") as table:
        table.create_check_constraint(
            op.f("ck_ranking_final"), "(state = 'final') = (final_at IS NOT NULL)"
        )
        table.create_check_constraint(
            op.f("ck_ranking_remarks"), "state <> 'provisional' OR remarks_until IS NOT NULL"
        )
    op.create_table(
        "provisional_place",
        sa.Column("ranking_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("total_hundredths", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("proposed", sa.BigInteger(), nullable=True),
        *keys("provisional_place", ranking_id="ranking.id", application_id="application.id"),
        sa.PrimaryKeyConstraint("ranking_id", "application_id", name=op.f("pk_provisional_place")),
    )
    add_letters()
    add_remarks()
    for each in APPEND_ONLY:
        make_append_only(each)
    add_samples()
    add_notices()


def add_letters() -> None:
    op.create_table(
        "refusal_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("code", "text", "advice", "referral")
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        *keys("refusal_reason", call_id="call.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal_reason")),
        sa.UniqueConstraint("call_id", "code", name=op.f("uq_refusal_reason_call_id_code")),
    )
    op.create_table(
        "chosen_reason",
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason_id", sa.Integer(), autoincrement=False, nullable=False),
        *keys("chosen_reason", application_id="application.id", reason_id="refusal_reason.id"),
        sa.PrimaryKeyConstraint("application_id", "reason_id", name=op.f("pk_chosen_reason")),
    )
    op.create_table(
        "decision_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ranking_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("protocol_entry_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        *keys(
            "decision_letter",
            ranking_id="ranking.id",
            application_id="application.id",
            document_id="document.id",
            protocol_entry_id="protocol_entry.id",
            sent_by_id="user.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_letter")),
        sa.UniqueConstraint("document_id", name=op.f("uq_decision_letter_document_id")),
        sa.UniqueConstraint("protocol_entry_id", name=op.f("uq_decision_letter_protocol_entry_id")),
        sa.UniqueConstraint(
            "ranking_id",
            "application_id",
            name=op.f("uq_decision_letter_ranking_id_application_id"),
        ),
    )
    op.create_index(
        op.f("ix_decision_letter_application_id"), "decision_letter", ["application_id"]
    )


def add_remarks() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ranking_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", instant, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("correction", JSON, nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_remark_decided"),
        ),
        sa.CheckConstraint("state = 'sent' OR answer <> ''", name=op.f("ck_remark_answer")),
        *keys(
            "remark",
            ranking_id="ranking.id",
            application_id="application.id",
            author_id="user.id",
            file_id="stored_file.id",
            decided_by_id="user.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sa.UniqueConstraint("file_id", name=op.f("uq_remark_file_id")),
        sa.UniqueConstraint(
            "ranking_id", "application_id", name=op.f("uq_remark_ranking_id_application_id")
        ),
    )
    op.create_index(op.f("ix_remark_application_id"), "remark", ["application_id"])


def add_samples() -> None:
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


def add_notices() -> None:
    instant = sa.DateTime(timezone=True)
    entries = ("protocol_entry_id", "observations_entry_id", "decision_entry_id")
    op.create_table(
        "rejection_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("protocol_entry_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", instant, nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("observations", sa.Text(), nullable=False),
        sa.Column("observed_at", instant, nullable=True),
        sa.Column("observed_by_id", sa.Integer(), nullable=True),
        sa.Column("observations_entry_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_at", instant, nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("decision_entry_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *notice_checks(),
        *keys(
            "rejection_notice",
            application_id="application.id",
            noted_by_id="user.id",
            observed_by_id="user.id",
            closed_by_id="user.id",
            **dict.fromkeys(entries, "protocol_entry.id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejection_notice")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_rejection_notice_{name}"))
            for name in ("application_id", *entries)
        ),
    )


def notice_checks() -> list[sa.CheckConstraint]:
    """Return what a notice must hold: what belongs together stands together."""
    checks = {
        "text": "text <> ''",
        "observed": "(observed_at IS NULL) = (observations = '')"
        " AND (observed_at IS NULL) = (observed_by_id IS NULL)"
        " AND (observed_at IS NULL) = (observations_entry_id IS NULL)",
        "closed": "(closed_at IS NULL) = (outcome IS NULL)"
        " AND (closed_at IS NULL) = (closed_by_id IS NULL)",
        "answer": "outcome IS NULL OR outcome <> 'confirmed'"
        " OR observed_at IS NULL OR answer <> ''",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_rejection_notice_{name}"))
        for name, rule in checks.items()
    ]


def keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    """Return the foreign keys of a table, named as the models name them."""
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    op.drop_table("rejection_notice")
    op.drop_table("sample_item")
    op.drop_index(op.f("ix_sample_check_round_id"), table_name="sample_check")
    op.drop_table("sample_check")
    op.drop_table("remark")
    op.drop_table("decision_letter")
    op.drop_table("chosen_reason")
    op.drop_table("refusal_reason")
    op.drop_table("provisional_place")
    with op.batch_alter_table("ranking") as table:
        for name in ("final", "remarks"):
            table.drop_constraint(op.f(f"ck_ranking_{name}"), type_="check")
        table.drop_column("final_at")
        table.drop_column("remarks_until")
