"""The page of results."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.calls.engine import grid_of
from portal.evaluation import engine, queries
from portal.evaluation.views.blueprint import blueprint, page_url
from portal.i18n import _, current_language, pick
from portal.permissions import can
from portal.web import access, actor, page


@blueprint.get("/gestione/avvisi/<code>/risultati")
@access("results.read")
def show_results(code: str) -> ResponseReturnValue:
    """Show the results of the sheets sent so far."""
    call = queries.get_call_for(code, actor(), "results.read")
    listing = queries.read_results_listing(request.args)
    criteria = grid_of(call).judged if queries.shows_criteria(listing) else []
    return page(
        "evaluation/show_results.html",
        call=call,
        criteria=[(each.key, pick(each.label)) for each in criteria],
        listing=listing,
        columns=results_columns(call, criteria, listing),
        results=queries.results_of(call, actor(), listing),
        show=partial(engine.points_in, current_language()),
        page_url=page_url,
        ranking=queries.ranking_of(call),
        may_draw=can(actor(), "ranking.draw", call),
        may_assign=can(actor(), "assignment.create", call),
    )


def results_columns(call: Any, criteria: Sequence[Any], listing: Any) -> list[dict[str, Any]]:
    """Return the heads of the results; a second click on the same one turns the order round."""

    def head(label: str, sort: str, numeric: bool = True) -> dict[str, Any]:
        is_current = listing.sort == sort
        turned = "asc" if is_current and listing.descending else "desc"
        address = listing.values(sort=sort, dir=turned, page="")
        now = "desc" if listing.descending else "asc"
        return {
            "label": label,
            "numeric": numeric,
            "sort_url": url_for(".show_results", code=call.code, **address),
            "direction": now if is_current else "",
        }

    return [
        head(_("Project"), "code", numeric=False),
        head(_("Automatic"), "automatic"),
        *({"label": pick(each.label), "numeric": True} for each in criteria),
        head(_("Judged (mean)"), "judged"),
        head(_("Total"), "total"),
        head(_("Spread"), "spread"),
        head(_("Sheets"), "sent"),
    ]
