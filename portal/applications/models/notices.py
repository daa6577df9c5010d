"""The notice that an application is going to be refused, what was observed on it, and its end."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models.about import AboutApplication
from portal.applications.models.applications import Application
from portal.db import Base
from portal.documents import Document
from portal.files import StoredFile
from portal.protocol import ProtocolEntry


class NoticeOutcome(StrEnum):
    """A notice is withdrawn, and the application selected; or confirmed, and it is refused."""

    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"


class RejectionNotice(AboutApplication, Base):
    """Why an application is going to be refused where there is no ranking: one for each.

    `reasons` are those chosen among the call's, in their words of that day; `text` says the rest.
    `due_on` is the last good day for observations, `due_at` the instant it ends. `answers` are
    those to the points of the observations, one by one; `answer` is all of it.
    """

    __tablename__ = "rejection_notice"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint(
            "(observed_at IS NULL) = (observations = '')"
            " AND (observed_at IS NULL) = (observed_by_id IS NULL)"
            " AND (observed_at IS NULL) = (observations_entry_id IS NULL)",
            name="observed",
        ),
        CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)"
            " AND (closed_at IS NULL) = (closed_by_id IS NULL)",
            name="closed",
        ),
        CheckConstraint(
            "outcome IS NULL OR outcome <> 'confirmed' OR observed_at IS NULL OR answer <> ''",
            name="answer",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    reasons: Mapped[list[Any]]
    text: Mapped[str]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    protocol_entry_id: Mapped[int] = mapped_column(ForeignKey("protocol_entry.id"), unique=True)
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    observations: Mapped[str] = mapped_column(default="")
    observed_at: Mapped[datetime | None]
    observed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    observations_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("protocol_entry.id"), unique=True
    )
    answer: Mapped[str] = mapped_column(default="")
    answers: Mapped[list[Any] | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[NoticeOutcome | None]
    decision_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("protocol_entry.id"), unique=True
    )
    decision_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="select")
    protocol_entry: Mapped[ProtocolEntry] = relationship(
        lazy="joined", innerjoin=True, foreign_keys=[protocol_entry_id]
    )
    observations_entry: Mapped[ProtocolEntry | None] = relationship(
        lazy="joined", foreign_keys=[observations_entry_id]
    )
    decision_entry: Mapped[ProtocolEntry | None] = relationship(
        lazy="joined", foreign_keys=[decision_entry_id]
    )

    decision_document: Mapped[Document | None] = relationship(lazy="select")
    files: Mapped[list[ObservationFile]] = relationship(
        lazy="select", order_by="ObservationFile.id"
    )

    __mapper_args__ = {"version_id_col": version}


class ObservationFile(Base):
    """A file that came with observations on a notice."""

    __tablename__ = "observation_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("rejection_notice.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)
