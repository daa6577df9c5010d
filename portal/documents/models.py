"""The table of issued documents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files import StoredFile

MOST_TRIES = 3


class DocumentState(StrEnum):
    """Where the drawing of a document stands; the document itself is issued from the start."""

    WAITING = "waiting"
    DRAWN = "drawn"
    FAILED = "failed"


class Document(Base):
    """A document as issued: `html` and its hash never change; `file` is its drawing.

    `tries` counts the drawings begun since the document was issued or asked for again (`redraws`).
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("(file_id IS NULL) = (drawn_at IS NULL)", name="drawn"),
        CheckConstraint("(file_id IS NULL) = (pages IS NULL)", name="pages"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    title: Mapped[str]
    html: Mapped[str] = mapped_column(deferred=True)
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    pages: Mapped[int | None]
    drawn_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    error: Mapped[str | None]
    redraws: Mapped[int] = mapped_column(default=0)
    file: Mapped[StoredFile | None] = relationship(lazy="select")

    @property
    def state(self) -> DocumentState:
        """What the file and the failed tries say."""
        if self.file_id is not None:
            return DocumentState.DRAWN
        return DocumentState.FAILED if self.tries >= MOST_TRIES else DocumentState.WAITING
