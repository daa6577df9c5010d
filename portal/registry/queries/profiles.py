"""Reading profiles: whose they are, and who else may see them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from portal import parse, permissions
from portal.db import db
from portal.errors import NotFound
from portal.files import StoredFile
from portal.i18n import _
from portal.permissions import Role
from portal.registry.engine import MUNICIPALITIES
from portal.registry.models import Applicant, ApplicantKind, Mandate, MandateKind

SEEING_ALL = frozenset({Role.STAFF, Role.AUDITOR})


def visible_applicants(user: Any) -> Select[Applicant]:
    """Select the profiles the user may see: the own ones; all of them for staff and auditors."""
    statement = select(Applicant).where(Applicant.is_test.is_(False))
    if any(held.role in SEEING_ALL for held in user.roles):
        return statement
    return statement.where(Applicant.id.in_(owned_ids(user)))


def get_applicant(public_id: str, user: Any) -> Applicant:
    """Return a profile the user may see, else NotFound."""
    statement = visible_applicants(user).where(Applicant.public_id == public_id)
    applicant = db.session.scalar(statement)
    if applicant is None:
        raise NotFound
    return applicant


def get_editable(public_id: str, user: Any) -> Applicant:
    """Return a profile the user may change; NotFound or Forbidden otherwise."""
    applicant = get_applicant(public_id, user)
    permissions.require(user, "applicant.edit", applicant)
    return applicant


def applicants_of(user: Any, kind: ApplicantKind | None = None) -> list[Applicant]:
    """Return the profiles the user acts for, of one kind if given, by name."""
    own = (Applicant.id.in_(owned_ids(user)), Applicant.is_test.is_(False))
    statement = select(Applicant).where(*own)
    if kind is not None:
        statement = statement.where(Applicant.kind == kind)
    return list(db.session.scalars(statement.order_by(Applicant.name, Applicant.id)))


def mandate_of(applicant: Applicant, user: Any) -> Mandate | None:
    """Return the standing mandate by which the user acts for the applicant."""
    standing = (m for m in applicant.mandates if m.user_id == user.id and m.is_in_force)
    return next(standing, None)


def quality_of(applicant: Applicant, user: Any) -> MandateKind | None:
    """Return in which quality the user acts for the applicant now; None when he doesn't."""
    mandate = mandate_of(applicant, user)
    return mandate.kind if mandate else None


def needs_proxy(applicant: Applicant, user: Any) -> bool:
    """Tell whether the user acts as a delegate and no proxy says so yet."""
    mandate = mandate_of(applicant, user)
    is_delegate = mandate is not None and mandate.kind is MandateKind.DELEGATE
    return is_delegate and proxy_of(applicant, user) is None


def proxy_of(applicant: Applicant, user: Any) -> StoredFile | None:
    """Return the proxy by which the user acts for the applicant."""
    mandate = mandate_of(applicant, user)
    return mandate.proxy_file if mandate else None


def owned_ids(user: Any) -> Select[int]:
    """Select the ids of the profiles that the user acts for now."""
    return select(Mandate.applicant_id).where(Mandate.user_id == user.id, Mandate.is_in_force)


def doubts_about(applicant: Applicant) -> list[str]:
    """Return what in a profile does not look right: to be looked at, never to be refused.

    Names are written in many ways, and people change them.
    """
    person = applicant.representative_name, applicant.representative_tax_code
    if applicant.kind == ApplicantKind.PERSON:
        person = applicant.name, applicant.tax_code
    name, code = (part or "" for part in person)
    if not code or parse.name_matches(code, name):
        return []
    text = _(
        "The codice fiscale %(code)s does not look like that of %(name)s.", code=code, name=name
    )
    return [text]


def profile_facts(applicant: Applicant) -> dict[str, str]:
    """Return what conditions of forms look at in a profile, as text."""
    place = MUNICIPALITIES.get(applicant.municipality_code)
    return {
        "organisation_type": applicant.organisation_type.value,
        "kind": applicant.kind.value,
        "area": place.area if place else "",
        "municipality_code": applicant.municipality_code,
    }
