"""What evaluators know, and the sheets that were given back to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base


class EvaluatorSkill(Base):
    """A sector of the programme, or a strand of it, that an evaluator knows."""

    __tablename__ = "evaluator_skill"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id"), primary_key=True, autoincrement=False
    )
    skill: Mapped[str] = mapped_column(primary_key=True)


class SheetReopening(Base):
    """That a sheet which had been sent was given back to its evaluator, and why.

    `scores` holds marks, points and comments by criterion as they had been sent.
    """

    __tablename__ = "sheet_reopening"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id"), index=True)
    reopened_at: Mapped[datetime]
    reopened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str]
    total_hundredths: Mapped[int]
    scores: Mapped[dict[str, Any]]

    reopened_by: Mapped[User] = relationship(lazy="select")
