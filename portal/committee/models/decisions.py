"""Votes of the promoters on an item, and what they came to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.committee.engine import DecisionOutcome, VoteKind
from portal.committee.models.people import CommitteeMember, Promoter
from portal.db import Base


class Vote(Base):
    """The one vote of a promoter on an item, with who gave it and what he dissents in."""

    __tablename__ = "committee_vote"
    __table_args__ = (UniqueConstraint("item_id", "promoter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    promoter_id: Mapped[int] = mapped_column(ForeignKey("promoter.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_member.id"))
    vote: Mapped[VoteKind]
    dissent: Mapped[str]
    cast_at: Mapped[datetime]

    promoter: Mapped[Promoter] = relationship(lazy="select")
    member: Mapped[CommitteeMember] = relationship(lazy="select")


class Decision(Base):
    """What the votes on an item came to; `grounds` says how, as `engine.Verdict.facts` does.

    `places_mark` is the mark of the very places that were voted on, where it was a ranking.
    """

    __tablename__ = "committee_decision"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("agenda_item.id"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[DecisionOutcome]
    grounds: Mapped[dict[str, Any]]
    places_mark: Mapped[str | None]
    text: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
