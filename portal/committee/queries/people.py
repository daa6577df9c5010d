"""Promoters, and who sits in the committee of a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from portal import permissions
from portal.accounts.models import User
from portal.accounts.queries import evaluators_for, staff_for
from portal.calls.engine import money_of
from portal.calls.models import Call
from portal.committee.engine import MemberFunction
from portal.committee.models import CommitteeMember, Promoter, PromoterLine
from portal.db import db
from portal.errors import NotFound
from portal.sources.models import BudgetLine


def list_promoters(user: Any) -> list[Promoter]:
    """Return the promoters by name, with their lines: two queries."""
    permissions.require(user, "promoter.read")
    return all_promoters()


def all_promoters() -> list[Promoter]:
    """Return the promoters by name."""
    return list(db.session.scalars(select(Promoter).order_by(Promoter.name, Promoter.id)))


def get_promoter(code: str, user: Any) -> Promoter:
    """Return a promoter; NotFound where there is none or `user` may not see it."""
    found = db.session.scalar(select(Promoter).where(Promoter.code == code))
    if found is None or not permissions.can(user, "promoter.read", found):
        raise NotFound
    return found


def line_codes() -> list[str]:
    """Return the codes of all budget lines."""
    return list(db.session.scalars(select(BudgetLine.code).order_by(BudgetLine.code)))


def members_of(call: Call) -> list[CommitteeMember]:
    """Return who sits in the committee of a call now, promoter by promoter: one query."""
    found = db.session.scalars(
        select(CommitteeMember).where(
            CommitteeMember.call_id == call.id, CommitteeMember.ended_at.is_(None)
        )
    )
    return sorted(found, key=seat_order)


def seat_order(member: CommitteeMember) -> tuple[bool, bool, str, int]:
    """Return by what members are listed: the chair, the promoters by name, who doesn't vote."""
    name = "" if member.promoter is None else member.promoter.name
    return (member.function is not MemberFunction.CHAIR, not member.may_vote, name, member.id)


def get_member(call: Call, member_id: int) -> CommitteeMember:
    """Return one who sits in the committee now, or raise NotFound."""
    found = db.session.get(CommitteeMember, member_id)
    if found is None or found.call_id != call.id or not found.is_in_force:
        raise NotFound
    return found


def candidates_for(call: Call) -> list[User]:
    """Return who may be given a seat: evaluators and staff whose role reaches the call."""
    sitting = {member.user_id for member in members_of(call)}
    people = {user.id: user for user in (*evaluators_for(call.scope), *staff_for(call.scope))}
    free = [user for user in people.values() if user.id not in sitting]
    return sorted(free, key=lambda user: (user.name, user.id))


def voting_promoters(members: Iterable[CommitteeMember]) -> list[Promoter]:
    """Return the promoters that have a vote among these members, by name."""
    found = {
        member.promoter.id: member.promoter
        for member in members
        if member.may_vote and member.promoter is not None
    }
    return sorted(found.values(), key=lambda each: (each.name, each.id))


def owners_of_money(call: Call) -> Sequence[Promoter]:
    """Return the promoters whose money the call gives away: none where it draws on no line."""
    rule = money_of(call)
    if rule is None:
        return []
    owner = (
        select(Promoter)
        .join(PromoterLine, PromoterLine.promoter_id == Promoter.id)
        .join(BudgetLine, BudgetLine.id == PromoterLine.line_id)
        .where(BudgetLine.code == rule.budget_line)
    )
    return list(db.session.scalars(owner))
