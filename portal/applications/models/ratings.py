"""How easy people found the service: figures without a person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Rating(Base):
    """One judgement: stars, one of five fixed answers, a free text. Who gave it is not kept.

    It holds the day alone: an instant would lead to who sent an application just before.
    """

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    given_on: Mapped[date]
    stars: Mapped[int]
    answer: Mapped[str | None]
    text: Mapped[str]
