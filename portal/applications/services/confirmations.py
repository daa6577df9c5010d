"""The word of the legal representative: asked for, given, or sent back with a reason."""

from __future__ import annotations

from typing import Any

from portal import audit, clock, parse, permissions
from portal.accounts import engine
from portal.accounts.models import User
from portal.applications.models import Application, Confirmation, Verdict
from portal.applications.queries import (
    answers_in,
    confirmers_of,
    holds_now,
    last_confirmation,
    needs_confirmation,
)
from portal.applications.services.collaborators import mail_person, write_invitation
from portal.applications.services.holding import hold_draft
from portal.db import db, transaction
from portal.errors import Invalid, WrongState, declare, mark
from portal.permissions import Right

LONGEST_REASON = 2_000

declare(
    {
        "confirmation_changed": mark(
            "Something has changed while you were reading: read the summary again, then confirm."
        ),
        "confirmation_not_asked": mark("This call asks for no confirmation."),
        "nobody_to_confirm": mark(
            "We don't know whom to ask: the address in the profile is your own. Invite the legal "
            "representative on the page of the people, with the right to sign."
        ),
        "not_complete_yet": mark("Fill everything in first: something is missing or wrong."),
        "sent_back_reason": mark("Write what is to be corrected."),
    }
)


@transaction()
def ask_confirmation(application: Application, actor: Any) -> Confirmation:
    """Ask the representative to confirm what stands filled in now; all who may are told by mail.

    Without an account of the representative the address in the profile is invited, with the right
    to sign.
    """
    permissions.require(actor, "application.ask_confirmation", application)
    require_asked(application)
    if answers_in(application).missing():
        raise Invalid("not_complete_yet")
    confirmers = [user for user in confirmers_of(application) if user.id != actor.id]
    if not confirmers:
        invite_representative(application, actor)
    row = last_confirmation(application)
    if row is None or row.answered_at is not None:
        row = open_row(application, actor)
    row.asked_at, row.asked_by_id = clock.now(), actor.id
    write_versions(row, application)
    db.session.flush()
    audit.record("application.ask_confirmation", application, actor)
    tell(confirmers, "confirmation_asked", application, row, asker=actor.name)
    return row


def require_asked(application: Application) -> None:
    """Lock a draft whose call wants a confirmation; refuse any other."""
    hold_draft(application)
    if not needs_confirmation(application):
        raise WrongState("confirmation_not_asked")


def open_row(application: Application, actor: Any) -> Confirmation:
    """Begin a confirmation, not answered yet."""
    row = Confirmation(
        application_id=application.id,
        asked_at=clock.now(),
        asked_by_id=actor.id,
        answered_at=None,
        answered_by_id=None,
        verdict=None,
        answers_version=application.answer_set.version,
        profile_version=application.applicant.version,
    )
    db.session.add(row)
    db.session.flush()
    return row


def write_versions(row: Confirmation, application: Application) -> None:
    """Note to which answers and to which profile the word belongs."""
    row.answers_version = application.answer_set.version
    row.profile_version = application.applicant.version


def invite_representative(application: Application, actor: Any) -> None:
    """Invite the address in the profile to sign, unless it has been or is the asker's own."""
    email = application.applicant.email
    key = engine.email_key(email)
    waiting = (each for each in application.collaborators if each.is_waiting)
    if any(each.right is Right.SIGN for each in waiting):
        return
    if key == actor.email_key:
        raise Invalid("nobody_to_confirm")
    write_invitation(application, email, Right.SIGN, actor)


def tell(
    people: list[User], template: str, application: Application, row: Confirmation, **facts: Any
) -> None:
    """Write to all of them, once for each asking and each answer."""
    moment = row.answered_at or row.asked_at
    for user in people:
        mail_person(user, template, application, f"{row.id}:{moment.isoformat()}", **facts)


@transaction()
def confirm_application(application: Application, actor: Any, version: int) -> Confirmation:
    """Confirm the application as it was seen; Invalid `confirmation_changed` when it has moved on.

    `version` is that of the answers on the page that was read.
    """
    permissions.require(actor, "application.confirm", application)
    require_asked(application)
    if version != application.answer_set.version:
        raise Invalid("confirmation_changed")
    if answers_in(application).missing():
        raise Invalid("not_complete_yet")
    return answer(application, actor, Verdict.CONFIRMED, "")


def confirm_by_sending(application: Application, actor: Any) -> Confirmation:
    """Write down the word of a representative who is sending; inside the deed of sending."""
    standing = last_confirmation(application)
    if standing is not None and holds_now(standing, application):
        return standing
    return answer(application, actor, Verdict.CONFIRMED, "")


@transaction()
def send_back_application(application: Application, actor: Any, reason: str) -> Confirmation:
    """Send the application back to who fills it in, with what is to be corrected."""
    permissions.require(actor, "application.confirm", application)
    require_asked(application)
    if not reason.strip():
        raise Invalid("sent_back_reason", "reason")
    text = parse.free_text(reason, LONGEST_REASON)
    return answer(application, actor, Verdict.SENT_BACK, text)


def answer(application: Application, actor: Any, verdict: Verdict, reason: str) -> Confirmation:
    """Write the answer down; who asked is told."""
    row = last_confirmation(application)
    if row is None or row.answered_at is not None:
        row = open_row(application, actor)
    row.answered_at, row.answered_by_id = clock.now(), actor.id
    row.verdict, row.reason = verdict, reason
    write_versions(row, application)
    db.session.flush()
    audit.record(
        "application.confirm" if verdict is Verdict.CONFIRMED else "application.send_back",
        application,
        actor,
        facts={"answers": row.answers_version},
    )
    if row.asked_by_id != actor.id:
        template = "confirmation_given" if verdict is Verdict.CONFIRMED else "confirmation_refused"
        tell([row.asked_by], template, application, row, person=actor.name, reason=reason)
    return row
