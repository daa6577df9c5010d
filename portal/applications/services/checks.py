"""The formal check: item by item, then admitted or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import audit, clock, parse, permissions
from portal.applications.models import Application, CheckItem, CheckOutcome
from portal.applications.queries import (
    check_of,
    get_submission,
    mark_of_check,
)
from portal.applications.services.holding import hold
from portal.applications.services.telling import write_about
from portal.applications.states import APPLICATION, ApplicationState
from portal.calls.engine import checklist_of
from portal.db import db, lock, transaction
from portal.errors import Invalid, InvalidMany, Stale, WrongState, beside

LONGEST_REASON = 2_000


@transaction()
def start_check(application: Application, actor: Any) -> None:
    """Take the application in charge."""
    lock(application)
    APPLICATION.advance(application, "start_check", actor)


@transaction()
def record_check(
    application: Application,
    actor: Any,
    items: Mapping[str, tuple[str, str]],
    seen: str | None = None,
) -> None:
    """Keep outcome and reason of the items named; the others stay as they are.

    Raises InvalidMany, and keeps nothing, when an item not met has no reason (`reason_<key>`);
    Stale when the check no longer stands as the page saw it (`seen`, its mark).
    """
    permissions.require(actor, "application.start_check", application)
    lock(application)
    if application.state is not ApplicationState.FORMAL_CHECK:
        raise WrongState("check_not_open")
    lines = check_of(application)
    if seen not in (None, mark_of_check(lines)):
        raise Stale
    read = read_items(application, items)
    standing = {line.key: line.item for line in lines}
    for key, (outcome, reason) in read.items():
        item = standing[key]
        if item is None:
            item = CheckItem(application_id=application.id, item_key=key)
            db.session.add(item)
        item.outcome, item.reason = outcome, reason
        item.checked_at, item.checked_by_id = clock.now(), actor.id
    db.session.flush()
    audit.record("application.record_check", application, actor, facts=outcomes_of(read))


def read_items(
    application: Application, items: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[CheckOutcome, str]]:
    """Return the items as they are kept, or raise what is wrong with them."""
    known = {key for key, _text in checklist_of(application.call)}
    read: dict[str, tuple[CheckOutcome, str]] = {}
    errors: dict[str, Invalid] = {}
    for key, (outcome, reason) in items.items():
        try:
            if key not in known:
                raise Invalid("choice_unknown")
            read[key] = (CheckOutcome(parse.choice(outcome, list(CheckOutcome))), read_note(reason))
        except Invalid as refusal:
            errors[f"outcome_{key}"] = refusal
            continue
        if read[key][0] is CheckOutcome.NOT_MET and not read[key][1]:
            errors[f"reason_{key}"] = Invalid("reason_needed")
    if errors:
        raise InvalidMany(errors)
    return read


def read_note(text: str) -> str:
    """Return a reason as it is kept; it may be blank."""
    return parse.free_text(text, LONGEST_REASON) if text.strip() else ""


def outcomes_of(read: Mapping[str, tuple[CheckOutcome, str]]) -> dict[str, CheckOutcome]:
    """Return what the trail may hold: outcomes, not reasons."""
    return {key: outcome for key, (outcome, _reason) in read.items()}


@transaction()
def admit_application(application: Application, actor: Any) -> None:
    """Admit to the evaluation; refused while an item is not judged or not met."""
    permissions.require(actor, "application.admit", application)
    lock(application)
    APPLICATION.require_open(application, "admit")
    lines = check_of(application)
    if any(line.outcome is None for line in lines):
        raise Invalid("check_incomplete")
    if any(line.outcome is CheckOutcome.NOT_MET for line in lines):
        raise Invalid("check_not_met")
    APPLICATION.advance(application, "admit", actor, checked_at=clock.now())
    tell_applicant(application, "application_admitted")


@transaction()
def declare_inadmissible(application: Application, actor: Any, reason: str) -> None:
    """Close the application as not admissible, with the reason its applicant will read."""
    permissions.require(actor, "application.declare_inadmissible", application)
    hold(application)
    APPLICATION.require_open(application, "declare_inadmissible")
    with beside("reason"):
        told = parse.free_text(reason, LONGEST_REASON)
    APPLICATION.advance(
        application,
        "declare_inadmissible",
        actor,
        checked_at=clock.now(),
        outcome_reason=told,
    )
    tell_applicant(application, "application_inadmissible")


def tell_applicant(application: Application, template: str) -> None:
    """Write the mail of the outcome to who sent the application."""
    write_about(
        application,
        template,
        protocol=get_submission(application).protocol_entry.code,
        reason=application.outcome_reason or "",
    )
