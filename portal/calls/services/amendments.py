"""Amending a published call: a working copy, then a new version by an act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import audit, clock, permissions
from portal.calls.engine import (
    CallDefinition,
    definition_of,
    dump_call,
    read_call,
)
from portal.calls.engine.acts import read_act
from portal.calls.engine.amending import changes_between, require_amendable
from portal.calls.models import Call, CallAmendment, CallVersion
from portal.calls.queries import amendment_definition, amendment_of, versions_of
from portal.calls.services.calls import fill_call
from portal.calls.services.publishing import read_reason
from portal.calls.states import CallState
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState, declare, mark
from portal.questionnaires.models import FormDefinition
from portal.questionnaires.services import freeze_form_definition, save_form_definition
from portal.workflow import announce

AMENDABLE = frozenset({CallState.PUBLISHED, CallState.EXHAUSTED})

declare(
    {
        "amendment_empty": mark("The working copy says what the call says already."),
        "amendment_none": mark("There is no working copy: open one first."),
        "amendment_state": mark("Only a published call is amended; a draft is simply changed."),
    }
)


@transaction()
def open_amendment(call: Call, actor: Any) -> CallAmendment:
    """Make a working copy of a published call, or return the one that stands."""
    require_amending(call, actor)
    standing = amendment_of(call)
    if standing is not None:
        return standing
    now = clock.now()
    amendment = CallAmendment(
        call_id=call.id,
        definition=dump_call(definition_of(call)),
        opened_at=now,
        opened_by_id=actor.id,
        saved_at=now,
        saved_by_id=actor.id,
    )
    db.session.add(amendment)
    db.session.flush()
    audit.record("call.open_amendment", call, actor)
    return amendment


@transaction()
def save_amendment(
    call: Call, actor: Any, source: str | Mapping[str, Any], seen: int
) -> CallAmendment:
    """Put a file, or its mapping, in the place of the working copy.

    DefinitionError says where the file is wrong; Invalid which part of a published call it would
    change that can't change. Stale when somebody has saved since version `seen`.
    """
    amendment = hold_amendment(call, actor, seen)
    found = read_call(source)
    definition = dump_call(found)
    require_amendable(dump_call(definition_of(call)), definition, clock.now())
    amendment.definition = definition
    amendment.saved_at, amendment.saved_by_id = clock.now(), actor.id
    db.session.flush()
    return amendment


@transaction()
def discard_amendment(call: Call, actor: Any) -> None:
    """Put the working copy away; the call stays as it is."""
    require_amending(call, actor)
    amendment = amendment_of(call)
    if amendment is not None:
        db.session.delete(amendment)
        audit.record("call.discard_amendment", call, actor)


@transaction()
def publish_amendment(
    call: Call, actor: Any, reason: str, act: Mapping[str, str], seen: int
) -> CallVersion:
    """Make the working copy the call's next version, by an act; drafts follow, what was sent stays.

    The window is the call's own: an extension decided meanwhile is kept.
    """
    amendment = hold_amendment(call, actor, seen)
    told, deed = read_reason(reason), read_act(act)
    before = dump_call(definition_of(call))
    found = read_call(amendment_definition(call, amendment))
    after = dump_call(found)
    require_amendable(before, after, clock.now())
    changes = changes_between(before, after)
    if not changes:
        raise Invalid("amendment_empty")
    standing = versions_of(call) or [keep_first(call, before)]
    take_over(call, found)
    version = keep_version(
        call,
        after,
        number=standing[-1].number + 1,
        changes=changes,
        reason=told,
        act=deed,
        published_at=clock.now(),
        published_by_id=actor.id,
    )
    db.session.delete(amendment)
    db.session.flush()
    audit.record("call.amend", call, actor, facts={"version": version.number})
    announce("call.amend", call, actor, version=version)
    return version


def require_amending(call: Call, actor: Any) -> None:
    """Lock the call for an amendment; WrongState where it isn't published."""
    permissions.require(actor, "call.amend", call)
    lock(call)
    if call.state not in AMENDABLE:
        raise WrongState("amendment_state")


def hold_amendment(call: Call, actor: Any, seen: int) -> CallAmendment:
    """Lock call and working copy, as the page saw it."""
    require_amending(call, actor)
    amendment = amendment_of(call)
    if amendment is None:
        raise WrongState("amendment_none")
    lock(amendment)
    if amendment.version != seen:
        raise Stale
    return amendment


def keep_first(call: Call, definition: Mapping[str, Any]) -> CallVersion:
    """Keep the call as it was published: before its first amendment there is one version only."""
    return keep_version(
        call, definition, number=1, changes=[], published_at=call.published_at or clock.now()
    )


def keep_version(call: Call, definition: Mapping[str, Any], **facts: Any) -> CallVersion:
    """Keep what the call says now as a version that nothing changes."""
    version = CallVersion(
        call_id=call.id,
        definition=dict(definition),
        form_definition_id=call.form_definition_id,
        **facts,
    )
    db.session.add(version)
    db.session.flush()
    return version


def take_over(call: Call, found: CallDefinition) -> None:
    """Fill the call with what the working copy says; window and criteria stay to the letter."""
    window = (call.opens_at, call.closes_at)
    call.form_definition = frozen_form(call, found)
    fill_call(call, found)
    call.opens_at, call.closes_at = window
    db.session.flush()


def frozen_form(call: Call, found: CallDefinition) -> FormDefinition:
    """Return the form of the new version: the one that stands where no question changed."""
    if found.form_definition == call.form_definition.definition:
        return call.form_definition
    form = save_form_definition(found.blueprint, found.form_definition)
    freeze_form_definition(form)
    return form
