"""Later closings: for all, or for one applicant. A closing never comes nearer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import audit, clock, parse, permissions
from portal.calls.engine.acts import read_act
from portal.calls.models import Call, CallExtension
from portal.calls.queries import closing_for
from portal.calls.services.publishing import read_reason
from portal.calls.states import CallState
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState, beside, declare, mark
from portal.registry.models import Applicant
from portal.workflow import announce

declare(
    {
        "extension_no_closing": mark("This call has no closing day: there is nothing to extend."),
        "extension_not_later": mark("The new closing must come after %(closes_at)s."),
        "extension_past": mark("The new closing must be in the future."),
        "extension_state": mark("Only a published call can be extended."),
        "applicant_unknown": mark("No profile of the portal has this tax code."),
    }
)


@transaction()
def extend_call(
    call: Call, actor: Any, closes_at: datetime, reason: str, act: Mapping[str, str], seen: int
) -> CallExtension:
    """Let everybody send until later, by an act; judged under the lock that submissions take.

    `seen` is the version of the call that the page showed: Stale when it has moved on.
    """
    permissions.require(actor, "call.extend", call)
    lock(call)
    if call.version != seen:
        raise Stale
    require_later(call, call.closes_at, closes_at)
    extension = CallExtension(
        call_id=call.id,
        closed_before=call.closes_at,
        closes_at=closes_at,
        reason=read_reason(reason),
        act=read_act(act),
        decided_at=clock.now(),
        decided_by_id=actor.id,
    )
    call.closes_at = closes_at
    db.session.add(extension)
    db.session.flush()
    facts = {"closed_before": extension.closed_before, "closes_at": closes_at}
    audit.record("call.extend", call, actor, facts=facts)
    announce("call.extend", call, actor, extension=extension)
    return extension


@transaction()
def extend_call_for(
    call: Call, actor: Any, tax_code: str, closes_at: datetime, reason: str
) -> list[CallExtension]:
    """Let one applicant send until later: every profile with this tax code."""
    permissions.require(actor, "call.extend_for", call)
    told = read_reason(reason)
    lock(call)
    applicants = applicants_with(tax_code)
    require_later(call, max_closing(call, applicants), closes_at)
    made = []
    for applicant in applicants:
        extension = CallExtension(
            call_id=call.id,
            applicant=applicant,
            closed_before=closing_for(call, applicant),
            closes_at=closes_at,
            reason=told,
            decided_at=clock.now(),
            decided_by_id=actor.id,
        )
        db.session.add(extension)
        db.session.flush()
        facts = {"applicant": applicant.id, "closes_at": closes_at}
        audit.record("call.extend_for", call, actor, facts=facts)
        announce("call.extend_for", call, actor, extension=extension)
        made.append(extension)
    return made


def require_later(call: Call, before: datetime | None, after: datetime) -> None:
    """Refuse a closing that is no later than the one that holds, or has already gone by."""
    if call.state is not CallState.PUBLISHED:
        raise WrongState("extension_state")
    if before is None:
        raise Invalid("extension_no_closing")
    if after <= before:
        raise Invalid("extension_not_later", "closes_at", closes_at=before)
    if after <= clock.now():
        raise Invalid("extension_past", "closes_at")


def applicants_with(tax_code: str) -> list[Applicant]:
    """Return the profiles with this tax code, or refuse where there is none."""
    with beside("tax_code"):
        code = parse.tax_code(tax_code)
    profiles = select(Applicant).where(Applicant.tax_code == code, Applicant.is_test.is_(False))
    found = list(db.session.scalars(profiles.order_by(Applicant.id)))
    if not found:
        raise Invalid("applicant_unknown", "tax_code")
    return found


def max_closing(call: Call, applicants: list[Applicant]) -> datetime | None:
    """Return the latest closing that holds for one of the profiles."""
    closings = [closing_for(call, applicant) for applicant in applicants]
    return max((each for each in closings if each is not None), default=None)
