"""Rounds: what is judged together, by which grid and which rules."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.calls.models import Call
from portal.calls.schemas.procedure import Method
from portal.db import Base
from portal.grids.models import GridDefinition


class Round(Base):
    """The applications of a call that are judged, ranked and decided on together.

    `gate` is 1 for the access to the accompaniment and 2 for that to money; `window` is the number
    of an assessment window of a rolling call, 0 where all of the call is judged at once. `number`
    counts the rounds of a call. Its rules are those of the call as it was published. The sheets
    are awaited by the end of `sheets_due_on`.
    """

    __tablename__ = "evaluation_round"
    __table_args__ = (
        UniqueConstraint("call_id", "gate", "window"),
        UniqueConstraint("call_id", "number"),
        CheckConstraint("sheets_wanted > 0", name="sheets"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    gate: Mapped[int]
    window: Mapped[int]
    grid_definition_id: Mapped[int] = mapped_column(ForeignKey("grid_definition.id"))
    method: Mapped[Method]
    sheets_wanted: Mapped[int]
    is_blind: Mapped[bool]
    threshold_hundredths: Mapped[int]
    bonus_ceiling_hundredths: Mapped[int | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    sheets_due_on: Mapped[date | None]

    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)
    grid_definition: Mapped[GridDefinition] = relationship(lazy="select")

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.call.scope


class RoundEntry(Base):
    """That an application takes part in a round."""

    __tablename__ = "round_entry"
    __table_args__ = (Index("ix_round_entry_application_id", "application_id"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("evaluation_round.id"), primary_key=True, autoincrement=False
    )
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id"), primary_key=True, autoincrement=False
    )
    entered_at: Mapped[datetime]


class RoundCriterion(Base):
    """A criterion of the round's grid, as far as sums in SQL need to know it."""

    __tablename__ = "round_criterion"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("evaluation_round.id"), primary_key=True, autoincrement=False
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    is_judged: Mapped[bool]
    is_bonus: Mapped[bool]
    is_veto: Mapped[bool]
    weight_hundredths: Mapped[int]
    minimum_hundredths: Mapped[int | None]
