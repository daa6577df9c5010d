"""What the office asks an applicant to complete, and the copy of the answers it is done in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models.applications import Application
from portal.applications.models.submissions import Submission
from portal.calls.engine import Silence
from portal.db import Base
from portal.protocol import ProtocolEntry
from portal.questionnaires.models import AnswerSet


class Fault(StrEnum):
    """What is wrong with an answer."""

    INCORRECT = "incorrect"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"


class IntegrationRequest(Base):
    """One request: what, why, by when, and what silence means (a rule of its call).

    `answer_set` is a copy of the answers that were sent. `due_on` is the last good day, `due_at`
    the instant it ends. Closed by an answer (`submission`), by the silence of who was asked, or
    by the office.
    """

    __tablename__ = "integration_request"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("submission_id IS NULL OR closed_at IS NOT NULL", name="closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    answer_set_id: Mapped[int] = mapped_column(ForeignKey("answer_set.id"), unique=True)
    text: Mapped[str]
    silence: Mapped[Silence]
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(index=True)
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    protocol_entry_id: Mapped[int] = mapped_column(ForeignKey("protocol_entry.id"), unique=True)
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str | None]
    reply: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), unique=True)

    application: Mapped[Application] = relationship(lazy="select")
    answer_set: Mapped[AnswerSet] = relationship(lazy="select")
    items: Mapped[list[IntegrationItem]] = relationship(
        lazy="selectin", order_by="IntegrationItem.id"
    )
    protocol_entry: Mapped[ProtocolEntry] = relationship(lazy="joined", innerjoin=True)
    submission: Mapped[Submission | None] = relationship(lazy="select")

    @property
    def question_keys(self) -> set[str]:
        """Return the questions that may be answered anew: these and no others."""
        return {item.question_key for item in self.items if item.question_key}


Index(
    "uq_integration_request_open",
    IntegrationRequest.application_id,
    unique=True,
    sqlite_where=IntegrationRequest.closed_at.is_(None),
    postgresql_where=IntegrationRequest.closed_at.is_(None),
)


class IntegrationItem(Base):
    """One thing asked for: a question to be answered anew, or an item of the checklist."""

    __tablename__ = "integration_item"
    __table_args__ = (
        UniqueConstraint("integration_id", "question_key"),
        UniqueConstraint("integration_id", "check_key"),
        CheckConstraint("(question_key IS NULL) <> (check_key IS NULL)", name="one"),
        CheckConstraint("text <> ''", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration_request.id"))
    question_key: Mapped[str | None]
    check_key: Mapped[str | None]
    fault: Mapped[Fault]
    text: Mapped[str]
