"""Who acts for a body: inviting an address, coming in by the link, ending it at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal import audit, clock, outbox, permissions
from portal.accounts import engine
from portal.accounts.models import User
from portal.accounts.queries import user_by_email
from portal.accounts.services import mail_link, take_invitation
from portal.db import db, lock, transaction
from portal.errors import Invalid, declare, mark
from portal.registry.models import Applicant, Mandate, MandateInvitation, MandateKind
from portal.registry.queries import (
    QUALITY_LABELS,
    invitations_of,
    live_mandate_invitation,
    mandate_of,
)
from portal.workflow import announce

MOST_PEOPLE = 20

declare(
    {
        "acts_already": mark("Who has this address acts for the applicant and can do everything."),
        "mandate_day_past": mark("The last day must be still to come."),
        "mandate_day_own": mark("You act for this body yourself until %(day)s, no longer."),
        "mandate_last": mark(
            "Somebody must go on acting for this body without a last day. Invite who comes after "
            "you first."
        ),
        "mandate_people": mark("At most %(maximum)s people act for a body or are invited to."),
    }
)


@transaction()
def invite_person(
    applicant: Applicant, email: str, kind: MandateKind, last_day: date | None, actor: Any
) -> MandateInvitation:
    """Invite an address to act for a body, with a mail whose link is good once, for 14 days."""
    permissions.require(actor, "applicant.invite", applicant)
    lock(applicant)
    require_room(applicant, email)
    require_day(applicant, last_day, actor)
    now = clock.now()
    invitation = MandateInvitation(
        applicant=applicant,
        kind=MandateKind(kind),
        last_day=last_day,
        email=email,
        email_key=engine.email_key(email),
        invited_at=now,
        invited_by_id=actor.id,
        expires_at=now,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record("applicant.invite", applicant, actor, facts=facts_of(invitation))
    mail_invitation(invitation, actor)
    return invitation


def require_room(applicant: Applicant, email: str) -> None:
    """Refuse who acts for the body or is invited already, and more people than a body has."""
    waiting = invitations_of(applicant)
    known = user_by_email(email)
    if known is not None and known.id in applicant.owner_ids:
        raise Invalid("acts_already", "email")
    if any(each.email_key == engine.email_key(email) for each in waiting):
        raise Invalid("invited_already", "email")
    if len(waiting) + len(applicant.owner_ids) >= MOST_PEOPLE:
        raise Invalid("mandate_people", "email", maximum=MOST_PEOPLE)


def require_day(applicant: Applicant, last_day: date | None, actor: Any) -> None:
    """Refuse a last day that is past, and one beyond that of who invites."""
    if last_day is not None and last_day < clock.today():
        raise Invalid("mandate_day_past", "last_day")
    own = mandate_of(applicant, actor)
    limit = own.last_day if own else None
    if limit is not None and (last_day is None or last_day > limit):
        raise Invalid("mandate_day_own", "last_day", day=limit)


def mail_invitation(invitation: MandateInvitation, actor: Any) -> None:
    """Mail the invitation with a new link."""
    mail_link(
        invitation,
        "mandate_invited",
        actor,
        quality=QUALITY_LABELS[invitation.kind],
        applicant=invitation.applicant.name,
        last_day=invitation.last_day,
    )


@transaction()
def resend_mandate_invitation(invitation: MandateInvitation, actor: Any) -> None:
    """Send the invitation again, with a new link; it is now of who sends it again."""
    permissions.require(actor, "applicant.invite", invitation.applicant)
    lock(invitation)
    if invitation.is_waiting:
        require_day(invitation.applicant, invitation.last_day, actor)
        invitation.invited_by_id = actor.id
        mail_invitation(invitation, actor)
        audit.record(
            "applicant.invite_again", invitation.applicant, actor, facts=facts_of(invitation)
        )


@transaction()
def withdraw_invitation(invitation: MandateInvitation, actor: Any) -> None:
    """Withdraw an invitation: its link opens nothing any more."""
    permissions.require(actor, "applicant.invite", invitation.applicant)
    lock(invitation)
    if invitation.is_waiting:
        invitation.ended_at, invitation.token_hash = clock.now(), None
        audit.record(
            "applicant.withdraw_invitation", invitation.applicant, actor, facts=facts_of(invitation)
        )


@transaction()
def accept_mandate(token: str, actor: User) -> Mandate:
    """Begin to act for a body, by a link sent to the very address of one's account."""
    lock(live_mandate_invitation(token).applicant)
    live_mandate_invitation(token)
    invitation = take_invitation(MandateInvitation, token, actor)
    applicant = invitation.applicant
    if mandate_of(applicant, actor) is not None:
        raise Invalid("acts_already")
    mandate = Mandate(
        user_id=actor.id,
        kind=invitation.kind,
        started_at=clock.now(),
        ended_at=None,
        last_day=invitation.last_day,
        invitation_id=invitation.id,
    )
    applicant.mandates.append(mandate)
    db.session.flush()
    audit.record("applicant.join", applicant, actor, facts=facts_of(invitation))
    announce("applicant.join", applicant, actor)
    mail_about(mandate, invitation.invited_by, "mandate_joined", person=actor.name)
    return mandate


@transaction()
def end_mandate(mandate: Mandate, actor: Any) -> None:
    """End what somebody may do for a body, with effect at once: representatives, or oneself.

    The last one who acts without a last day stays. What he invited to falls with him.
    """
    applicant = mandate.applicant
    is_own = mandate.user_id == actor.id
    deed = "applicant.leave" if is_own else "applicant.end_mandate"
    permissions.require(actor, deed, applicant)
    lock(applicant)
    if not mandate.is_in_force:
        return
    others = [each for each in applicant.mandates if each.is_in_force and each is not mandate]
    if all(each.last_day is not None for each in others):
        raise Invalid("mandate_last")
    mandate.ended_at = clock.now()
    db.session.flush()
    facts = {"mandate": mandate.id, "person": mandate.user_id, "kind": mandate.kind}
    if not is_own:
        audit.record("applicant.end_mandate", applicant, actor, facts=facts)
        mail_about(mandate, mandate.user, "mandate_ended")
        return
    audit.record("applicant.leave", applicant, actor, facts=facts)
    for each in others:
        if each.kind is not MandateKind.DELEGATE:
            mail_about(mandate, each.user, "mandate_left", person=actor.name)


def mail_about(mandate: Mandate, reader: User, template: str, **facts: Any) -> None:
    """Write to somebody about who acts for a body, in his language."""
    applicant = mandate.applicant
    outbox.write_to(
        reader,
        template,
        f"{template}:{mandate.id}:{reader.id}",
        applicant=applicant.name,
        public_id=applicant.public_id,
        **facts,
    )


def facts_of(invitation: MandateInvitation) -> dict[str, Any]:
    """Return what the trail says of an invitation: an id, never an address."""
    return {
        "invitation": invitation.id,
        "kind": invitation.kind,
        "last_day": invitation.last_day,
    }
