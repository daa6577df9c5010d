"""Drawing the ranking."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.errors import Invalid
from portal.evaluation import queries, services
from portal.evaluation.views.blueprint import asked_round, blueprint
from portal.i18n import _, message
from portal.web import access, actor, go, say


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
