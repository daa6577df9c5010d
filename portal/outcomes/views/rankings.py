"""Pages on which the office publishes a ranking and makes it final."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.errors import Invalid, NotFound
from portal.evaluation.engine import mark_of
from portal.evaluation.queries import OUTCOME_LABELS, get_ranking, get_round, sees_all
from portal.evaluation.states import RankingState
from portal.evaluation.views.blueprint import asked_round
from portal.evaluation.views.missing import missing_line
from portal.i18n import _, message
from portal.outcomes import queries, services
from portal.outcomes.views.blueprint import blueprint
from portal.web import access, actor, go, page, say


@blueprint.post("/gestione/avvisi/<code>/graduatoria/pubblica")
@access("ranking.publish")
def publish_ranking(code: str) -> ResponseReturnValue:
    """Publish the ranking that was drawn."""
    found = get_round(code, actor(), "ranking.publish", asked_round())
    ranking = get_ranking(code, actor(), found.number)
    try:
        services.publish_ranking(ranking, actor())
    except Invalid as refusal:
        say(message(refusal), "danger")
        return go("evaluation.show_results", code=code, turno=found.number)
    if ranking.state is RankingState.PROVISIONAL:
        say(_("The provisional ranking is published, and every applicant has been written to."))
    else:
        say(_("The ranking is published, and every applicant has been written to."))
    return go("outcomes.show_ranking", code=code, turno=found.number)


@blueprint.route("/gestione/avvisi/<code>/graduatoria/definitiva", methods=["GET", "POST"])
@access("ranking.confirm")
def confirm_ranking(code: str) -> ResponseReturnValue:
    """Show what the remarks have changed, then make the ranking final."""
    ranking = ranking_with_remarks(code)
    number = ranking.round.number
    if request.method == "GET":
        return page("outcomes/confirm_ranking.html", **facts_of(ranking))
    try:
        services.confirm_ranking(ranking, actor(), request.form.get("seen", ""))
    except Invalid as refusal:
        say(message(refusal), "danger")
        return go(".confirm_ranking", code=code, turno=number)
    say(_("The ranking is final, and every applicant has been written to."))
    return go("outcomes.show_ranking", code=code, turno=number)


def ranking_with_remarks(code: str) -> Any:
    """Return a ranking that was provisional, or is, to who is kept from none of it."""
    found = get_round(code, actor(), "ranking.confirm", asked_round())
    ranking = get_ranking(code, actor(), found.number)
    if ranking.remarks_until is None or not sees_all(actor(), found):
        raise NotFound
    return ranking


def facts_of(ranking: Any) -> dict[str, Any]:
    """Return what the page shows: what differs, and what is still missing."""
    lines = queries.difference_lines(ranking)
    return {
        "ranking": ranking,
        "call": ranking.call,
        "round": ranking.round,
        "lines": lines,
        "mark": mark_of([each.difference for each in lines]),
        "missing": [missing(each, ranking) for each in queries.hindrances_to_confirm(ranking)],
        "labels": OUTCOME_LABELS,
    }


def missing(hindrance: Any, ranking: Any) -> dict[str, Any]:
    """Return what is missing in words, with the pages on which it is done."""
    name = hindrance.refusal.code
    if name == "remarks_undecided":
        here = {"code": ranking.call.code, "turno": ranking.round.number}
        page_of = "outcomes.decide_remark"
        links = [(each, url_for(page_of, practice_code=each, **here)) for each in hindrance.codes]
        return {"text": _("Remarks wait for a decision:"), "links": links}
    if name == "ranking_not_approved":
        approval = hindrance.approval
        links = [to_the_committee(ranking.call.code, approval.number)]
        return {"text": approval.words, "links": links}
    return missing_line(hindrance, ranking.round)


def to_the_committee(code: str, number: int | None) -> tuple[str, str]:
    """Return the way to the session that voted last, or to the committee before any vote."""
    if number is None:
        return _("Go to the committee"), url_for("committee.show_committee", code=code)
    session = url_for("committee.show_session", code=code, number=number)
    return _("Go to session %(number)s", number=number), session
