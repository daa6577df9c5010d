"""Later closings of a call: for all, or for one applicant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.calls.models.calls import Call
from portal.db import Base, append_only
from portal.registry.models import Applicant


@append_only
class CallExtension(Base):
    """One extension: for all when it names no applicant. `act` is what an act says of itself."""

    __tablename__ = "call_extension"
    __table_args__ = (CheckConstraint("closes_at > closed_before", name="later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("applicant.id"), index=True)
    closed_before: Mapped[datetime]
    closes_at: Mapped[datetime]
    reason: Mapped[str]
    act: Mapped[dict[str, Any] | None]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    call: Mapped[Call] = relationship(lazy="select")
    applicant: Mapped[Applicant | None] = relationship(lazy="select")
    decided_by: Mapped[User] = relationship(lazy="select")
