"""Assignments, score sheets, automatic scores, and the running figures made of them.

Points are whole hundredths of a point: sums and means in SQL are exact on every database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.applications.models import AboutApplication, Application
from portal.db import Base
from portal.evaluation.models.rounds import Round
from portal.evaluation.states import DeclineReason, SheetState


def entered() -> ForeignKeyConstraint:
    """Return the key of rows that stand only where the application takes part in the round."""
    return ForeignKeyConstraint(
        ["round_id", "application_id"], ["round_entry.round_id", "round_entry.application_id"]
    )


class ScoreSheet(AboutApplication, Base):
    """The judgement of one evaluator on one application in one round, from assignment to sending.

    `total_hundredths` is written when the sheet is sent: the points of the criteria it marks;
    `worked_at` whenever something is saved in it.
    """

    __tablename__ = "score_sheet"
    __table_args__ = (
        entered(),
        UniqueConstraint("application_id", "evaluator_id", "round_id"),
        Index("ix_score_sheet_evaluator_state", "evaluator_id", "state"),
        CheckConstraint(
            "state <> 'sent' OR (sent_at IS NOT NULL AND total_hundredths IS NOT NULL)",
            name="sent",
        ),
        CheckConstraint(
            "state <> 'declined' OR (declined_at IS NOT NULL AND decline_reason IS NOT NULL)",
            name="declined",
        ),
        CheckConstraint("state <> 'withdrawn' OR withdrawn_at IS NOT NULL", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    evaluator_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    state: Mapped[SheetState] = mapped_column(default=SheetState.DRAFT)
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reading_order: Mapped[int]
    sent_at: Mapped[datetime | None]
    total_hundredths: Mapped[int | None]
    worked_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None]
    decline_text: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship(lazy="select")
    application: Mapped[Application] = relationship(lazy="select", foreign_keys=[application_id])
    evaluator: Mapped[User] = relationship(lazy="select", foreign_keys=[evaluator_id])
    scores: Mapped[list[Score]] = relationship(lazy="selectin", back_populates="sheet")

    __mapper_args__ = {"version_id_col": version}

    @property
    def access_rows(self) -> list[Any]:
        """Return the dossier's grants and bars, narrowed to this sheet's evaluator for grants."""
        rows = self.application.access_rows
        return [x for x in rows if x.effect == "bar" or x.user_id == self.evaluator_id]


class Score(Base):
    """The mark and comment for one judged criterion.

    A blank mark is not a zero, and neither is “not assessable”. `points_hundredths` is written
    when the sheet is sent.
    """

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_key"),
        CheckConstraint("mark IS NULL OR NOT is_not_assessable", name="not_assessable"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id"))
    criterion_key: Mapped[str]
    mark: Mapped[int | None]
    is_not_assessable: Mapped[bool] = mapped_column(default=False)
    points_hundredths: Mapped[int | None]
    comment: Mapped[str]
    sheet: Mapped[ScoreSheet] = relationship(back_populates="scores")


class AutomaticScore(Base):
    """Points computed from answers and profile, with the source they came from.

    The office may correct them with a reason; what was computed stays. `effective_hundredths` is
    what counts, in Python and in SQL.
    """

    __tablename__ = "automatic_score"
    __table_args__ = (
        entered(),
        UniqueConstraint("application_id", "criterion_key", "round_id"),
        CheckConstraint(
            "override_hundredths IS NULL OR (override_reason IS NOT NULL"
            " AND overridden_by_id IS NOT NULL AND overridden_at IS NOT NULL)",
            name="override",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    criterion_key: Mapped[str]
    points_hundredths: Mapped[int]
    source: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]
    override_hundredths: Mapped[int | None]
    override_reason: Mapped[str | None]
    overridden_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    overridden_at: Mapped[datetime | None]

    @hybrid_property
    def effective_hundredths(self) -> int:
        """Return the points that count: what the office corrected them to, or as computed."""
        corrected = self.override_hundredths
        return self.points_hundredths if corrected is None else corrected

    @effective_hundredths.inplace.expression
    @classmethod
    def _effective_in_sql(cls) -> ColumnElement[int]:
        return func.coalesce(cls.override_hundredths, cls.points_hundredths)


class CriterionTally(Base):
    """What the sent sheets of one application say of one judged criterion: a running figure.

    `points_hundredths` is the mean or the median of the points given, as the round wants it; null
    where everybody found it not assessable. `vetoes` counts the marks below the least one of a
    criterion with a veto.
    """

    __tablename__ = "criterion_tally"
    __table_args__ = (entered(),)

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion_key: Mapped[str] = mapped_column(primary_key=True)
    points_hundredths: Mapped[int | None]
    lowest_hundredths: Mapped[int | None]
    highest_hundredths: Mapped[int | None]
    marked: Mapped[int]
    not_assessable: Mapped[int]
    vetoes: Mapped[int]
    is_below_minimum: Mapped[bool]


class Tally(Base):
    """What scores and sent sheets of one application come to in a round: a running figure.

    The database writes it again from the rows it sums up, in every transaction that changes them
    (`services.tallies`): results are read in order, without adding up those of a whole call. A
    test proves it equal to the sums. `judged`, `spread` and `total` are null while no sheet is
    sent. The total holds the bonus up to the ceiling of the round.
    """

    __tablename__ = "tally"
    __table_args__ = (
        entered(),
        Index("ix_tally_round_total", "round_id", "total_hundredths", "application_id"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    automatic_hundredths: Mapped[int]
    bonus_hundredths: Mapped[int]
    assigned: Mapped[int]
    sent: Mapped[int]
    judged_hundredths: Mapped[int | None]
    spread_hundredths: Mapped[int | None]
    total_hundredths: Mapped[int | None]
    vetoes: Mapped[int]
    below_minimum: Mapped[int]
    not_assessed: Mapped[int]
