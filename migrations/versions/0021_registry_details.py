"""Add documents of profiles, invitations to act for a body, and the last day of mandates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_documents()
    add_invitations()
    add_columns()


def add_documents() -> None:
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


def add_invitations() -> None:
    name = "mandate_invitation"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) = (accepted_at IS NULL)", name=op.f(f"ck_{name}_accepted")
        ),
        sa.CheckConstraint(
            "user_id IS NULL OR token_hash IS NULL", name=op.f(f"ck_{name}_used_once")
        ),
        sa.CheckConstraint("kind != 'self'", name=op.f(f"ck_{name}_kind_given")),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f(f"fk_{name}_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user.id"], name=op.f(f"fk_{name}_invited_by_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk_{name}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{name}_token_hash")),
    )
    waiting = sa.text("ended_at IS NULL AND user_id IS NULL")
    with op.batch_alter_table(name) as table:
        table.create_index(op.f(f"ix_{name}_applicant_id"), ["applicant_id"])
        table.create_index(op.f(f"ix_{name}_user_id"), ["user_id"])
        table.create_index(
            "uq_mandate_invitation_applicant_email_waiting",
            ["applicant_id", "email_key"],
            unique=True,
            sqlite_where=waiting,
            postgresql_where=waiting,
        )


def add_columns() -> None:
    with op.batch_alter_table("mandate") as table:
        table.add_column(sa.Column("last_day", sa.Date(), nullable=True))
        table.add_column(sa.Column("invitation_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_mandate_invitation_id"), "mandate_invitation", ["invitation_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("mandate") as table:
        table.drop_constraint(op.f("fk_mandate_invitation_id"), type_="foreignkey")
        table.drop_column("invitation_id")
        table.drop_column("last_day")
    op.drop_table("mandate_invitation")
    op.drop_table("applicant_document")
