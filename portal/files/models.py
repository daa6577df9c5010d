"""The tables of stored files and of the checks made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class StoredFile(Base):
    """A file in the store. Its content never changes; `removed_at` closes it to everybody.

    `name` is what its owner called it; `storage_key` is where it lies, and says nothing. Since
    `erased_at` the content of a removed file is gone from the store.
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
    erased_at: Mapped[datetime | None]

    @property
    def facts(self) -> dict[str, Any]:
        """Return what answers and snapshots say of the file."""
        return {"id": self.public_id, "name": self.name, "size": self.size, "sha256": self.sha256}


class FileCheck(Base):
    """One comparison of rows and store, area by area; `cursor` is the last area looked at.

    `named` holds the keys of what is not as it should be, by kind, up to a limit.
    """

    __tablename__ = "file_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    removes: Mapped[bool]
    cursor: Mapped[str | None]
    seen: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    orphans: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    named: Mapped[dict[str, Any]]

    @property
    def is_well(self) -> bool:
        """Tell whether every row has its file as it was."""
        return not self.missing and not self.changed
