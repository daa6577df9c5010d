"""Applications, their files, who may see them, and the formal check."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models.collaborators import Collaborator
from portal.applications.models.submissions import Submission
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.db import Base
from portal.files import StoredFile
from portal.permissions import Effect
from portal.questionnaires.models import AnswerSet
from portal.registry.models import Applicant


class Application(Base):
    """One candidature of one applicant to one call, from draft to outcome.

    `title` and `requested_amount` are copies of two answers, kept for lists and sums. `slot` counts
    those of one applicant to one call, where the call takes several; `start_key` makes a repeated
    start the same draft. One that only tries the call out (`is_test`) stays a draft for ever and
    stands in no list. `assessment_window` is the window of a rolling call it was received in.
    `on_behalf_by_id` is the operator who filled it in for somebody, `handled_by_id` who in the
    office is in charge of it.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_call_state", "call_id", "state"),
        UniqueConstraint("call_id", "applicant_id", "slot"),
        CheckConstraint(
            "state NOT IN ('admitted', 'inadmissible') OR checked_at IS NOT NULL", name="checked"
        ),
        CheckConstraint("NOT is_test OR state = 'draft'", name="trial"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_code: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    slot: Mapped[int] = mapped_column(default=1)
    start_key: Mapped[str | None] = mapped_column(unique=True)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    answer_set_id: Mapped[int] = mapped_column(ForeignKey("answer_set.id"), unique=True)
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
    title: Mapped[str] = mapped_column(default="")
    requested_amount: Mapped[Decimal | None]
    sector: Mapped[str | None]
    privacy_version: Mapped[str]
    privacy_read_at: Mapped[datetime]
    started_at: Mapped[datetime]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    on_behalf_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    checked_at: Mapped[datetime | None]
    outcome_reason: Mapped[str | None]
    assessment_window: Mapped[int | None]
    is_test: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    call: Mapped[Call] = relationship(lazy="select")
    applicant: Mapped[Applicant] = relationship(lazy="select")
    answer_set: Mapped[AnswerSet] = relationship(lazy="select")
    submissions: Mapped[list[Submission]] = relationship(
        lazy="select", back_populates="application", order_by="Submission.number"
    )
    submission: Mapped[Submission | None] = relationship(
        lazy="select",
        viewonly=True,
        uselist=False,
        primaryjoin="and_(Submission.application_id == Application.id, Submission.is_current)",
    )
    access_rows: Mapped[list[AccessRow]] = relationship(lazy="selectin")
    collaborators: Mapped[list[Collaborator]] = relationship(
        lazy="select", order_by="Collaborator.id"
    )
    attachments: Mapped[list[Attachment]] = relationship(
        lazy="select", order_by="Attachment.id", back_populates="application"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.call.scope

    @property
    def owner_ids(self) -> set[int]:
        """Return the ids of the users who act for the applicant."""
        return self.applicant.owner_ids

    @property
    def representative_ids(self) -> set[int]:
        """Return the ids of those who are the applicant, or its legal representative."""
        return self.applicant.representative_ids


class Attachment(Base):
    """A file given as the answer to a question.

    Removed ones stay until the dossier is closed, those that were sent (`sent_at`) for good. One
    that was given to complete a dossier (`integration_id`) is part of it when it has been sent.
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    question_key: Mapped[str]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    integration_id: Mapped[int | None] = mapped_column(
        ForeignKey("integration_request.id"), index=True
    )

    application: Mapped[Application] = relationship(back_populates="attachments")
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


class AccessRow(Base):
    """A grant or a bar for one person on one application; upper floors write them."""

    __tablename__ = "access_row"
    __table_args__ = (Index("ix_access_row_user_application", "user_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    effect: Mapped[Effect]
    reason: Mapped[str]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def is_in_force(self) -> bool:
        """Tell whether the row still counts."""
        return self.ended_at is None


class CheckOutcome(StrEnum):
    """The outcome of one item of the formal check."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


class CheckItem(Base):
    """One item of the call's checklist, judged for one application."""

    __tablename__ = "check_item"
    __table_args__ = (
        UniqueConstraint("application_id", "item_key"),
        CheckConstraint("outcome <> 'not_met' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    item_key: Mapped[str]
    outcome: Mapped[CheckOutcome]
    reason: Mapped[str]
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
