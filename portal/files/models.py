"""The table of stored files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class StoredFile(Base):
    """A file in the store. Its content never changes; `removed_at` closes it to everybody.

    `name` is what its owner called it; `storage_key` is where it lies, and says nothing.
    """

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    storage_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    removed_at: Mapped[datetime | None]
