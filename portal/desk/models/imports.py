"""Applications that arrived on paper, read from a spreadsheet row by row."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class RowOutcome(StrEnum):
    """What became of a row: tried without writing anything, then entered or refused."""

    WAITING = "waiting"
    GOOD = "good"
    WRONG = "wrong"
    ENTERED = "entered"


class SheetImport(Base):
    """A spreadsheet that was uploaded: tried first, then, when asked for, entered; once."""

    __tablename__ = "sheet_import"
    __table_args__ = (
        CheckConstraint("asked_at IS NULL OR tried_at IS NOT NULL", name="tried_first"),
        CheckConstraint("done_at IS NULL OR asked_at IS NOT NULL", name="asked_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str]
    sha256: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    @property
    def owner_ids(self) -> set[int]:
        """Return who uploaded it."""
        return {self.actor_id}


class ImportRow(Base):
    """One row of the sheet; what was typed in it is sealed, and goes when it has been entered.

    `errors` name cell and reason, in the language of who uploaded.
    """

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("sheet_import_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_import_id: Mapped[int] = mapped_column(ForeignKey("sheet_import.id"))
    number: Mapped[int]
    sealed: Mapped[str]
    outcome: Mapped[RowOutcome]
    errors: Mapped[list[Any]]
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)
