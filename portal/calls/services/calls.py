"""Calls come from files, as drafts, and are published by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import audit, permissions
from portal.calls.engine import CallDefinition, read_call
from portal.calls.models import Call, Strand
from portal.calls.schemas.procedure import CallKind
from portal.calls.states import CallState
from portal.db import db, lock, transaction
from portal.definitions import DefinitionError
from portal.errors import declare, mark
from portal.grids.models import GridDefinition
from portal.grids.services import save_grid_definition, thaw_areas
from portal.questionnaires.models import FormDefinition
from portal.questionnaires.services import edit_form_definition, save_form_definition

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
    name of the blueprint. A draft has a form of its own, edited in place.
    """
    found = read_call(definition)
    call = draft_to_fill(found.code, actor)
    form, grid = keep_form(call, found), keep_grid(found)
    call.form_definition, call.grid_definition = form, grid
    fill_call(call, found)
    permissions.require(actor, "call.import", call)
    db.session.add(call)
    db.session.flush()
    facts = {"opens_at": call.opens_at, "closes_at": call.closes_at}
    audit.record("call.import", call, actor, facts=facts)
    return call


def keep_form(call: Call, found: CallDefinition) -> FormDefinition:
    """Edit the form of a draft in place; a call without one, or with a frozen one, gets another."""
    standing: FormDefinition | None = call.form_definition
    if standing is None or standing.frozen_at is not None:
        return save_form_definition(found.blueprint, found.form_definition)
    return edit_form_definition(standing, found.form_definition, standing.revision)


def keep_grid(found: CallDefinition) -> GridDefinition:
    """Keep the grid of a draft: its priority areas are those of the table until it is published."""
    return save_grid_definition(found.blueprint, thaw_areas(found.grid_definition))


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
