"""What the legal representative said of an application before it is sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base


class Verdict(StrEnum):
    """What the representative said."""

    CONFIRMED = "confirmed"
    SENT_BACK = "sent_back"


class Confirmation(Base):
    """One asking, and its answer; good only for the answers and the profile as they were then."""

    __tablename__ = "confirmation"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (verdict IS NULL)", name="answered"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by"),
        CheckConstraint("verdict <> 'sent_back' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    verdict: Mapped[Verdict | None]
    reason: Mapped[str] = mapped_column(default="")
    answers_version: Mapped[int]
    profile_version: Mapped[int]

    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id], lazy="joined", innerjoin=True)
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id], lazy="joined")


OPEN = Confirmation.answered_at.is_(None)
Index(
    "uq_confirmation_application_open",
    Confirmation.application_id,
    unique=True,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
