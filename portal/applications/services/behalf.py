"""An operator fills in an application for somebody: marked, told, and never judged by him."""

from __future__ import annotations

from typing import Any

from portal import audit, outbox, permissions
from portal.accounts import engine
from portal.accounts.queries import get_user
from portal.applications.models import Application
from portal.applications.queries import applications_to, owners_of
from portal.applications.services.collaborators import mail_person, write_invitation
from portal.applications.services.drafts import open_draft
from portal.calls.models import Call
from portal.db import lock, transaction
from portal.errors import Invalid, declare, mark
from portal.permissions import Right
from portal.registry.models import Applicant

declare(
    {
        "started_by_others": mark(
            "An application of this applicant to this call has been started already, and it is "
            "not one of yours. Help by telephone, or ask to be invited to it."
        )
    }
)


@transaction()
def start_on_behalf(
    call: Call, applicant: Applicant, actor: Any, privacy_version: str
) -> Application:
    """Open a draft that the operator fills in for the applicant, or return the one he opened.

    Those who act for the applicant are told by mail; without any, the address in the profile is
    invited to read, confirm and send it.
    """
    permissions.require(actor, "application.assist", call)
    lock(applicant)
    started = applications_to(call, applicant)
    own = [each for each in started if each.on_behalf_by_id == actor.id]
    if own:
        return own[-1]
    if started and call.one_per_applicant:
        raise Invalid("started_by_others", "applicant")
    slot = started[-1].slot + 1 if started else 1
    application = open_draft(
        call, applicant, actor, privacy_version, slot=slot, on_behalf_by_id=actor.id
    )
    audit.record("application.assist", application, actor)
    tell_applicant(application, actor)
    return application


def tell_applicant(application: Application, actor: Any) -> None:
    """Write to those it is for; an operator who is the applicant's own address invites nobody."""
    owners = [user for user in owners_of(application) if user.id != actor.id]
    for user in owners:
        mail_person(user, "application_assisted", application, "start", operator=actor.name)
    email = application.applicant.email
    if owners or engine.email_key(email) == actor.email_key:
        return
    write_invitation(application, email, Right.SIGN, actor)


def tell_sent(application: Application, actor: Any, protocol: str) -> None:
    """Tell the person that the operator has sent the application, inside the deed of sending."""
    operator_id = application.on_behalf_by_id
    if operator_id is None or operator_id != actor.id or not application.applicant.email:
        return
    outbox.queue_mail(
        "application_sent_for_you",
        application.applicant.email,
        f"application_sent_for_you:{application.practice_code}:{protocol}",
        language="it",
        operator=get_user(operator_id).name,
        applicant=application.applicant.name,
        practice_code=application.practice_code,
        call_title=application.call.title,
        protocol=protocol,
    )
