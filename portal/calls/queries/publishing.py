"""Whether a call can be published: the list of checks, with what the database knows."""

from __future__ import annotations

from sqlalchemy import select

from portal.calls.engine.checks import Check, checks_of
from portal.calls.models import Call, CallFile
from portal.calls.queries.money import money_obstacle
from portal.db import db
from portal.grids.queries import list_areas


def publishing_checks(call: Call) -> list[Check]:
    """Return every check before publication, met or not: three queries."""
    current = (CallFile.call_id == call.id, CallFile.removed_at.is_(None))
    uploaded = db.session.scalars(select(CallFile.key).where(*current))
    areas = {each.key: each.is_example for each in list_areas() if each.ended_at is None}
    return checks_of(call, uploaded, money_obstacle(call), areas)


def blockers_of(checks: list[Check]) -> list[Check]:
    """Return what keeps a call from being published."""
    return [check for check in checks if check.is_needed and not check.is_met]


def warnings_of(checks: list[Check]) -> list[Check]:
    """Return what should be looked at before a call is published."""
    return [check for check in checks if not check.is_needed and not check.is_met]
