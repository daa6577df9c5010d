"""Saving form and grid of a call from the builder's pages: always through the checks of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.calls.engine import definition_of, dump_call
from portal.calls.models import Call
from portal.calls.queries.building import bench_of
from portal.calls.services.amendments import save_amendment
from portal.calls.services.editing import edit_call
from portal.db import transaction


@transaction()
def save_form(call: Call, actor: Any, form: Mapping[str, Any], seen: int) -> None:
    """Let a draft, or the working copy of a published call, ask what this form asks.

    `seen` is the version that the page showed: Stale when somebody has saved since. Raises
    DefinitionError with the path of each mistake, also in what depends on what has changed.
    """
    bench = bench_of(call)
    definition = {**bench.definition, "form": form}
    if bench.is_amendment:
        save_amendment(call, actor, definition, seen)
    else:
        edit_call(call, definition, actor, seen)


@transaction()
def save_grid(call: Call, actor: Any, grid: Mapping[str, Any], seen: int) -> None:
    """Let a draft be judged by this grid; that of a published call never changes.

    `seen` is the version that the page showed: Stale when somebody has saved since. Raises
    DefinitionError with the path of each mistake.
    """
    definition = dump_call(definition_of(call))
    edit_call(call, {**definition, "grid": grid}, actor, seen)
