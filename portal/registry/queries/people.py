"""Who acts for a body, who did, and who is invited to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock, permissions
from portal.accounts.queries import find_invitation
from portal.db import db
from portal.errors import Invalid, NotFound
from portal.files import StoredFile
from portal.i18n import lazy
from portal.registry.models import Applicant, ApplicantKind, Mandate, MandateInvitation, MandateKind
from portal.registry.models.invitations import WAITING
from portal.registry.queries.profiles import get_applicant

# In which quality somebody acts, in the words of a list and of a mail.
QUALITY_LABELS = {
    MandateKind.LEGAL_REPRESENTATIVE: lazy("Legal representative"),
    MandateKind.DELEGATE: lazy("Delegate, with a proxy"),
    MandateKind.SELF: lazy("For himself or herself"),
}


def get_body(public_id: str, user: Any, action: str = "applicant.read") -> Applicant:
    """Return a body on which the user may do `action`; NotFound or Forbidden otherwise."""
    applicant = get_applicant(public_id, user)
    if applicant.kind is not ApplicantKind.BODY:
        raise NotFound
    permissions.require(user, action, applicant)
    return applicant


def people_of(applicant: Applicant) -> list[Mandate]:
    """Return all mandates with their people, those in force first: one query."""
    statement = (
        select(Mandate)
        .where(Mandate.applicant_id == applicant.id)
        .options(joinedload(Mandate.user), joinedload(Mandate.proxy_file))
        .order_by(Mandate.started_at, Mandate.id)
    )
    return sorted(db.session.scalars(statement), key=lambda each: not each.is_in_force)


def invitations_of(applicant: Applicant) -> list[MandateInvitation]:
    """Return the invitations that nobody has accepted yet, the oldest first."""
    waiting = MandateInvitation.applicant_id == applicant.id, WAITING
    statement = select(MandateInvitation).where(*waiting).order_by(MandateInvitation.id)
    return list(db.session.scalars(statement))


def get_mandate(applicant: Applicant, mandate_id: int) -> Mandate:
    """Return a mandate in force for this applicant, or raise NotFound."""
    for each in applicant.mandates:
        if each.id == mandate_id and each.is_in_force:
            return each
    raise NotFound


def get_waiting(applicant: Applicant, invitation_id: int) -> MandateInvitation:
    """Return an invitation of this applicant that waits, or raise NotFound."""
    for each in invitations_of(applicant):
        if each.id == invitation_id:
            return each
    raise NotFound


def get_proxy_file(applicant: Applicant, file_public_id: str) -> StoredFile:
    """Return the proxy of somebody who acts or acted for the applicant, or raise NotFound."""
    for each in applicant.mandates:
        if each.proxy_file is not None and each.proxy_file.public_id == file_public_id:
            return each.proxy_file
    raise NotFound


def live_mandate_invitation(token: str) -> MandateInvitation:
    """Return the invitation that a link opens; Invalid `invitation_spent` otherwise.

    It falls with the one who wrote it, and with the last day it was for.
    """
    found = find_invitation(MandateInvitation, token)
    is_over = found.last_day is not None and found.last_day < clock.today()
    if is_over or found.invited_by_id not in found.applicant.representative_ids:
        raise Invalid("invitation_spent")
    return found
