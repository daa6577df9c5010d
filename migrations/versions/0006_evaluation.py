"""Add score sheets and rankings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "ranking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("threshold_hundredths", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR published_at IS NOT NULL", name=op.f("ck_ranking_published")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_ranking_call_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["user.id"], name=op.f("fk_ranking_drawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking")),
        sa.UniqueConstraint("call_id", "gate", name=op.f("uq_ranking_call_id_gate")),
    )
    op.create_table(
        "automatic_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("criterion_key", sa.Text(), nullable=False),
        sa.Column("points_hundredths", sa.Integer(), nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_automatic_score_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automatic_score")),
        sa.UniqueConstraint(
            "application_id",
            "criterion_key",
            name=op.f("uq_automatic_score_application_id_criterion_key"),
        ),
    )
    op.create_table(
        "ranking_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ranking_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("total_hundredths", sa.Integer(), nullable=False),
        sa.Column("automatic_hundredths", sa.Integer(), nullable=False),
        sa.Column("judged_hundredths", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_ranking_place_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["ranking.id"], name=op.f("fk_ranking_place_ranking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_place")),
        sa.UniqueConstraint(
            "ranking_id", "application_id", name=op.f("uq_ranking_place_ranking_id_application_id")
        ),
        sa.UniqueConstraint(
            "ranking_id", "position", name=op.f("uq_ranking_place_ranking_id_position")
        ),
    )
    op.create_table(
        "score_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("evaluator_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=False),
        sa.Column("reading_order", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total_hundredths", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'sent' OR (sent_at IS NOT NULL AND total_hundredths IS NOT NULL)",
            name=op.f("ck_score_sheet_sent"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_score_sheet_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["user.id"], name=op.f("fk_score_sheet_assigned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"], ["user.id"], name=op.f("fk_score_sheet_evaluator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint(
            "application_id",
            "evaluator_id",
            name=op.f("uq_score_sheet_application_id_evaluator_id"),
        ),
    )
    op.create_index(
        "ix_score_sheet_evaluator_state", "score_sheet", ["evaluator_id", "state"], unique=False
    )
    op.create_table(
        "tally",
        sa.Column("application_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("automatic_hundredths", sa.Integer(), nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("judged_hundredths", sa.Integer(), nullable=True),
        sa.Column("spread_hundredths", sa.Integer(), nullable=True),
        sa.Column("total_hundredths", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_tally_application_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_tally_call_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_tally")),
    )
    op.create_index(
        "ix_tally_call_total",
        "tally",
        ["call_id", "total_hundredths", "application_id"],
        unique=False,
    )
    op.create_table(
        "score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("criterion_key", sa.Text(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheet.id"], name=op.f("fk_score_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "sheet_id", "criterion_key", name=op.f("uq_score_sheet_id_criterion_key")
        ),
    )


def downgrade() -> None:
    op.drop_table("score")
    op.drop_index("ix_tally_call_total", table_name="tally")
    op.drop_table("tally")
    op.drop_index("ix_score_sheet_evaluator_state", table_name="score_sheet")
    op.drop_table("score_sheet")
    op.drop_table("ranking_place")
    op.drop_table("automatic_score")
    op.drop_table("ranking")
