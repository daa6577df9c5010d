"""Add second factors, fresh sign-ins and ended roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OLD_KEY = "uq_role_grant_user_id_role_strand_call_code"
# A role is in force once with the same limits: the columns of each key, and those that are empty.
KEYS = (
    ((), ("strand", "call_code")),
    (("strand",), ("call_code",)),
    (("call_code",), ("strand",)),
    (("strand", "call_code"), ()),
)
INSTANT = sa.DateTime(timezone=True)


def name_of(limits: tuple[str, ...]) -> str:
    return "_".join(("uq_role_grant", *limits, "in_force"))


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.add_column("user_session", sa.Column("factor_at", INSTANT, nullable=True))
    op.add_column("user_session", sa.Column("fresh_at", INSTANT, nullable=True))
    op.add_column("user_session", sa.Column("device", sa.Text(), nullable=True))
    op.add_column("mailed_link", sa.Column("new_email", sa.Text(), nullable=True))
    with op.batch_alter_table("role_grant") as table:
        table.add_column(sa.Column("ended_at", INSTANT, nullable=True))
        table.drop_constraint(OLD_KEY, type_="unique")
    # The old key let a role be held twice where it has no strand or no call.
    op.execute(
        "DELETE FROM role_grant WHERE EXISTS (SELECT 1 FROM role_grant AS first"
        " WHERE first.id < role_grant.id AND first.user_id = role_grant.user_id"
        " AND first.role = role_grant.role"
        " AND coalesce(first.strand, '') = coalesce(role_grant.strand, '')"
        " AND coalesce(first.call_code, '') = coalesce(role_grant.call_code, ''))"
    )
    for limits, missing in KEYS:
        conditions = ["ended_at IS NULL", *(f"{name} IS NULL" for name in missing)]
        op.create_index(
            name_of(limits),
            "role_grant",
            ["user_id", "role", *limits],
            unique=True,
            sqlite_where=sa.text(" AND ".join(conditions)),
            postgresql_where=sa.text(" AND ".join(conditions)),
        )


def downgrade() -> None:
    for limits, _ in reversed(KEYS):
        op.drop_index(name_of(limits), table_name="role_grant")
    # The schema before knows no ended role: it would be in force again.
    op.execute("DELETE FROM role_grant WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("role_grant") as table:
        table.drop_column("ended_at")
        table.create_unique_constraint(OLD_KEY, ["user_id", "role", "strand", "call_code"])
    # A link for a new address has no page there.
    op.execute("DELETE FROM mailed_link WHERE purpose = 'email'")
    op.drop_column("mailed_link", "new_email")
    op.drop_column("user_session", "device")
    op.drop_column("user_session", "fresh_at")
    op.drop_column("user_session", "factor_at")
    op.drop_index(op.f("ix_recovery_code_user_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
