"""How a published call ends early, and how one without money opens again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import clock, parse
from portal.calls.engine.acts import read_act
from portal.calls.models import Call
from portal.calls.states import CALL, CallState
from portal.db import lock, transaction
from portal.errors import Invalid, Stale

LONGEST_REASON = 2_000


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
    try:
        return parse.free_text(text, LONGEST_REASON)
    except Invalid as refusal:
        raise refusal.on("reason") from refusal
