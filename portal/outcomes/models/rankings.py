"""The provisional ranking as everybody read it, kept beside the final one."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, append_only
from portal.evaluation.states import Outcome


@append_only
class ProvisionalPlace(Base):
    """Where an application stood in the provisional ranking."""

    __tablename__ = "provisional_place"

    ranking_id: Mapped[int] = mapped_column(
        ForeignKey("ranking.id"), primary_key=True, autoincrement=False
    )
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int]
    total_hundredths: Mapped[int]
    outcome: Mapped[Outcome]
    proposed: Mapped[Decimal | None]
