"""Public questions on a call, and the office's answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.calls.models.calls import Call
from portal.calls.states import QuestionState
from portal.db import Base


class CallQuestion(Base):
    """What somebody asked about a call.

    `asked` is as it was written, for the office alone; `question` is the text that everybody
    reads, which names nobody. The address stays only until the question is answered.
    """

    __tablename__ = "call_question"
    __table_args__ = (
        Index("ix_call_question_call_state", "call_id", "state"),
        CheckConstraint(
            "state = 'waiting' OR (answered_at IS NOT NULL AND answered_by_id IS NOT NULL"
            " AND email IS NULL)",
            name="answered",
        ),
        CheckConstraint(
            "state <> 'published' OR (question <> '' AND answer <> '')", name="published"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    state: Mapped[QuestionState] = mapped_column(default=QuestionState.WAITING)
    request_key: Mapped[str] = mapped_column(unique=True)
    asked: Mapped[str]
    asked_at: Mapped[datetime]
    email: Mapped[str | None]
    language: Mapped[str]
    question: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.call.scope
