"""The page of results."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.evaluation import engine, queries
from portal.evaluation.views.blueprint import asked_round, blueprint, page_url
from portal.i18n import _, current_language, pick
from portal.permissions import can
from portal.web import access, actor, page


@blueprint.get("/gestione/avvisi/<code>/risultati")
@access("results.read")
def show_results(code: str) -> ResponseReturnValue:
    """Show the results of the sheets sent so far."""
    call = queries.get_call_for(code, actor(), "results.read")
    found = queries.chosen_round(call, asked_round())
    if found is None:
        return page("evaluation/no_results.html", call=call)
    listing = queries.read_results_listing(request.args)
    criteria = queries.grid_of_round(found).judged if queries.shows_criteria(listing) else []
    return page(
        "evaluation/show_results.html",
        call=call,
        round=found,
        rounds=queries.rounds_of(call),
        criteria=[(each.key, pick(each.label)) for each in criteria],
        listing=listing,
        columns=results_columns(found, criteria, listing),
        results=queries.results_of(found, actor(), listing),
        show=partial(engine.points_in, current_language()),
        page_url=page_url,
        ranking=queries.ranking_of(found),
        may_draw=can(actor(), "ranking.draw", call),
        may_assign=can(actor(), "assignment.create", call),
    )


def results_columns(found: Any, criteria: Sequence[Any], listing: Any) -> list[dict[str, Any]]:
    """Return the heads of the results; a second click on the same one turns the order round."""

    def head(label: str, sort: str, numeric: bool = True) -> dict[str, Any]:
        is_current = listing.sort == sort
        turned = "asc" if is_current and listing.descending else "desc"
        address = listing.values(sort=sort, dir=turned, page="")
        now = "desc" if listing.descending else "asc"
        return {
            "label": label,
            "numeric": numeric,
            "sort_url": url_for(
                ".show_results", code=found.call.code, turno=found.number, **address
            ),
            "direction": now if is_current else "",
        }

    return [
        head(_("Project"), "code", numeric=False),
        head(_("Automatic"), "automatic"),
        *({"label": pick(each.label), "numeric": True} for each in criteria),
        head(_("Judged"), "judged"),
        head(_("Total"), "total"),
        head(_("Spread"), "spread"),
        head(_("Sheets"), "sent"),
    ]
