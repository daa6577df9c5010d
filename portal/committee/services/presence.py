"""Who is there, from when to when, in whose place."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import audit, clock
from portal.committee.models import AgendaItem, Attendance, CommitteeMember, CommitteeSession
from portal.committee.queries import seats_of, stands_for
from portal.committee.services.recording import follow_bars, hold_session
from portal.committee.states import SessionState
from portal.db import db, lock, transaction
from portal.errors import NotFound

HELD = (SessionState.PLANNED, SessionState.OPEN)


@transaction()
def note_arrival(session: CommitteeSession, member: CommitteeMember, actor: Any) -> None:
    """Note that a member is there from now on; said again it changes nothing."""
    hold_session(session, actor, *HELD)
    lock(member)  # whose seat ends meanwhile leaves again
    seat = next((each for each in seats_of(session) if each.member.id == member.id), None)
    if seat is None or not member.is_in_force:
        raise NotFound
    if seat.is_present:
        return
    in_place_of = stands_for(session, member)
    db.session.add(
        Attendance(
            session_id=session.id,
            member_id=member.id,
            stands_for_id=None if in_place_of is None else in_place_of.id,
            arrived_at=clock.now(),
        )
    )
    db.session.flush()
    db.session.expire(session, ["attendances"])
    current = select(AgendaItem).where(
        AgendaItem.session_id == session.id,
        AgendaItem.began_at.is_not(None),
        AgendaItem.ended_at.is_(None),
    )
    for item in db.session.scalars(current):
        follow_bars(item)
    audit.record("committee_session.note_arrival", session, actor, facts={"member": member.id})


@transaction()
def note_leaving(session: CommitteeSession, member: CommitteeMember, actor: Any) -> None:
    """Note that a member has left; before the opening, that he had not come."""
    hold_session(session, actor, *HELD)
    for attendance in list(session.attendances):
        if attendance.member_id != member.id or attendance.left_at is not None:
            continue
        if session.state is SessionState.PLANNED:
            db.session.delete(attendance)
        else:
            attendance.left_at = clock.now()
        facts = {"member": member.id}
        audit.record("committee_session.note_leaving", session, actor, facts=facts)
    db.session.flush()
    db.session.expire(session, ["attendances"])
