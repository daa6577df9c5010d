"""Calls for applications: texts by language, window, rules, form and grid."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.calls.schemas.procedure import CallKind
from portal.calls.states import CallState, Phase
from portal.db import Base
from portal.grids.models import GridDefinition
from portal.questionnaires.models import FormDefinition


class Strand(StrEnum):
    """The two lines of the programme."""

    SOCIAL = "social"
    SELF_EMPLOYMENT = "self_employment"


class Call(Base):
    """One notice. Its texts are `{it: …, en: …}`; its instants are UTC, judged by the server.

    `rules`: what the service sheet and the procedure need and nothing computes on in SQL
    (who, what, how, needed, contacts, terms, tie-breakers, privacy notice with its version).
    """

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint("kind = 'rolling' OR closes_at IS NOT NULL", name="closing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    strand: Mapped[Strand]
    state: Mapped[CallState] = mapped_column(default=CallState.DRAFT)
    kind: Mapped[CallKind] = mapped_column(default=CallKind.WINDOW)
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    rules: Mapped[dict[str, Any]]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    budget: Mapped[Decimal | None]
    lowest_amount: Mapped[Decimal | None]
    highest_amount: Mapped[Decimal | None]
    threshold_hundredths: Mapped[int]
    names_hidden: Mapped[bool]
    one_per_applicant: Mapped[bool]
    form_definition_id: Mapped[int] = mapped_column(ForeignKey("form_definition.id"))
    grid_definition_id: Mapped[int] = mapped_column(ForeignKey("grid_definition.id"))
    published_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    cancel_act: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    form_definition: Mapped[FormDefinition] = relationship(lazy="select")
    grid_definition: Mapped[GridDefinition] = relationship(lazy="select")

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return (self.strand.value, self.code)

    def phase(self, instant: datetime | None = None) -> Phase:
        """Return where `instant` (now) falls: open from `opens_at` up to, not at, `closes_at`.

        A rolling call may have no closing: it stays open until its state says otherwise.
        """
        at = instant or clock.now()
        if at < self.opens_at:
            return Phase.COMING
        return Phase.OPEN if self.closes_at is None or at < self.closes_at else Phase.CLOSED
