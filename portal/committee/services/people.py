"""Promoters, and seats in the committee of a call."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from portal import audit, clock, permissions
from portal.calls.models import Call
from portal.committee.engine import VOTING, MemberFunction
from portal.committee.models import (
    Attendance,
    CommitteeMember,
    CommitteeSession,
    Promoter,
    PromoterLine,
)
from portal.committee.queries import all_promoters, candidates_for, members_of
from portal.committee.states import SessionState
from portal.db import db, insert_unless_there, lock, transaction
from portal.errors import Invalid, Stale, declare, mark
from portal.sources.models import BudgetLine

declare(
    {
        "promoter_code_taken": mark("There is already a promoter with this code."),
        "promoter_line_owned": mark(
            "The money of this line belongs to %(name)s already: take it off there first."
        ),
        "member_unknown": mark("This person can't be given a seat: choose one from the list."),
        "member_promoter": mark("Choose the promoter whose vote this person gives."),
        "member_chair": mark("The committee has a chair already: %(name)s."),
        "member_day_to_come": mark("This day is still to come. Write the day of the act."),
    }
)


@transaction()
def create_promoter(actor: Any, code: str, name: str, lines: Collection[str] = ()) -> Promoter:
    """Add a promoter with the budget lines whose money is its own."""
    permissions.require(actor, "promoter.edit")
    if not insert_unless_there(Promoter, code=code, name=name, created_at=clock.now()):
        raise Invalid("promoter_code_taken", "code")
    promoter = db.session.scalars(select(Promoter).where(Promoter.code == code)).one()
    own_lines(promoter, lines)
    audit.record("promoter.create", promoter, actor)
    return promoter


@transaction()
def edit_promoter(
    promoter: Promoter, actor: Any, version: int, name: str, lines: Collection[str] = ()
) -> None:
    """Change name and lines of a promoter as it was at `version`; Stale when it has changed."""
    permissions.require(actor, "promoter.edit", promoter)
    lock(promoter)
    if promoter.version != version:
        raise Stale
    changed = {"name"} if promoter.name != name else set()
    if {line.code for line in promoter.lines} != set(lines):
        changed.add("lines")
        own_lines(promoter, lines)
    promoter.name = name
    if changed:
        audit.record("promoter.edit", promoter, actor, facts={"fields": audit.FieldNames(changed)})


def own_lines(promoter: Promoter, codes: Collection[str]) -> None:
    """Say whose money some lines are; Invalid where it is somebody else's."""
    for each in db.session.scalars(
        select(BudgetLine).where(BudgetLine.code.in_(codes)).order_by(BudgetLine.id)
    ).all():
        lock(each)
    for line, owner in db.session.execute(
        select(BudgetLine, Promoter)
        .join(PromoterLine, PromoterLine.line_id == BudgetLine.id)
        .join(Promoter, Promoter.id == PromoterLine.promoter_id)
        .where(BudgetLine.code.in_(codes), Promoter.id != promoter.id)
    ):
        raise Invalid("promoter_line_owned", "lines", name=f"{owner.name} ({line.code})")
    db.session.execute(delete(PromoterLine).where(PromoterLine.promoter_id == promoter.id))
    for line_id in db.session.scalars(select(BudgetLine.id).where(BudgetLine.code.in_(codes))):
        db.session.add(PromoterLine(line_id=line_id, promoter_id=promoter.id))
    db.session.flush()
    db.session.expire(promoter, ["lines"])


@transaction()
def appoint_member(
    call: Call,
    actor: Any,
    user_id: int,
    function: MemberFunction,
    promoter_code: str | None,
    act: tuple[str, date],
) -> CommitteeMember:
    """Give somebody a seat in the committee of a call; `act` is its name and its day."""
    permissions.require(actor, "committee.appoint", call)
    lock(call)
    user = next((each for each in candidates_for(call) if each.id == user_id), None)
    if user is None:
        raise Invalid("member_unknown", "user")
    promoter = next((each for each in all_promoters() if each.code == promoter_code), None)
    if promoter is None and function in VOTING:
        raise Invalid("member_promoter", "promoter")
    name, day = act
    if day > clock.today():
        raise Invalid("member_day_to_come", "appointed_on")
    if function is MemberFunction.CHAIR:
        require_no_chair(call)
    member = CommitteeMember(
        call=call,
        user=user,
        promoter=promoter,
        function=function,
        appointed_on=day,
        act=name,
        appointed_at=clock.now(),
    )
    db.session.add(member)
    db.session.flush()
    audit.record("committee.appoint", member, actor, facts={"function": function, "user": user.id})
    return member


def require_no_chair(call: Call) -> None:
    """Refuse a second chair."""
    for member in members_of(call):
        if member.function is MemberFunction.CHAIR:
            raise Invalid("member_chair", "function", name=member.user.name)


@transaction()
def end_member(member: CommitteeMember, actor: Any) -> None:
    """End a seat from now on; what was done in it stays. He leaves a session under way."""
    permissions.require(actor, "committee.appoint", member.call)
    lock(member)
    if member.ended_at is not None:
        return
    member.ended_at = clock.now()
    there = select(Attendance).where(
        Attendance.member_id == member.id,
        Attendance.left_at.is_(None),
        Attendance.session_id.in_(
            select(CommitteeSession.id).where(CommitteeSession.state != SessionState.MINUTED)
        ),
    )
    for attendance in db.session.scalars(there):
        attendance.left_at = clock.now()
    audit.record("committee.end_seat", member, actor, facts={"function": member.function})
