"""Assignments, score sheets, automatic scores and rankings.

Points are whole hundredths of a point: sums and means in SQL are exact on every database.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.applications.models import Application
from portal.calls.models import Call
from portal.db import Base
from portal.evaluation.states import RankingState, SheetState


class Outcome(StrEnum):
    """On which list of the ranking an application stands."""

    SELECTED = "selected"
    BELOW_THRESHOLD = "below_threshold"


class ScoreSheet(Base):
    """The judgement of one evaluator on one application, from assignment to sending.

    `total_hundredths` is written when the sheet is sent: judged criteria only.
    """

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("application_id", "evaluator_id"),
        Index("ix_score_sheet_evaluator_state", "evaluator_id", "state"),
        CheckConstraint(
            "state <> 'sent' OR (sent_at IS NOT NULL AND total_hundredths IS NOT NULL)",
            name="sent",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    evaluator_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    state: Mapped[SheetState] = mapped_column(default=SheetState.DRAFT)
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reading_order: Mapped[int]
    sent_at: Mapped[datetime | None]
    total_hundredths: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="select")
    evaluator: Mapped[User] = relationship(lazy="select", foreign_keys=[evaluator_id])
    scores: Mapped[list[Score]] = relationship(lazy="selectin", back_populates="sheet")

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.application.scope

    @property
    def owner_ids(self) -> set[int]:
        """Return who acts for the applicant: they never touch the sheet."""
        return self.application.owner_ids

    @property
    def collaborators(self) -> list[Any]:
        """Return who was invited by the applicant: they touch it as little."""
        return self.application.collaborators

    @property
    def on_behalf_by_id(self) -> int | None:
        """Return who filled the application in for somebody: neither does he."""
        return self.application.on_behalf_by_id

    @property
    def access_rows(self) -> list[Any]:
        """Return the dossier's grants and bars, narrowed to this sheet's evaluator for grants."""
        rows = self.application.access_rows
        return [x for x in rows if x.effect == "bar" or x.user_id == self.evaluator_id]


class Score(Base):
    """The mark and comment for one judged criterion; a blank mark is not a zero."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("sheet_id", "criterion_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id"))
    criterion_key: Mapped[str]
    mark: Mapped[int | None]
    comment: Mapped[str]
    sheet: Mapped[ScoreSheet] = relationship(back_populates="scores")


class AutomaticScore(Base):
    """Points computed from answers and profile, with the source they came from."""

    __tablename__ = "automatic_score"
    __table_args__ = (UniqueConstraint("application_id", "criterion_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    criterion_key: Mapped[str]
    points_hundredths: Mapped[int]
    source: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]


class Tally(Base):
    """What scores and sent sheets of one application come to: a running figure.

    The database writes it again from the rows it sums up, in every transaction that changes them
    (`services.tallies`): results are read in order, without adding up those of a whole call. A
    test proves it equal to the sums. `judged`, `spread` and `total` are null while no sheet is
    sent.
    """

    __tablename__ = "tally"
    __table_args__ = (
        Index("ix_tally_call_total", "call_id", "total_hundredths", "application_id"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), primary_key=True, autoincrement=False
    )
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    automatic_hundredths: Mapped[int]
    assigned: Mapped[int]
    sent: Mapped[int]
    judged_hundredths: Mapped[int | None]
    spread_hundredths: Mapped[int | None]
    total_hundredths: Mapped[int | None]


class Ranking(Base):
    """The ranking of one call at one gate."""

    __tablename__ = "ranking"
    __table_args__ = (
        UniqueConstraint("call_id", "gate"),
        CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name="published"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    gate: Mapped[int] = mapped_column(default=1)
    state: Mapped[RankingState] = mapped_column(default=RankingState.DRAFT)
    threshold_hundredths: Mapped[int]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)
    places: Mapped[list[RankingPlace]] = relationship(
        lazy="select", order_by="RankingPlace.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.call.scope


class RankingPlace(Base):
    """Where one application stands, and the stored reason why."""

    __tablename__ = "ranking_place"
    __table_args__ = (
        UniqueConstraint("ranking_id", "application_id"),
        UniqueConstraint("ranking_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ranking_id: Mapped[int] = mapped_column(ForeignKey("ranking.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    total_hundredths: Mapped[int]
    automatic_hundredths: Mapped[int]
    judged_hundredths: Mapped[int]
    sheets: Mapped[int]
    outcome: Mapped[Outcome]
    reason: Mapped[dict[str, Any]]

    application: Mapped[Application] = relationship(lazy="select")
