"""Add documents of profiles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applicant_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_on >= issued_on", name=op.f("ck_applicant_document_term")),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_applicant_document_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_applicant_document_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant_document")),
        sa.UniqueConstraint("file_id", name=op.f("uq_applicant_document_file_id")),
    )
    with op.batch_alter_table("applicant_document") as table:
        table.create_index(op.f("ix_applicant_document_applicant_id"), ["applicant_id"])
        table.create_index("ix_applicant_document_expires_on", ["expires_on"])
        table.create_index(
            "uq_applicant_document_current",
            ["applicant_id", "kind"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("applicant_document")
