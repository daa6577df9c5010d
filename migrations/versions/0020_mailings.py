"""Add mails of the office, who is in charge of a dossier, and what was entered from paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key to the id of another table."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    with op.batch_alter_table("application") as table:
        table.add_column(sa.Column("handled_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_application_handled_by_id"), "user", ["handled_by_id"], ["id"]
        )
        table.create_index(op.f("ix_application_handled_by_id"), ["handled_by_id"])
    add_mailings()
    add_letters()
    add_paper()
    add_imports()


def add_mailings() -> None:
    op.create_table(
        "mail_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        key("mail_template", "saved_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
        sa.UniqueConstraint("name_key", name=op.f("uq_mail_template_name_key")),
    )
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("leaves_at", INSTANT, nullable=True),
        sa.Column("noted_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(asked_at IS NULL) = (leaves_at IS NULL)", name=op.f("ck_mailing_asked")
        ),
        sa.CheckConstraint(
            "noted_at IS NULL OR asked_at IS NOT NULL", name=op.f("ck_mailing_noted")
        ),
        key("mailing", "actor_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mailing_public_id")),
    )
    op.create_index(op.f("ix_mailing_chosen_at"), "mailing", ["chosen_at"], unique=False)


def add_letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("mail_key", sa.Text(), nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        key("letter", "mailing_id", "mailing"),
        key("letter", "application_id", "application"),
        key("letter", "message_id", "message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("mail_key", name=op.f("uq_letter_mail_key")),
    )
    op.create_index(op.f("ix_letter_mailing_id"), "letter", ["mailing_id"], unique=False)
    op.create_index(op.f("ix_letter_application_id"), "letter", ["application_id"], unique=False)


def add_paper() -> None:
    op.create_table(
        "paper_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reference_key", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_paper_receipt_reference")),
        key("paper_receipt", "application_id", "application"),
        key("paper_receipt", "call_id", "call"),
        key("paper_receipt", "entered_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_receipt")),
        sa.UniqueConstraint("application_id", name=op.f("uq_paper_receipt_application_id")),
        sa.UniqueConstraint(
            "call_id", "reference_key", name=op.f("uq_paper_receipt_call_id_reference_key")
        ),
    )


def add_imports() -> None:
    op.create_table(
        "sheet_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("tried_at", INSTANT, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "asked_at IS NULL OR tried_at IS NOT NULL", name=op.f("ck_sheet_import_tried_first")
        ),
        sa.CheckConstraint(
            "done_at IS NULL OR asked_at IS NOT NULL", name=op.f("ck_sheet_import_asked_first")
        ),
        key("sheet_import", "call_id", "call"),
        key("sheet_import", "actor_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sheet_import_public_id")),
    )
    op.create_index(op.f("ix_sheet_import_uploaded_at"), "sheet_import", ["uploaded_at"])
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("errors", JSON, nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        key("import_row", "sheet_import_id", "sheet_import"),
        key("import_row", "application_id", "application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("application_id", name=op.f("uq_import_row_application_id")),
        sa.UniqueConstraint(
            "sheet_import_id", "number", name=op.f("uq_import_row_sheet_import_id_number")
        ),
    )


def downgrade() -> None:
    for table in ("import_row", "sheet_import", "paper_receipt", "letter", "mailing"):
        op.drop_table(table)
    op.drop_table("mail_template")
    with op.batch_alter_table("application") as table:
        table.drop_index(op.f("ix_application_handled_by_id"))
        table.drop_constraint(op.f("fk_application_handled_by_id"), type_="foreignkey")
        table.drop_column("handled_by_id")
