"""Promoters, whose money they own, and who sits for them in the committee of a call."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.calls.models import Call
from portal.committee.engine import VOTING, MemberFunction
from portal.db import Base
from portal.permissions import Effect
from portal.sources.models import BudgetLine


class Promoter(Base):
    """A body that runs the programme and has one vote in its committees."""

    __tablename__ = "promoter"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list[BudgetLine]] = relationship(
        secondary="promoter_line", lazy="selectin", order_by=BudgetLine.code
    )

    __mapper_args__ = {"version_id_col": version}


class PromoterLine(Base):
    """Whose money a budget line is: one promoter's at most."""

    __tablename__ = "promoter_line"

    line_id: Mapped[int] = mapped_column(
        ForeignKey("budget_line.id"), primary_key=True, autoincrement=False
    )
    promoter_id: Mapped[int] = mapped_column(ForeignKey("promoter.id"), index=True)


class CommitteeMember(Base):
    """Who sits in the committee of a call, for whom, by which act. A secretary may be nobody's."""

    __tablename__ = "committee_member"
    __table_args__ = (
        CheckConstraint("function = 'secretary' OR promoter_id IS NOT NULL", name="promoter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    promoter_id: Mapped[int | None] = mapped_column(ForeignKey("promoter.id"))
    function: Mapped[MemberFunction]
    appointed_on: Mapped[date]
    act: Mapped[str]
    appointed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="select")
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    promoter: Mapped[Promoter | None] = relationship(lazy="joined")

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.call.scope

    @property
    def effect(self) -> Effect:
        """Return what a seat opens: the sessions of the call."""
        return Effect.GRANT

    @property
    def is_in_force(self) -> bool:
        """Tell whether he sits now."""
        return self.ended_at is None

    @property
    def may_vote(self) -> bool:
        """Tell whether he can give his promoter's vote."""
        return self.function in VOTING


Index(
    "uq_committee_member_sitting",
    CommitteeMember.call_id,
    CommitteeMember.user_id,
    unique=True,
    sqlite_where=CommitteeMember.ended_at.is_(None),
    postgresql_where=CommitteeMember.ended_at.is_(None),
)
