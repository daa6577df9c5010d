"""Addresses invited to act for a body."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Invited
from portal.db import Base
from portal.registry.models.applicants import Applicant, MandateKind


class MandateInvitation(Invited, Base):
    """An address invited to act for a body in a quality, to the end of a day if one is set.

    Accepted, it becomes a mandate.
    """

    __tablename__ = "mandate_invitation"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) = (accepted_at IS NULL)", name="accepted"),
        CheckConstraint("user_id IS NULL OR token_hash IS NULL", name="used_once"),
        CheckConstraint("kind != 'self'", name="kind_given"),
    )

    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    kind: Mapped[MandateKind]
    last_day: Mapped[date | None]

    applicant: Mapped[Applicant] = relationship(lazy="joined", innerjoin=True)


WAITING = and_(MandateInvitation.ended_at.is_(None), MandateInvitation.user_id.is_(None))
Index(
    "uq_mandate_invitation_applicant_email_waiting",
    MandateInvitation.applicant_id,
    MandateInvitation.email_key,
    unique=True,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)
