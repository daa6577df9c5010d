"""Add what the office's lists need: views, tags, likeness, deeds on many, prepared files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("address", JSON, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "name_key", name=op.f("uq_saved_view_owner_id_name_key")),
    )
    op.create_index(op.f("ix_saved_view_is_shared"), "saved_view", ["is_shared"], unique=False)
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_tag_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name_key", name=op.f("uq_tag_name_key")),
    )
    op.create_table(
        "application_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk_application_tag_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_tag_application_id")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_application_tag_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_tag")),
        sa.UniqueConstraint(
            "application_id", "tag_id", name=op.f("uq_application_tag_application_id_tag_id")
        ),
    )
    op.create_index(op.f("ix_application_tag_tag_id"), "application_tag", ["tag_id"], unique=False)
    op.create_table(
        "likeness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_likeness_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness")),
        sa.UniqueConstraint(
            "application_id", "value", name=op.f("uq_likeness_application_id_value")
        ),
    )
    op.create_index("ix_likeness_value", "likeness", ["value", "application_id"], unique=False)
    op.create_table(
        "bulk_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("back", JSON, nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "done_at IS NULL OR asked_at IS NOT NULL", name=op.f("ck_bulk_deed_asked_first")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_bulk_deed_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_deed")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_deed_public_id")),
    )
    op.create_index(op.f("ix_bulk_deed_chosen_at"), "bulk_deed", ["chosen_at"], unique=False)
    op.create_table(
        "bulk_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_deed_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_bulk_item_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["bulk_deed_id"], ["bulk_deed.id"], name=op.f("fk_bulk_item_bulk_deed_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_item")),
        sa.UniqueConstraint(
            "bulk_deed_id",
            "application_id",
            name=op.f("uq_bulk_item_bulk_deed_id_application_id"),
        ),
    )
    add_prepared_files()


def add_prepared_files() -> None:
    op.create_table(
        "prepared_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(file_id IS NULL) OR (done_at IS NOT NULL)", name=op.f("ck_prepared_file_file_done")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_prepared_file_actor_id")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_prepared_file_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_prepared_file_file_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_prepared_file_public_id")),
    )
    op.create_index(op.f("ix_prepared_file_asked_at"), "prepared_file", ["asked_at"], unique=False)
    op.create_table(
        "prepared_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prepared_file_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_prepared_part_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_prepared_part_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_file_id"],
            ["prepared_file.id"],
            name=op.f("fk_prepared_part_prepared_file_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_part")),
        sa.UniqueConstraint("file_id", name=op.f("uq_prepared_part_file_id")),
        sa.UniqueConstraint(
            "prepared_file_id",
            "application_id",
            name=op.f("uq_prepared_part_prepared_file_id_application_id"),
        ),
    )


def downgrade() -> None:
    for table in (
        "prepared_part",
        "prepared_file",
        "bulk_item",
        "bulk_deed",
        "likeness",
        "application_tag",
        "tag",
        "saved_view",
    ):
        op.drop_table(table)
