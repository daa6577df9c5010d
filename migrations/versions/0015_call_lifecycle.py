"""Add extensions, versions, working copies, cancellation, trials and windows of calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.triggers import make_append_only

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "call_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=True),
        sa.Column("closed_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("act", JSON, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes_at > closed_before", name=op.f("ck_call_extension_later")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_extension_call_id")),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_call_extension_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_call_extension_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_extension")),
    )
    op.create_index(op.f("ix_call_extension_call_id"), "call_extension", ["call_id"])
    op.create_index(op.f("ix_call_extension_applicant_id"), "call_extension", ["applicant_id"])
    make_append_only("call_extension")
    create_versions()
    create_amendments()
    with op.batch_alter_table("call") as table:
        table.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("cancel_reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("cancel_act", JSON, nullable=True))
    with op.batch_alter_table("applicant") as table:
        table.add_column(false_column("is_test"))
    with op.batch_alter_table("applicant") as table:
        table.alter_column("is_test", server_default=None)
    with op.batch_alter_table("application") as table:
        table.add_column(sa.Column("assessment_window", sa.Integer(), nullable=True))
        table.add_column(false_column("is_test"))
        table.create_check_constraint(
            op.f("ck_application_trial"), "NOT is_test OR state = 'draft'"
        )
    with op.batch_alter_table("application") as table:
        table.alter_column("is_test", server_default=None)


def false_column(name: str) -> sa.Column[bool]:
    """Return a column that is false for the rows that stand."""
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def create_versions() -> None:
    """Create the table of versions, which nothing changes."""
    op.create_table(
        "call_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("form_definition_id", sa.Integer(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("act", JSON, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number = 1 OR reason IS NOT NULL", name=op.f("ck_call_version_reason")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_version_call_id")),
        sa.ForeignKeyConstraint(
            ["form_definition_id"],
            ["form_definition.id"],
            name=op.f("fk_call_version_form_definition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_call_version_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_version")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_call_version_call_id_number")),
    )
    make_append_only("call_version")


def create_amendments() -> None:
    """Create the table of working copies."""
    op.create_table(
        "call_amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_amendment_call_id")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user.id"], name=op.f("fk_call_amendment_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["user.id"], name=op.f("fk_call_amendment_saved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_amendment")),
        sa.UniqueConstraint("call_id", name=op.f("uq_call_amendment_call_id")),
    )


def downgrade() -> None:
    with op.batch_alter_table("application") as table:
        table.drop_constraint(op.f("ck_application_trial"), type_="check")
        table.drop_column("is_test")
        table.drop_column("assessment_window")
    with op.batch_alter_table("applicant") as table:
        table.drop_column("is_test")
    with op.batch_alter_table("call") as table:
        table.drop_column("cancel_act")
        table.drop_column("cancel_reason")
        table.drop_column("cancelled_at")
        table.drop_column("tried_at")
    op.drop_table("call_amendment")
    op.drop_table("call_version")
    op.drop_index(op.f("ix_call_extension_applicant_id"), table_name="call_extension")
    op.drop_index(op.f("ix_call_extension_call_id"), table_name="call_extension")
    op.drop_table("call_extension")
