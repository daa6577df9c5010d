"""The calls for programs: what every visitor reads, and drafts for who manages them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint

from portal.api.operations import Listed, cut, operation
from portal.api.schemas import PageArgs, Word
from portal.calls import engine, queries
from portal.calls.schemas.answers import CallDetail, CallLine
from portal.calls.states import Phase
from portal.i18n import lazy
from portal.web import access, actor

blueprint = Blueprint("calls_api", __name__)

LINE = ("code", "title", "summary", "opens_at", "closes_at")
AMOUNTS = ("budget", "lowest_amount", "highest_amount")
WHOLE = ("state", "names_hidden", "one_per_applicant")


class CallArgs(PageArgs):
    """Which calls are asked for."""

    phase = Word(Phase)


@blueprint.get("/api/v1/calls")
@access("call.read", scope="calls:read")
@operation(lazy("The published calls: open, coming, closed"), CallLine, CallArgs, is_list=True)
def list_calls(args: Mapping[str, Any]) -> Listed:
    """List the published calls."""
    by_phase = queries.public_calls()
    wanted = [args["phase"]] if "phase" in args else [Phase.OPEN, Phase.COMING, Phase.CLOSED]
    return cut([line(call) for phase in wanted for call in getattr(by_phase, phase)], args)


@blueprint.get("/api/v1/calls/<code>")
@access("call.read", scope="calls:read")
@operation(lazy("A call with its service sheet, its form and its grid"), CallDetail)
def show_call(code: str) -> dict[str, Any]:
    """Show a call whole."""
    return whole(queries.get_call(code, actor()))


def line(call: Any) -> dict[str, Any]:
    """Return a call as lists show it."""
    found = {name: getattr(call, name) for name in (*LINE, *AMOUNTS)}
    words = {"strand": call.strand.value, "kind": call.kind.value}
    return found | words | {"phase": queries.phase_of(call).value}


def whole(call: Any) -> dict[str, Any]:
    """Return all that is said of a call."""
    rules = call.rules
    return {
        **line(call),
        **{name: getattr(call, name) for name in WHOLE},
        "threshold": Decimal(call.threshold_hundredths) / 100,
        "applicants": sorted(engine.eligible_types(call)),
        "decision_due_on": engine.decision_due_on(call),
        **{name: rules.get(name, {}) for name in ("office", "sheet", "privacy")},
        "checklist": rules.get("checklist", []),
        "form": call.form_definition.definition,
        "grid": call.grid_definition.definition,
    }
