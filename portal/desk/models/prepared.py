"""Files that take a while to make: long exports, dossiers, all those of a call, print packs."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.db import Base
from portal.files import StoredFile

KEPT = timedelta(days=1)


class PreparedKind(StrEnum):
    """What is made."""

    XLSX = "xlsx"
    CSV = "csv"
    DOSSIER_PDF = "dossier_pdf"
    DOSSIER_ZIP = "dossier_zip"
    CALL_ZIP = "call_zip"
    SHEETS_PDF = "sheets_pdf"


class PreparedFile(Base):
    """A file somebody asked for, made by jobs, his alone and for a day.

    `facts` say what goes into it; `done` of `total` pieces are made.
    """

    __tablename__ = "prepared_file"
    __table_args__ = (
        CheckConstraint("(file_id IS NULL) OR (done_at IS NOT NULL)", name="file_done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[PreparedKind]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    facts: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)

    file: Mapped[StoredFile | None] = relationship(lazy="joined")

    @property
    def kept_until(self) -> datetime | None:
        """Return until when the file can be fetched; None while it is being made."""
        return self.done_at + KEPT if self.done_at else None

    @property
    def is_there(self) -> bool:
        """Tell whether the file can be fetched now."""
        until = self.kept_until
        return self.file_id is not None and until is not None and clock.now() < until


class PreparedPart(Base):
    """The PDF of one dossier, made ahead of the file it goes into."""

    __tablename__ = "prepared_part"
    __table_args__ = (UniqueConstraint("prepared_file_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    prepared_file_id: Mapped[int] = mapped_column(ForeignKey("prepared_file.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)

    file: Mapped[StoredFile | None] = relationship(lazy="joined")
