"""Sessions: which ones, who is there, how many are needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal import permissions
from portal.calls.engine import evaluation_of
from portal.calls.models import Call
from portal.committee.engine import MemberFunction, quorum_for
from portal.committee.models import (
    AgendaItem,
    Attendance,
    CommitteeMember,
    CommitteeSession,
    Promoter,
    Recusal,
)
from portal.committee.queries.people import seat_order, voting_promoters
from portal.db import db
from portal.errors import NotFound


def get_session(code: str, number: int, user: Any, action: str) -> CommitteeSession:
    """Return a session of a call with who sits in it, if `user` may do `action` on it."""
    found = db.session.scalar(
        select(CommitteeSession)
        .join(Call, Call.id == CommitteeSession.call_id)
        .where(Call.code == code, CommitteeSession.number == number)
        .options(selectinload(CommitteeSession.members), selectinload(CommitteeSession.attendances))
    )
    if found is None or not permissions.can(user, "committee_session.read", found):
        raise NotFound
    permissions.require(user, action, found)
    return found


def sessions_of(call: Call) -> list[CommitteeSession]:
    """Return the sessions of a call, the newest first."""
    return list(
        db.session.scalars(
            select(CommitteeSession)
            .where(CommitteeSession.call_id == call.id)
            .order_by(CommitteeSession.number.desc())
        )
    )


def own_sessions(user: Any) -> list[CommitteeSession]:
    """Return the sessions of the committees in which `user` sits, the newest first."""
    seats = select(CommitteeMember.call_id).where(
        CommitteeMember.user_id == user.id, CommitteeMember.ended_at.is_(None)
    )
    found = db.session.scalars(
        select(CommitteeSession)
        .where(CommitteeSession.call_id.in_(seats))
        .options(selectinload(CommitteeSession.members))
        .order_by(CommitteeSession.scheduled_at.desc(), CommitteeSession.id.desc())
    )
    return [each for each in found if permissions.can(user, "committee_session.read", each)]


def quorum_of(session: CommitteeSession) -> int:
    """Return how many promoters must be there; once it is opened, how many had to be."""
    if session.quorum is not None:
        return session.quorum
    promoters = voting_promoters(seat.member for seat in seats_of(session))
    return quorum_for(len(promoters), evaluation_of(session.round.call).quorum)


@dataclass(frozen=True)
class Seat:
    """A member as a session sees him: where he is now, and when he was there."""

    member: CommitteeMember
    attendances: list[Attendance]

    @property
    def is_present(self) -> bool:
        """Tell whether he is there now."""
        return any(each.left_at is None for each in self.attendances)


def seats_of(session: CommitteeSession) -> list[Seat]:
    """Return who sits, or sat, in this session, promoter by promoter, with when he was there."""
    times: dict[int, list[Attendance]] = {}
    for each in session.attendances:
        times.setdefault(each.member_id, []).append(each)
    members = sorted((each for each in session.members if _sat_in(each, session)), key=seat_order)
    return [Seat(member, times.get(member.id, [])) for member in members]


def _sat_in(member: CommitteeMember, session: CommitteeSession) -> bool:
    came_before = session.closed_at is None or member.appointed_at <= session.closed_at
    if member.ended_at is None:
        return came_before
    return came_before and session.opened_at is not None and member.ended_at >= session.opened_at


def present_members(session: CommitteeSession) -> list[CommitteeMember]:
    """Return who is there now."""
    return [seat.member for seat in seats_of(session) if seat.is_present]


def present_promoters(session: CommitteeSession) -> list[Promoter]:
    """Return the promoters that somebody stands for now."""
    return voting_promoters(present_members(session))


def stands_for(session: CommitteeSession, member: CommitteeMember) -> CommitteeMember | None:
    """Return in whose place a substitute comes: the first of his promoter who isn't in the room.

    Somebody who has left it for the item under way counts as not being there.
    """
    if member.function is not MemberFunction.SUBSTITUTE:
        return None
    outside = out_of_the_room(session)
    return next(
        (
            seat.member
            for seat in seats_of(session)
            if seat.member.promoter_id == member.promoter_id
            and seat.member.function in (MemberFunction.CHAIR, MemberFunction.MEMBER)
            and (not seat.is_present or seat.member.id in outside)
        ),
        None,
    )


def out_of_the_room(session: CommitteeSession) -> set[int]:
    """Return who has left the room for the item under way, by the ids of their seats."""
    return set(
        db.session.scalars(
            select(Recusal.member_id)
            .join(AgendaItem, AgendaItem.id == Recusal.item_id)
            .where(AgendaItem.session_id == session.id, Recusal.returned_at.is_(None))
        )
    )
