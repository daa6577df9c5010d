"""Messages between applicant and office, and the notes that never leave the office."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.applications.models.applications import Application
from portal.applications.states import Side
from portal.db import Base
from portal.files import StoredFile


class Message(Base):
    """A message of a dossier, read by both sides.

    One that waits for an answer (`answer_due_on`) is an open question until the other side has
    answered or who asked says that it is settled.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_application_id_sent_at", "application_id", "sent_at"),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint("settled_at IS NULL OR answer_due_on IS NOT NULL", name="settled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    side: Mapped[Side]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str]
    question_key: Mapped[str | None]
    sent_at: Mapped[datetime]
    answer_due_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="select")
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    files: Mapped[list[MessageFile]] = relationship(lazy="selectin", order_by="MessageFile.id")

    @hybrid_property
    def waits(self) -> bool:
        """Tell whether an answer is still expected: here for Python, below for SQL."""
        return self.answer_due_on is not None and self.settled_at is None

    @waits.inplace.expression
    @classmethod
    def _waits(cls) -> ColumnElement[bool]:
        return and_(cls.answer_due_on.is_not(None), cls.settled_at.is_(None))


class MessageFile(Base):
    """A file that goes with a message."""

    __tablename__ = "message_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


class InternalNote(Base):
    """A note of the office about a dossier: nobody else ever reads it."""

    __tablename__ = "internal_note"
    __table_args__ = (CheckConstraint("body <> ''", name="body"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str]
    written_at: Mapped[datetime]

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
