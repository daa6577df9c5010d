"""What evaluators ask the office about a dossier: the applicant never reads it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.applications.models import AboutApplication, Application
from portal.db import Base
from portal.evaluation.models.sheets import ScoreSheet


class SheetQuestion(AboutApplication, Base):
    """A question of an evaluator, and the answer of the office: to him, or to all who judge it."""

    __tablename__ = "sheet_question"
    __table_args__ = (
        Index("ix_sheet_question_application_id", "application_id"),
        CheckConstraint("body <> ''", name="body"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)"
            " AND (answered_at IS NULL) = (answer = '')",
            name="answer",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    body: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    is_for_all: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    sheet: Mapped[ScoreSheet] = relationship(lazy="select")
    application: Mapped[Application] = relationship(lazy="select")
    answered_by: Mapped[User | None] = relationship(lazy="select")

    @property
    def waits(self) -> bool:
        """Tell whether the office has still to answer."""
        return self.answered_at is None


Index(
    "ix_sheet_question_waiting",
    SheetQuestion.asked_at,
    sqlite_where=SheetQuestion.answered_at.is_(None),
    postgresql_where=SheetQuestion.answered_at.is_(None),
)
