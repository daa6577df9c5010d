"""Add sending again, integrations, messages, notes and ratings."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def upgrade() -> None:
    add_sendings()
    op.create_table(
        "integration_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer_set_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("silence", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("protocol_entry_id", sa.Integer(), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "submission_id IS NULL OR closed_at IS NOT NULL",
            name=op.f("ck_integration_request_closed"),
        ),
        *keys("integration_request", application_id="application.id"),
        *keys("integration_request", answer_set_id="answer_set.id"),
        *keys("integration_request", requested_by_id="user.id"),
        *keys("integration_request", protocol_entry_id="protocol_entry.id"),
        *keys("integration_request", submission_id="submission.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_request")),
        sa.UniqueConstraint(
            "application_id", "number", name=op.f("uq_integration_request_application_id_number")
        ),
        *single("integration_request", "answer_set_id", "protocol_entry_id", "submission_id"),
    )
    op.create_index(op.f("ix_integration_request_due_at"), "integration_request", ["due_at"])
    op.create_index(
        "uq_integration_request_open",
        "integration_request",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    add_items()
    add_messages()
    add_notes_and_ratings()
    with op.batch_alter_table("attachment") as table:
        table.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("integration_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_attachment_integration_id"), "integration_request", ["integration_id"], ["id"]
        )
    op.create_index(op.f("ix_attachment_integration_id"), "attachment", ["integration_id"])
    op.execute(
        "UPDATE attachment SET sent_at = (SELECT s.received_at FROM submission s"
        " WHERE s.application_id = attachment.application_id) WHERE removed_at IS NULL"
    )


def keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    """Return the foreign keys of a table, named as the models name them."""
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def single(table: str, *columns: str) -> list[sa.UniqueConstraint]:
    """Return the constraints of columns that hold each value once."""
    return [sa.UniqueConstraint(each, name=op.f(f"uq_{table}_{each}")) for each in columns]


def add_sendings() -> None:
    """Let an application be sent more than once, and give each sending its code."""
    with op.batch_alter_table("submission") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(
            sa.Column("kind", sa.String(32), nullable=False, server_default="application")
        )
        table.add_column(
            sa.Column("is_current", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        table.add_column(sa.Column("verify_code", sa.Text(), nullable=True))
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("withdrawal_reason", sa.Text(), nullable=True))
        table.add_column(sa.Column("withdrawal_entry_id", sa.Integer(), nullable=True))
        for name in ("withdrawal_is_final", "is_rated"):
            table.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        table.drop_constraint(op.f("uq_submission_application_id"), type_="unique")
    submission = sa.table("submission", sa.column("id"), sa.column("verify_code"))
    connection = op.get_bind()
    for (row_id,) in connection.execute(sa.select(submission.c.id)).all():
        code = "".join(secrets.choice(LETTERS) for _ in range(16))
        connection.execute(
            submission.update().where(submission.c.id == row_id).values(verify_code=code)
        )
    with op.batch_alter_table("submission") as table:
        for name in ("number", "kind", "is_current", "withdrawal_is_final", "is_rated"):
            table.alter_column(name, server_default=None)
        table.alter_column("verify_code", nullable=False, existing_type=sa.Text())
        table.create_foreign_key(
            op.f("fk_submission_withdrawal_entry_id"),
            "protocol_entry",
            ["withdrawal_entry_id"],
            ["id"],
        )
        table.create_unique_constraint(
            op.f("uq_submission_application_id_number"), ["application_id", "number"]
        )
        table.create_unique_constraint(op.f("uq_submission_verify_code"), ["verify_code"])
        table.create_unique_constraint(
            op.f("uq_submission_withdrawal_entry_id"), ["withdrawal_entry_id"]
        )
        table.create_check_constraint(
            op.f("ck_submission_withdrawn"),
            "withdrawal_entry_id IS NULL OR withdrawn_at IS NOT NULL",
        )
        table.create_check_constraint(
            op.f("ck_submission_kind"), "kind <> 'integration' OR NOT is_current"
        )
    op.create_index(
        "uq_submission_current",
        "submission",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("is_current = 1"),
        postgresql_where=sa.text("is_current"),
    )


def add_items() -> None:
    """Add what each request asks for."""
    op.create_table(
        "integration_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("integration_id", sa.Integer(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=True),
        sa.Column("check_key", sa.Text(), nullable=True),
        sa.Column("fault", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(question_key IS NULL) <> (check_key IS NULL)", name=op.f("ck_integration_item_one")
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_integration_item_text")),
        *keys("integration_item", integration_id="integration_request.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_item")),
        *[
            sa.UniqueConstraint(
                "integration_id", each, name=op.f(f"uq_integration_item_integration_id_{each}")
            )
            for each in ("question_key", "check_key")
        ],
    )


def add_messages() -> None:
    """Add messages with their files."""
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("body <> ''", name=op.f("ck_message_body")),
        sa.CheckConstraint(
            "settled_at IS NULL OR answer_due_on IS NOT NULL", name=op.f("ck_message_settled")
        ),
        *keys("message", application_id="application.id", author_id="user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        *single("message", "public_id"),
    )
    op.create_index("ix_message_application_id_sent_at", "message", ["application_id", "sent_at"])
    op.create_table(
        "message_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        *keys("message_file", message_id="message.id", file_id="stored_file.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_file")),
        *single("message_file", "file_id"),
    )
    op.create_index(op.f("ix_message_file_message_id"), "message_file", ["message_id"])


def add_notes_and_ratings() -> None:
    """Add the notes of the office, and how easy people found the service."""
    op.create_table(
        "internal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_internal_note_body")),
        *keys("internal_note", application_id="application.id", author_id="user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
    )
    op.create_index(op.f("ix_internal_note_application_id"), "internal_note", ["application_id"])
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_rating_stars")),
        *keys("rating", call_id="call.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    op.create_index(op.f("ix_rating_call_id"), "rating", ["call_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_attachment_integration_id"), table_name="attachment")
    with op.batch_alter_table("attachment") as table:
        table.drop_constraint(op.f("fk_attachment_integration_id"), type_="foreignkey")
        table.drop_column("integration_id")
        table.drop_column("sent_at")
    op.drop_table("rating")
    op.drop_table("internal_note")
    op.drop_table("message_file")
    op.drop_table("message")
    op.drop_table("integration_item")
    op.drop_table("integration_request")
    op.drop_index("uq_submission_current", table_name="submission")
    op.execute("DELETE FROM submission WHERE NOT is_current")
    with op.batch_alter_table("submission") as table:
        table.drop_constraint(op.f("ck_submission_kind"), type_="check")
        table.drop_constraint(op.f("ck_submission_withdrawn"), type_="check")
        table.drop_constraint(op.f("uq_submission_withdrawal_entry_id"), type_="unique")
        table.drop_constraint(op.f("uq_submission_verify_code"), type_="unique")
        table.drop_constraint(op.f("uq_submission_application_id_number"), type_="unique")
        table.drop_constraint(op.f("fk_submission_withdrawal_entry_id"), type_="foreignkey")
        for name in (
            "number",
            "kind",
            "is_current",
            "verify_code",
            "withdrawn_at",
            "withdrawal_reason",
            "withdrawal_entry_id",
            "withdrawal_is_final",
            "is_rated",
        ):
            table.drop_column(name)
        table.create_unique_constraint(op.f("uq_submission_application_id"), ["application_id"])
