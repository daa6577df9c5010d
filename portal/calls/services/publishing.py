"""How a call is published, how it ends early, and how one without money opens again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import clock, parse, permissions
from portal.calls.engine.acts import read_act
from portal.calls.models import Call
from portal.calls.queries import blockers_of, publishing_checks, warnings_of
from portal.calls.states import CALL, CallState
from portal.db import lock, transaction
from portal.errors import Invalid, Stale, beside, declare, mark
from portal.grids.services import freeze_areas
from portal.questionnaires.services import freeze_form_definition

LONGEST_REASON = 2_000

declare(
    {
        "call_not_ready": mark(
            "The call can't be published yet: %(count)s things have to be put right first."
        ),
        "call_warnings": mark("Say that you have looked at what is marked."),
    }
)


@transaction()
def publish_call(call: Call, actor: Any, despite_warnings: bool = True) -> None:
    """Show the call to everybody from now on; its form and its grid are frozen with it.

    Refused while something is missing; and, unless told otherwise, despite nothing but warnings.
    """
    lock(call)
    permissions.require(actor, "call.publish", call)
    CALL.require_open(call, "publish")
    checks = publishing_checks(call)
    blockers = blockers_of(checks)
    if blockers:
        raise Invalid("call_not_ready", count=len(blockers))
    if warnings_of(checks) and not despite_warnings:
        raise Invalid("call_warnings", "despite_warnings")
    freeze_form_definition(call.form_definition)
    call.grid_definition = freeze_areas(call.grid_definition)
    CALL.advance(call, "publish", actor, published_at=clock.now())


@transaction()
def cancel_call(call: Call, actor: Any, reason: str, act: Mapping[str, str], seen: int) -> None:
    """Stop a published call: it stays readable with the reason, and takes no applications."""
    told, deed = read_reason(reason), read_act(act)
    lock(call)
    if call.version != seen:
        raise Stale
    CALL.advance(
        call,
        "cancel",
        actor,
        cancelled_at=clock.now(),
        cancel_reason=told,
        cancel_act=deed,
    )


@transaction()
def exhaust_call(call: Call, actor: Any) -> None:
    """Close a published call whose money is used up; nothing happens where it is closed so."""
    lock(call)
    if call.state is not CallState.EXHAUSTED:
        CALL.advance(call, "exhaust", actor)


@transaction()
def reopen_call(call: Call, actor: Any) -> None:
    """Open a call again that has money again; nothing happens where it isn't without money."""
    lock(call)
    if call.state is CallState.EXHAUSTED:
        CALL.advance(call, "reopen", actor)


def read_reason(text: str) -> str:
    """Return a reason as it is kept; it is never blank."""
    with beside("reason"):
        return parse.free_text(text, LONGEST_REASON)
