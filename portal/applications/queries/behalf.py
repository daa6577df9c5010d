"""For whom, and to which calls, an operator may fill in an application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from portal import permissions
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.states import ApplicationState as S
from portal.calls.models import Call
from portal.calls.queries import get_call, public_calls
from portal.db import db
from portal.permissions import can
from portal.registry.models import Applicant, Mandate, MandateKind
from portal.registry.queries import visible_applicants

# The office looked at who applies, and let the application in.
PASSED = [S.ADMITTED, S.UNDER_EVALUATION, S.SELECTED, S.RESERVE, S.REFUSED]
VERIFIED = exists().where(Application.applicant_id == Applicant.id, Application.state.in_(PASSED))


@dataclass(frozen=True)
class Actor:
    """Somebody who acts for a profile, in which quality and since when."""

    name: str
    kind: MandateKind
    since: datetime


@dataclass(frozen=True)
class Profile:
    """A profile, who acts for it, and whether the office has verified it.

    It has where it admitted an application of it. Without that anybody may have written it.
    """

    applicant: Applicant
    actors: list[Actor]
    is_verified: bool


def assisted_calls(user: Any) -> list[Call]:
    """Return the open calls within the roles of an operator."""
    return [call for call in public_calls().open if can(user, "application.assist", call)]


def get_assisted_call(code: str, user: Any) -> Call:
    """Return a call to which the operator may fill in; NotFound or Forbidden otherwise."""
    call = get_call(code, user)
    permissions.require(user, "application.assist", call)
    return call


def profiles_with(tax_code: str, user: Any) -> list[Profile]:
    """Return the profiles with this code, by name, each with who acts for it."""
    permissions.require(user, "application.assist")
    statement = visible_applicants(user).where(Applicant.tax_code == tax_code)
    found = db.session.scalars(statement.order_by(Applicant.name, Applicant.id)).all()
    return _with_actors(found)


def assisted_profile(applicant: Applicant) -> Profile:
    """Return a profile with who acts for it."""
    return _with_actors([applicant])[0]


def _with_actors(applicants: Sequence[Applicant]) -> list[Profile]:
    """Return these profiles with who acts for each and whether it was verified: two queries."""
    ids = [each.id for each in applicants]
    rows = db.session.execute(
        select(Mandate, User.name)
        .join(User, User.id == Mandate.user_id)
        .where(Mandate.applicant_id.in_(ids), Mandate.is_in_force, User.disabled_at.is_(None))
        .order_by(User.name, Mandate.id)
    ).all()
    known = set(db.session.scalars(select(Applicant.id).where(Applicant.id.in_(ids), VERIFIED)))
    return [
        Profile(
            each,
            [Actor(name, row.kind, row.started_at) for row, name in rows if row.applicant is each],
            each.id in known,
        )
        for each in applicants
    ]


def verified_profile(tax_code: str) -> Applicant | None:
    """Return the one profile of this code that the office has verified, if there is one."""
    found = db.session.scalars(
        select(Applicant).where(Applicant.tax_code == tax_code, VERIFIED).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None
