"""Calls come from files, as drafts, and are published by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import audit, clock, permissions
from portal.calls.engine import CallDefinition, read_call
from portal.calls.models import Call, Strand
from portal.calls.schemas.procedure import CallKind
from portal.calls.states import CALL, CallState
from portal.db import db, lock, transaction
from portal.definitions import DefinitionError
from portal.errors import declare, mark
from portal.grids.services import save_grid_definition
from portal.questionnaires.services import save_form_definition

declare(
    {
        "call_code_taken": mark(
            "A call with this code has been published: it can't be replaced by a file."
        )
    }
)


@transaction()
def import_call(definition: Mapping[str, Any], actor: Any) -> Call:
    """Make a draft call of a definition, or replace the draft that has its code.

    DefinitionError (an Invalid) names the path of what is wrong. Form and grid are kept under the
    name of the blueprint: two calls with the same form share it.
    """
    found = read_call(definition)
    call = draft_to_fill(found.code, actor)
    form = save_form_definition(found.blueprint, found.form_definition)
    grid = save_grid_definition(found.blueprint, found.grid_definition)
    call.form_definition, call.grid_definition = form, grid
    fill_call(call, found)
    permissions.require(actor, "call.import", call)
    db.session.add(call)
    db.session.flush()
    facts = {"opens_at": call.opens_at, "closes_at": call.closes_at}
    audit.record("call.import", call, actor, facts=facts)
    return call


def draft_to_fill(code: str, actor: Any) -> Call:
    """Return the draft of this code, or a new one that the session doesn't hold yet."""
    call = db.session.scalar(select(Call).where(Call.code == code))
    if call is None:
        return Call(code=code, state=CallState.DRAFT)
    lock(call)
    permissions.require(actor, "call.import", call)
    if call.state is not CallState.DRAFT:
        raise DefinitionError("call.code", "call_code_taken")
    return call


def fill_call(call: Call, found: CallDefinition) -> None:
    """Set what the file says beside form and grid."""
    call.strand = Strand(found.strand)
    call.kind = CallKind(found.kind)
    call.opens_at, call.closes_at = found.opens_at, found.closes_at
    call.threshold_hundredths = found.threshold_hundredths
    call.rules = dict(found.rules)
    for name, value in found.columns.items():
        setattr(call, name, value)


@transaction()
def publish_call(call: Call, actor: Any) -> None:
    """Show the call to everybody from now on; its form and its grid are frozen with it."""
    lock(call)
    CALL.advance(call, "publish", actor, published_at=clock.now())
