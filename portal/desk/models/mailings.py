"""Mails that the office writes to many: their templates, what goes to whom, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class MailTemplate(Base):
    """A text that the office uses again, by language; `name_key` is its name however written."""

    __tablename__ = "mail_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Mailing(Base):
    """One text to many: chosen and written first, then asked for, once, to leave at an instant."""

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint("(asked_at IS NULL) = (leaves_at IS NULL)", name="asked"),
        CheckConstraint("noted_at IS NULL OR asked_at IS NOT NULL", name="noted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    subject: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    chosen_at: Mapped[datetime] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    leaves_at: Mapped[datetime | None]
    noted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def owner_ids(self) -> set[int]:
        """Return who writes it."""
        return {self.actor_id}


class Letter(Base):
    """What one person gets about one application, word for word.

    `left_out` says why nothing is sent. Once the mailing is asked for, its mail stands in the
    outbox under `mail_key`; a sent one that is no longer there was swept away when it was old.
    """

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    is_edited: Mapped[bool] = mapped_column(default=False)
    left_out: Mapped[str] = mapped_column(default="")
    mail_key: Mapped[str | None] = mapped_column(unique=True)
    cancelled_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
