"""Rankings: who stands where, and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.applications.models import Application
from portal.calls.models import Call
from portal.db import Base
from portal.evaluation.models.rounds import Round
from portal.evaluation.states import Outcome, RankingState


class Ranking(Base):
    """The ranking of one round.

    `budget` is the money there was to share out and `most_places` how many could be selected when
    it was drawn; None where nothing limits them. `published_at` is when everybody could read it
    first and `published_until` when the office alone reads on, `remarks_until` when the term for
    remarks on a provisional one ends, `final_at` when its outcomes took effect.
    """

    __tablename__ = "ranking"
    __table_args__ = (
        CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name="published"),
        CheckConstraint("(published_at IS NULL) = (published_until IS NULL)", name="ended"),
        CheckConstraint("(state = 'final') = (final_at IS NOT NULL)", name="final"),
        CheckConstraint("state <> 'provisional' OR remarks_until IS NOT NULL", name="remarks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), unique=True)
    state: Mapped[RankingState] = mapped_column(default=RankingState.DRAFT)
    threshold_hundredths: Mapped[int]
    budget: Mapped[Decimal | None]
    most_places: Mapped[int | None]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None]
    published_until: Mapped[datetime | None]
    remarks_until: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship(lazy="joined", innerjoin=True)
    places: Mapped[list[RankingPlace]] = relationship(
        lazy="select", order_by="RankingPlace.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def remarks_day(self) -> date | None:
        """Return the last day for remarks; None where there is no term."""
        ends = self.remarks_until
        return None if ends is None else clock.rome_date(ends - timedelta(microseconds=1))

    def takes_remarks(self, instant: datetime | None = None) -> bool:
        """Tell whether remarks can be sent at an instant; now where none is named."""
        ends = self.remarks_until if self.state is RankingState.PROVISIONAL else None
        return ends is not None and (instant or clock.now()) < ends

    @property
    def call(self) -> Call:
        """Return the call that the round belongs to."""
        return self.round.call

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.round.scope


class RankingPlace(Base):
    """Where one application stands, and the stored reason why.

    The position never changes once it is published: who gives the place up leaves it (`left_at`),
    who comes in from the reserve list keeps his own (`promoted_at`). `proposed` is the money that
    goes with the place.
    """

    __tablename__ = "ranking_place"
    __table_args__ = (
        UniqueConstraint("ranking_id", "application_id"),
        UniqueConstraint("ranking_id", "position"),
        CheckConstraint(
            "proposed IS NULL OR (proposed >= 0 AND proposed <= requested)", name="proposed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ranking_id: Mapped[int] = mapped_column(ForeignKey("ranking.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    total_hundredths: Mapped[int]
    automatic_hundredths: Mapped[int]
    judged_hundredths: Mapped[int]
    bonus_hundredths: Mapped[int] = mapped_column(default=0)
    sheets: Mapped[int]
    outcome: Mapped[Outcome]
    requested: Mapped[Decimal | None]
    proposed: Mapped[Decimal | None]
    reason: Mapped[dict[str, Any]]
    left_at: Mapped[datetime | None]
    promoted_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="select")


class RobustnessReport(Base):
    """How firm the ranking of a large round stands, as a job has worked it out.

    While it is at work, `done` of its `trials` are.
    """

    __tablename__ = "robustness_report"
    __table_args__ = (
        CheckConstraint("(made_at IS NULL) = (result IS NULL)", name="made"),
        CheckConstraint("done >= 0 AND done <= trials", name="done"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("evaluation_round.id"), primary_key=True, autoincrement=False
    )
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    trials: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
