"""The pages of the evaluation that the page of a call leads to."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.evaluation import queries
from portal.evaluation.states import RankingState
from portal.evaluation.views.blueprint import blueprint
from portal.i18n import lazy
from portal.permissions import can
from portal.web import actor

OF_CALL = (
    (lazy("Committee"), "committee.show_committee", "committee.read"),
    (lazy("Interests"), "evaluation.show_interests", "interest.read"),
)
OF_ROUND = (
    (lazy("Assign evaluators"), "evaluation.assign_evaluators", "assignment.create"),
    (lazy("Progress of the evaluators"), "evaluation.show_progress", "results.read"),
    (lazy("Results"), "evaluation.show_results", "results.read"),
)
OF_RANKING = ((lazy("Ranking"), "evaluation.show_office_ranking", "results.read"),)
OF_LETTERS = ((lazy("Decision letters"), "outcomes.list_letters", "letter.read"),)
AFTER = (
    (lazy("Reasons of refusal"), "outcomes.list_reasons", "letter.read"),
    (lazy("Sample checks"), "outcomes.list_samples", "sample.read"),
)


@blueprint.app_template_global()
def pages_of_evaluation(call: Any) -> list[tuple[str, str]]:
    """Return (label, address) of the pages there are now that who looks may open."""
    rankings = queries.rankings_of(call)
    drawn = next((each for each in rankings if queries.is_shown(each, actor())), None)
    final = next((each for each in rankings if each.state is RankingState.FINAL), None)
    return [
        *links(call, OF_CALL),
        *(links(call, OF_ROUND) if queries.rounds_of(call) else []),
        *(links(call, OF_RANKING, turno=drawn.round.number) if drawn else []),
        *(links(call, OF_LETTERS, turno=final.round.number) if final else []),
        *links(call, AFTER),
    ]


def links(call: Any, entries: Any, **values: Any) -> list[tuple[str, str]]:
    """Return the entries that who looks may open."""
    return [
        (str(label), url_for(endpoint, code=call.code, **values))
        for label, endpoint, action in entries
        if can(actor(), action, call)
    ]
