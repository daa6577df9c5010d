"""Remarks of applicants on a provisional ranking, and how they were decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.applications.models import AboutApplication, Application
from portal.db import Base
from portal.evaluation.models import Ranking
from portal.files import StoredFile
from portal.outcomes.states import RemarkState


class Remark(AboutApplication, Base):
    """What an applicant says against a provisional ranking: one for each application.

    `correction` says what an upheld remark changed: what kind, and the totals before and after.
    """

    __tablename__ = "remark"
    __table_args__ = (
        UniqueConstraint("ranking_id", "application_id"),
        CheckConstraint(
            "(state = 'sent') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided",
        ),
        CheckConstraint("state = 'sent' OR answer <> ''", name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ranking_id: Mapped[int] = mapped_column(ForeignKey("ranking.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    sent_at: Mapped[datetime]
    state: Mapped[RemarkState] = mapped_column(default=RemarkState.SENT)
    answer: Mapped[str] = mapped_column(default="")
    correction: Mapped[dict[str, Any] | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    ranking: Mapped[Ranking] = relationship(lazy="select")
    application: Mapped[Application] = relationship(lazy="select")
    file: Mapped[StoredFile | None] = relationship(lazy="select")

    __mapper_args__ = {"version_id_col": version}
