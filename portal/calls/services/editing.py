"""New calls, and changes to those that are drafts: always through the checks of a whole file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portal import audit, permissions
from portal.calls.engine import definition_of, dump_call, read_call
from portal.calls.models import Call
from portal.calls.services.calls import fill_call, import_call, keep_form, keep_grid
from portal.calls.states import CallState
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState, declare, mark

# What a new call doesn't take over from an earlier one: it is of that one alone.
OWN = ("acts", "assessment_windows", "cup")

declare(
    {
        "call_code_used": mark("There is a call with this code already: choose another one."),
        "call_not_draft": mark(
            "This call is no longer a draft: what it says changes only by an amendment."
        ),
    }
)


@transaction()
def create_call(definition: Mapping[str, Any], actor: Any) -> Call:
    """Make a new draft of a definition; its code must be free."""
    permissions.require(actor, "call.import")
    code = definition.get("code")
    if code is not None and db.session.scalar(select(Call.id).where(Call.code == str(code))):
        raise Invalid("call_code_used", "code")
    return import_call(definition, actor)


def definition_to_reuse(call: Call) -> dict[str, Any]:
    """Return the definition of an earlier call without what is of that one alone."""
    found = dump_call(definition_of(call))
    return {name: value for name, value in found.items() if name not in OWN}


@transaction()
def edit_call(call: Call, definition: Mapping[str, Any], actor: Any, seen: int) -> None:
    """Let a draft say what the definition says, under the code it has.

    `seen` is the version that the page showed: Stale when the call has moved on, WrongState when it
    is no draft. DefinitionError names each path that is wrong.
    """
    permissions.require(actor, "call.edit", call)
    lock(call)
    require_draft(call)
    if call.version != seen:
        raise Stale
    found = read_call({**definition, "code": call.code})
    call.form_definition = keep_form(call, found)
    call.grid_definition = keep_grid(found)
    fill_call(call, found)
    flag_modified(call, "rules")
    permissions.require(actor, "call.edit", call)
    db.session.flush()
    audit.record("call.edit", call, actor)


def require_draft(call: Call) -> None:
    """Refuse what changes only by an amendment."""
    if call.state is not CallState.DRAFT:
        raise WrongState("call_not_draft")
