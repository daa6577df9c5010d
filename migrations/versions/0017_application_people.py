"""Add people, confirmations, signatures and stamp duty of an application."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def words(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def member(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def key_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    add_columns()
    add_collaborators()
    add_confirmations()
    add_papers()
    add_stamps()


def add_columns() -> None:
    with op.batch_alter_table("application") as table:
        table.add_column(number("on_behalf_by_id", nullable=True))
        table.create_foreign_key(
            op.f("fk_application_on_behalf_by_id"), "user", ["on_behalf_by_id"], ["id"]
        )
        table.create_index(op.f("ix_application_on_behalf_by_id"), ["on_behalf_by_id"])
    with op.batch_alter_table("submission") as table:
        table.add_column(
            sa.Column("signature_mode", sa.String(32), nullable=False, server_default="none")
        )
    with op.batch_alter_table("submission") as table:
        table.alter_column("signature_mode", server_default=None)
    with op.batch_alter_table("mandate") as table:
        table.add_column(number("proxy_file_id", nullable=True))
        table.create_foreign_key(
            op.f("fk_mandate_proxy_file_id"), "stored_file", ["proxy_file_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_mandate_proxy_file_id"), ["proxy_file_id"])


def add_collaborators() -> None:
    op.create_table(
        "collaborator",
        number("id"),
        number("application_id"),
        words("email"),
        words("email_key"),
        member("right"),
        words("token_hash", nullable=True),
        moment("expires_at"),
        moment("invited_at"),
        number("invited_by_id"),
        number("user_id", nullable=True),
        moment("accepted_at", nullable=True),
        moment("ended_at", nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) = (accepted_at IS NULL)", name=op.f("ck_collaborator_accepted")
        ),
        sa.CheckConstraint(
            "user_id IS NULL OR token_hash IS NULL", name=op.f("ck_collaborator_used_once")
        ),
        key_to("collaborator", "application_id", "application"),
        key_to("collaborator", "invited_by_id", "user"),
        key_to("collaborator", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collaborator")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_collaborator_token_hash")),
    )
    op.create_index(op.f("ix_collaborator_application_id"), "collaborator", ["application_id"])
    op.create_index(op.f("ix_collaborator_user_id"), "collaborator", ["user_id"])
    op.create_index(
        "uq_collaborator_application_email_in_force",
        "collaborator",
        ["application_id", "email_key"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "section_assignment",
        number("id"),
        number("application_id"),
        words("section_key"),
        number("user_id"),
        moment("assigned_at"),
        number("assigned_by_id"),
        moment("done_at", nullable=True),
        key_to("section_assignment", "application_id", "application"),
        key_to("section_assignment", "assigned_by_id", "user"),
        key_to("section_assignment", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_assignment")),
        sa.UniqueConstraint(
            "application_id",
            "section_key",
            name=op.f("uq_section_assignment_application_id_section_key"),
        ),
    )
    op.create_index(op.f("ix_section_assignment_user_id"), "section_assignment", ["user_id"])


def add_confirmations() -> None:
    op.create_table(
        "confirmation",
        number("id"),
        number("application_id"),
        moment("asked_at"),
        number("asked_by_id"),
        moment("answered_at", nullable=True),
        number("answered_by_id", nullable=True),
        member("verdict", nullable=True),
        words("reason"),
        number("answers_version"),
        number("profile_version"),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (verdict IS NULL)", name=op.f("ck_confirmation_answered")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_confirmation_answered_by"),
        ),
        sa.CheckConstraint(
            "verdict <> 'sent_back' OR reason <> ''", name=op.f("ck_confirmation_reason")
        ),
        key_to("confirmation", "answered_by_id", "user"),
        key_to("confirmation", "application_id", "application"),
        key_to("confirmation", "asked_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(op.f("ix_confirmation_application_id"), "confirmation", ["application_id"])
    op.create_index(
        "uq_confirmation_application_open",
        "confirmation",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def add_papers() -> None:
    op.create_table(
        "paper_to_sign",
        number("id"),
        number("application_id"),
        number("document_id"),
        number("answers_version"),
        number("profile_version"),
        words("content_sha256"),
        moment("drawn_at"),
        number("drawn_by_id"),
        key_to("paper_to_sign", "application_id", "application"),
        key_to("paper_to_sign", "document_id", "document"),
        key_to("paper_to_sign", "drawn_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_to_sign")),
        sa.UniqueConstraint(
            "application_id",
            "answers_version",
            "profile_version",
            name=op.f("uq_paper_to_sign_application_id_answers_version_profile_version"),
        ),
        sa.UniqueConstraint("document_id", name=op.f("uq_paper_to_sign_document_id")),
    )
    op.create_table(
        "signed_paper",
        number("id"),
        number("paper_id"),
        member("mode"),
        member("part"),
        number("file_id"),
        sa.Column("signers", JSON, nullable=False),
        sa.Column("is_same", sa.Boolean(), nullable=False),
        moment("added_at"),
        number("added_by_id"),
        moment("removed_at", nullable=True),
        sa.CheckConstraint(
            "mode IN ('digital_signature', 'handwritten_scan')", name=op.f("ck_signed_paper_mode")
        ),
        key_to("signed_paper", "added_by_id", "user"),
        key_to("signed_paper", "file_id", "stored_file"),
        key_to("signed_paper", "paper_id", "paper_to_sign"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_paper")),
        sa.UniqueConstraint("file_id", name=op.f("uq_signed_paper_file_id")),
    )
    op.create_index(op.f("ix_signed_paper_paper_id"), "signed_paper", ["paper_id"])


def add_stamps() -> None:
    op.create_table(
        "stamp_duty",
        number("id"),
        number("application_id"),
        words("serial", nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        words("reference", nullable=True),
        moment("recorded_at"),
        number("recorded_by_id"),
        number("version"),
        sa.CheckConstraint(
            "(serial IS NULL) = (issued_on IS NULL)", name=op.f("ck_stamp_duty_stamp")
        ),
        sa.CheckConstraint(
            "(serial IS NULL) <> (reference IS NULL)", name=op.f("ck_stamp_duty_one_of_two")
        ),
        key_to("stamp_duty", "application_id", "application"),
        key_to("stamp_duty", "recorded_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_duty")),
        sa.UniqueConstraint("application_id", name=op.f("uq_stamp_duty_application_id")),
    )


def downgrade() -> None:
    for table in (
        "stamp_duty",
        "signed_paper",
        "paper_to_sign",
        "confirmation",
        "section_assignment",
        "collaborator",
    ):
        op.drop_table(table)
    with op.batch_alter_table("mandate") as table:
        table.drop_constraint(op.f("uq_mandate_proxy_file_id"), type_="unique")
        table.drop_constraint(op.f("fk_mandate_proxy_file_id"), type_="foreignkey")
        table.drop_column("proxy_file_id")
    with op.batch_alter_table("submission") as table:
        table.drop_column("signature_mode")
    with op.batch_alter_table("application") as table:
        table.drop_index(op.f("ix_application_on_behalf_by_id"))
        table.drop_constraint(op.f("fk_application_on_behalf_by_id"), type_="foreignkey")
        table.drop_column("on_behalf_by_id")
