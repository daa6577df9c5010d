"""Interests: noting one bars somebody from a dossier, ending one opens it again.

The access row is the one truth: lists, counts, sheets, files and votes ask it and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from portal import audit, clock
from portal.applications.models import AccessRow, Application
from portal.applications.services import bar_access, end_access, grant_access, grant_blind
from portal.db import db, insert_unless_there, lock, transaction
from portal.errors import Invalid, Stale
from portal.evaluation.models import Interest, InterestOrigin, InterestReason, ScoreSheet
from portal.evaluation.queries.assignments import has_interest
from portal.evaluation.queries.blindness import is_blind
from portal.evaluation.queries.detection import (
    Found,
    concerned_people,
    find_interests,
    reached_by,
)
from portal.evaluation.queries.interests import has_answered, to_judge
from portal.evaluation.states import INTEREST, JUDGED_IN, SHEET, InterestState
from portal.permissions import PORTAL
from portal.registry.models import Applicant
from portal.workflow import announce

BAR = "interest"
ASSIGNMENT = "assignment"
HELD = ("state", "handled_by_id", "version")


@transaction()
def note_interest(
    application: Application,
    user: Any,
    origin: InterestOrigin,
    reason: InterestReason,
    actor: Any,
) -> Interest:
    """Bar somebody from a dossier at once; his sheet on it counts no more, even if it was sent."""
    interest = write_interest(application, user.id, origin, reason, InterestState.STANDING)
    audit.record("interest.note", interest, actor, facts=facts_of(interest))
    take_effect(interest, actor)
    return interest


def write_interest(
    application: Application,
    user_id: int,
    origin: InterestOrigin,
    reason: InterestReason,
    state: InterestState,
) -> Interest:
    """Add the row, unless one for the same reason is there and not over."""
    about = {"application_id": application.id, "user_id": user_id, "reason": reason}
    facts = {"origin": origin, "state": state, "noted_at": clock.now(), "end_reason": ""}
    insert_unless_there(Interest, **about, **facts)
    open_ones = Interest.state.in_((InterestState.POSSIBLE, InterestState.STANDING))
    return db.session.scalars(select(Interest).filter_by(**about).where(open_ones)).one()


def facts_of(interest: Interest) -> dict[str, Any]:
    """Return what the trail says of an interest: ids and why, no name and no text."""
    return {
        "application_id": interest.application_id,
        "user_id": interest.user_id,
        "origin": interest.origin,
        "reason": interest.reason,
    }


def take_effect(interest: Interest, actor: Any) -> None:
    """Bar the person, end his sheets on the dossier and his charge of it, tell who listens."""
    application = interest.application
    hold_dossier(application)
    if application.handled_by_id == interest.user_id:
        application.handled_by_id = None
        audit.record("application.hand_over", application, actor, facts={"user": 0})
    bar_access(application, interest.user, BAR)
    end_access(application, interest.user, ASSIGNMENT)
    sheets = select(ScoreSheet).where(
        ScoreSheet.application_id == application.id,
        ScoreSheet.evaluator_id == interest.user_id,
        ScoreSheet.state.in_(SHEET.moves["recuse"].sources),
    )
    for sheet in db.session.scalars(sheets).all():
        if application.state is JUDGED_IN[sheet.round.gate]:  # what is decided stays as it was
            SHEET.advance(sheet, "recuse", PORTAL)
    announce("interest.note", interest, actor)


def hold_dossier(application: Application) -> None:
    """Lock what becomes of a dossier; rows about it, as grants, may still be added by others."""
    db.session.flush()
    of_dossier = {"of": Application, "key_share": True}
    db.session.refresh(application, HELD, with_for_update=of_dossier)


@transaction()
def confirm_interest(interest: Interest, actor: Any, version: int) -> None:
    """Say that a possible interest is one: it bars from now on."""
    hold(interest, version)
    now = clock.now()
    INTEREST.advance(interest, "confirm", actor, confirmed_at=now, confirmed_by_id=actor.id)
    take_effect(interest, actor)


@transaction()
def dismiss_interest(interest: Interest, actor: Any, reason: str, version: int) -> None:
    """Say that a possible interest is none, and why; it isn't found again."""
    require_reason(reason)
    hold(interest, version)
    INTEREST.advance(interest, "dismiss", actor, **ending(actor, reason))


@transaction()
def end_interest(interest: Interest, actor: Any, reason: str, version: int) -> None:
    """End an interest that was a mistake; with the last one the dossier can be given again."""
    require_reason(reason)
    hold(interest, version)
    INTEREST.advance(interest, "end", actor, **ending(actor, reason))
    db.session.flush()
    others = select(Interest.id).where(
        Interest.application_id == interest.application_id,
        Interest.user_id == interest.user_id,
        Interest.state == InterestState.STANDING,
    )
    if db.session.scalar(others) is None:
        end_access(interest.application, interest.user, BAR)


def require_reason(reason: str) -> None:
    """Refuse to settle an interest without saying why."""
    if not reason.strip():
        raise Invalid("required", "reason")


def hold(interest: Interest, version: int) -> None:
    """Lock the dossier and the interest as it was read; Stale when it has changed since."""
    lock(interest.application)
    lock(interest)
    if interest.version != version:
        raise Stale


def ending(actor: Any, reason: str) -> dict[str, Any]:
    """Return what ending sets beside the state."""
    return {"ended_at": clock.now(), "ended_by_id": actor.id, "end_reason": reason}


# --- detection -----------------------------------------------------------------------------------


@transaction()
def detect_interests(application: Application, actor: Any = PORTAL) -> list[Interest]:
    """Note the interests in a dossier of those who judge or work on its call."""
    found = select(Application.id).where(Application.id == application.id, to_judge())
    if db.session.scalar(found) is None:
        return []
    return note_found([application.id], concerned_people(application.call), actor)


@transaction()
def detect_interests_in(applicant: Applicant) -> None:
    """Note the interests in all that an applicant has to be judged."""
    found = select(Application).where(Application.applicant_id == applicant.id, to_judge())
    for application in db.session.scalars(found.order_by(Application.id)).all():
        detect_interests(application)


@transaction()
def detect_interests_of(user: Any, actor: Any = PORTAL) -> list[Interest]:
    """Note the interests of somebody in the dossiers that his roles reach."""
    return note_found(reached_by(user), [user], actor)


@transaction()
def note_found(ids: Collection[int], users: Sequence[Any], actor: Any = PORTAL) -> list[Interest]:
    """Note what detection finds among these dossiers and people: certain ones bar at once."""
    found = sorted(find_interests(ids, users), key=lambda each: each.application_id)
    return [note_one(each, actor) for each in found]


def note_one(found: Found, actor: Any) -> Interest:
    """Note one interest that was found, as certain as it is."""
    application = db.session.get_one(Application, found.application_id)
    state = InterestState.STANDING if found.is_certain else InterestState.POSSIBLE
    origin = InterestOrigin.DETECTED
    interest = write_interest(application, found.user_id, origin, found.reason, state)
    deed = "interest.note" if found.is_certain else "interest.suppose"
    audit.record(deed, interest, actor, facts=facts_of(interest))
    if found.is_certain:
        take_effect(interest, actor)
    return interest


# --- what a declaration opens --------------------------------------------------------------------


def open_dossier(application: Application, user: Any) -> AccessRow | None:
    """Let an evaluator read a dossier assigned to him, once he has declared on its applicant.

    Assigning and declaring both call it, whichever comes last opens. The grant is what lists,
    pages, files and answers to programs go by, so before it there is nothing to see. In a blind
    round it opens the sheet alone.
    """
    if has_interest(application, user) or not has_answered(application, user):
        return None
    opening = grant_blind if is_blind(application) else grant_access
    return opening(application, user, ASSIGNMENT)
