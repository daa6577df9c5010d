"""The page on which a grid is tried out: the same scores, other weights, nothing written."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import WrongState
from portal.evaluation import forms, queries
from portal.evaluation.queries.trying import try_grid as tried_places
from portal.evaluation.views.blueprint import asked_round, blueprint
from portal.grids.engine import tried_grid
from portal.web import access, actor, page


@blueprint.get("/gestione/avvisi/<code>/griglia/prova")
@access("results.read", logged="read")
def try_grid(code: str) -> ResponseReturnValue:
    """Show where everybody would stand under other weights; the address holds what is tried."""
    call = queries.get_call_for(code, actor(), "results.read")
    found = queries.chosen_round(call, asked_round())
    if found is None:
        return page("evaluation/no_results.html", call=call)
    if not queries.sees_all(actor(), found):
        raise WrongState("ranking_own_dossier")
    return trial_page(call, found)


def trial_page(call: Any, found: Any) -> ResponseReturnValue:
    """Draw what the address asks to try; without anything to try, the ranking as it is."""
    grid = queries.grid_of_round(found)
    is_tried = any(name.startswith("weight_") for name in request.args)
    form = forms.try_form(grid, request.args if is_tried else None)
    is_fine = not is_tried or form.validate()
    new = tried_grid(grid, form.trial()) if is_tried and is_fine else grid
    context = {"call": call, "round": found, "rounds": queries.rounds_of(call), "grid": grid}
    context |= {"form": form, "is_tried": is_tried, "total": new.maximum_hundredths}
    drawn = page("evaluation/try_grid.html", **context, **told(tried_places(found, new)))
    return drawn, 200 if is_fine else 422


def told(lines: list[Any]) -> dict[str, Any]:
    """Return the lines with who moves and who changes side."""
    return {
        "lines": lines,
        "moved": sum(line.steps != 0 for line in lines),
        "gained": [line for line in lines if line.crosses and line.after.is_selected],
        "lost": [line for line in lines if line.crosses and line.before.is_selected],
    }
