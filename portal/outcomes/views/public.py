"""The pages of rankings that everybody reads."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls.engine import evaluation_of
from portal.evaluation import queries as evaluation
from portal.evaluation.views.blueprint import asked_round, page_url
from portal.i18n import pick
from portal.outcomes import engine, queries
from portal.outcomes.views.blueprint import blueprint
from portal.permissions import can
from portal.web import PUBLIC, access, actor, page


@blueprint.get("/graduatorie")
@access(PUBLIC)
def list_rankings() -> ResponseReturnValue:
    """Show the published rankings."""
    return page("outcomes/list_rankings.html", rankings=evaluation.published_rankings())


@blueprint.get("/graduatorie/<code>")
@access(PUBLIC)
def show_ranking(code: str) -> ResponseReturnValue:
    """Show a ranking in its lists: to everybody while it is published, else to the office."""
    ranking = evaluation.get_ranking(code, actor(), asked_round())
    call = ranking.call
    facts = {"ranking": ranking, "call": call, "call_title": pick(call.title)}
    if not queries.may_read_places(ranking, actor()):
        return page("outcomes/ended_ranking.html", **facts)
    return page("outcomes/show_ranking.html", **facts, **shown_of(ranking))


def shown_of(ranking: Any) -> dict[str, Any]:
    """Return the lists that the page shows, and what goes with them."""
    counts = evaluation.counts_of(ranking)
    grid = evaluation.grid_of_round(ranking.round)
    places = evaluation.places_of(ranking, evaluation.list_after_list(request.args))
    return {
        "is_draft": ranking.published_at is None,
        "is_ended": queries.is_ended(ranking),
        "counts": counts,
        "labels": evaluation.OUTCOME_LABELS,
        "tones": evaluation.OUTCOME_TONES,
        "places": places,
        "lists": engine.in_lists(places.items, counts),
        "page_url": page_url,
        "inadmissible": evaluation.inadmissible_of(ranking.round),
        "document": queries.document_of(ranking),
        "columns": queries.columns_of(ranking),
        "column_texts": queries.COLUMN_TEXTS,
        "may_publish": can(actor(), "ranking.publish", ranking.call),
        "remarks_days": evaluation_of(ranking.call).remarks_days,
        "has_bonus": any(each.is_bonus for each in grid.criteria),
    }
