"""For whom, and to which calls, an operator may fill in an application."""

from __future__ import annotations

from typing import Any

from portal import permissions
from portal.calls.models import Call
from portal.calls.queries import get_call, public_calls
from portal.db import db
from portal.permissions import can
from portal.registry.models import Applicant
from portal.registry.queries import visible_applicants


def assisted_calls(user: Any) -> list[Call]:
    """Return the open calls within the roles of an operator."""
    return [call for call in public_calls().open if can(user, "application.assist", call)]


def get_assisted_call(code: str, user: Any) -> Call:
    """Return a call to which the operator may fill in; NotFound or Forbidden otherwise."""
    call = get_call(code, user)
    permissions.require(user, "application.assist", call)
    return call


def profiles_with(tax_code: str, user: Any) -> list[Applicant]:
    """Return the profiles with this code, by name."""
    permissions.require(user, "application.assist")
    statement = visible_applicants(user).where(Applicant.tax_code == tax_code)
    return list(db.session.scalars(statement.order_by(Applicant.name, Applicant.id)))
