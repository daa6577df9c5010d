"""Pages of rankings: drawing and publishing them, and reading them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import Invalid
from portal.evaluation import queries, services
from portal.evaluation.views.blueprint import asked_round, blueprint, page_url
from portal.i18n import _, message, pick
from portal.permissions import can
from portal.web import PUBLIC, access, actor, go, page, say


@blueprint.post("/gestione/avvisi/<code>/graduatoria")
@access("ranking.draw")
def draw_ranking(code: str) -> ResponseReturnValue:
    """Draw the ranking as a draft, in place of the one before."""
    found = queries.get_round(code, actor(), "ranking.draw", asked_round())
    try:
        services.draw_ranking(found, actor())
    except Invalid as refusal:
        say(message(refusal), "danger")
        return go("evaluation.show_results", code=code, turno=found.number)
    say(_("The ranking is drawn. Only the office sees it: read it, then publish it."))
    return go("evaluation.show_office_ranking", code=code, turno=found.number)


@blueprint.get("/graduatorie")
@access(PUBLIC)
def list_rankings() -> ResponseReturnValue:
    """Show the published rankings."""
    return page("evaluation/list_rankings.html", rankings=queries.published_rankings())


@blueprint.get("/graduatorie/<code>")
@access(PUBLIC)
def show_ranking(code: str) -> ResponseReturnValue:
    """Show a ranking: to everybody once it is published, to the office before."""
    ranking = queries.get_ranking(code, actor(), asked_round())
    listing = queries.read_places_listing(request.args)
    return page(
        "evaluation/show_ranking.html",
        ranking=ranking,
        call=ranking.call,
        call_title=pick(ranking.call.title),
        is_draft=ranking.published_at is None,
        counts=queries.counts_of(ranking),
        labels=queries.OUTCOME_LABELS,
        tones=queries.OUTCOME_TONES,
        places=queries.places_of(ranking, listing),
        page_url=page_url,
        inadmissible=queries.inadmissible_codes(ranking.round),
        may_publish=can(actor(), "ranking.publish", ranking.call),
    )
