"""People invited to one application, and the sections given to somebody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Invited, User
from portal.db import Base
from portal.permissions import Right


class Collaborator(Invited, Base):
    """An address invited to one application, with a right; `user` once it has been accepted."""

    __tablename__ = "collaborator"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) = (accepted_at IS NULL)", name="accepted"),
        CheckConstraint("user_id IS NULL OR token_hash IS NULL", name="used_once"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    right: Mapped[Right]

    @property
    def is_in_force(self) -> bool:
        """Tell whether the person has accepted and may still come in."""
        return self.user_id is not None and self.ended_at is None


STANDING = Collaborator.ended_at.is_(None)
Index(
    "uq_collaborator_application_email_in_force",
    Collaborator.application_id,
    Collaborator.email_key,
    unique=True,
    sqlite_where=STANDING,
    postgresql_where=STANDING,
)


class SectionAssignment(Base):
    """A section that one person is to fill in; `done_at` is when he said that he has."""

    __tablename__ = "section_assignment"
    __table_args__ = (UniqueConstraint("application_id", "section_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    section_key: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    done_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined", innerjoin=True)
