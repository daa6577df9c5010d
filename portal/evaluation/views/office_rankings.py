"""The office's own page of a ranking: who comes in, with what money, and who comes next."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import Invalid, NotFound
from portal.evaluation import queries, services
from portal.evaluation.views.blueprint import asked_round, blueprint, page_url
from portal.i18n import message, ngettext
from portal.permissions import can
from portal.web import access, actor, go, page, say


def ranking_for_office(code: str, action: str) -> Any:
    """Return the ranking of the round that is asked for, to who is kept from none of it."""
    found = queries.get_round(code, actor(), action, asked_round())
    ranking = queries.ranking_of(found)
    if ranking is None or not queries.may_read_draft(actor(), ranking):
        raise NotFound
    return ranking


def rounds_with_ranking(call: Any) -> list[Any]:
    """Return the rounds whose ranking who looks may read, in their order."""
    drawn = queries.rankings_of(call)
    return [each.round for each in reversed(drawn) if queries.may_read_draft(actor(), each)]


@blueprint.get("/gestione/avvisi/<code>/graduatoria")
@access("results.read")
def show_office_ranking(code: str) -> ResponseReturnValue:
    """Show the ranking line by line, with what is left of money and places after each."""
    ranking = ranking_for_office(code, "results.read")
    listing = queries.read_places_listing(request.args)
    return page(
        "evaluation/show_office_ranking.html",
        ranking=ranking,
        call=ranking.call,
        round=ranking.round,
        rounds=rounds_with_ranking(ranking.call),
        counts=queries.counts_of(ranking),
        places=queries.places_of(ranking, listing),
        labels=queries.OUTCOME_LABELS,
        tones=queries.OUTCOME_TONES,
        page_url=page_url,
        may_publish=can(actor(), "ranking.publish", ranking.call),
        may_slide=can(actor(), "ranking.slide", ranking.call),
    )


@blueprint.route("/gestione/avvisi/<code>/graduatoria/scorrimento", methods=["GET", "POST"])
@access("ranking.slide")
def slide_ranking(code: str) -> ResponseReturnValue:
    """Say who comes in with what has come free, then do it."""
    ranking = ranking_for_office(code, "ranking.slide")
    number = ranking.round.number
    if request.method == "GET":
        return page(
            "evaluation/slide_ranking.html",
            ranking=ranking,
            call=ranking.call,
            round=ranking.round,
            found=queries.slide_of(ranking),
        )
    try:
        changes = services.slide_ranking(ranking, actor(), request.form.get("seen", ""))
    except Invalid as refusal:
        say(message(refusal), "danger")
        return go("evaluation.slide_ranking", code=code, turno=number)
    say(
        ngettext(
            "One place has changed, and the applicant has been written to.",
            "%(num)s places have changed, and the applicants have been written to.",
            len(changes),
        )
    )
    return go("evaluation.show_office_ranking", code=code, turno=number)
