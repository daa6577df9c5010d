"""Add declarations of interests and what they bar."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('possible', 'standing')")


def upgrade() -> None:
    op.create_table(
        "interest_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("has_none", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'call') = (call_id IS NOT NULL)", name=op.f("ck_interest_declaration_call")
        ),
        sa.CheckConstraint(
            "(kind = 'yearly') = (expires_on IS NOT NULL)",
            name=op.f("ck_interest_declaration_expiry"),
        ),
        *keys("interest_declaration", user_id="user.id", call_id="call.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_declaration")),
    )
    op.create_index(
        "ix_interest_declaration_user_kind", "interest_declaration", ["user_id", "kind"]
    )
    op.create_index(op.f("ix_interest_declaration_call_id"), "interest_declaration", ["call_id"])
    add_what_was_said()
    add_interests()


def add_what_was_said() -> None:
    """Add ties and answers."""
    op.create_table(
        "interest_tie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        *keys("interest_tie", declaration_id="interest_declaration.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_tie")),
    )
    op.create_index(op.f("ix_interest_tie_declaration_id"), "interest_tie", ["declaration_id"])
    op.create_table(
        "interest_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("has_interest", sa.Boolean(), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "has_interest = (relation IS NOT NULL)", name=op.f("ck_interest_answer_relation")
        ),
        *keys(
            "interest_answer",
            declaration_id="interest_declaration.id",
            applicant_id="applicant.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_answer")),
        sa.UniqueConstraint(
            "declaration_id",
            "applicant_id",
            name=op.f("uq_interest_answer_declaration_id_applicant_id"),
        ),
    )
    op.create_index(op.f("ix_interest_answer_applicant_id"), "interest_answer", ["applicant_id"])


def add_interests() -> None:
    """Add the interests in dossiers."""
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('dismissed', 'ended') OR (ended_at IS NOT NULL AND end_reason <> '')",
            name=op.f("ck_interest_ended"),
        ),
        *keys(
            "interest",
            application_id="application.id",
            user_id="user.id",
            confirmed_by_id="user.id",
            ended_by_id="user.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    op.create_index(
        "uq_interest_open",
        "interest",
        ["application_id", "user_id", "reason"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_interest_user_id", "interest", ["user_id"])


def keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    """Return the foreign keys of a table, named as the models name them."""
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    for table in ("interest", "interest_answer", "interest_tie", "interest_declaration"):
        op.drop_table(table)
