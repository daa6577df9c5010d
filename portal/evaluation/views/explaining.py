"""The sheet that explains a place: for the office, and for the applicant once it is published."""

from __future__ import annotations

from dataclasses import replace

from flask.typing import ResponseReturnValue

from portal.applications.queries import get_dossier
from portal.errors import NotFound
from portal.evaluation import queries
from portal.evaluation.views.blueprint import blueprint
from portal.permissions import can
from portal.web import access, actor, page


@blueprint.get("/pratiche/<practice_code>/spiegazione")
@access("explanation.read", logged="read")
def show_explanation(practice_code: str) -> ResponseReturnValue:
    """Show points from each source, by whom, and why the dossier stands where it stands."""
    return explained(practice_code, "explanation.read")


@blueprint.get("/domande/<practice_code>/punteggio")
@access("application.follow", logged="read")
def show_own_points(practice_code: str) -> ResponseReturnValue:
    """Show the applicant the points of the project and the reasons of its place."""
    return explained(practice_code, "application.follow")


def explained(practice_code: str, action: str) -> ResponseReturnValue:
    """Draw the sheet, or answer that there is none for who asks."""
    application = get_dossier(practice_code, actor())
    for_office = action == "explanation.read"
    found = queries.explanation_of(application, for_office)
    if not can(actor(), action, application) or found is None:
        raise NotFound
    if for_office and queries.is_judged_by(actor(), application):
        raise NotFound
    if for_office and found.is_draft and not queries.may_read_draft(actor(), found.ranking):
        found = replace(found, place=None, reasons=())
    return page(
        "evaluation/show_explanation.html",
        application=application,
        found=found,
        for_office=for_office,
        outcome=found.place and queries.OUTCOME_LABELS[found.place.outcome],
        tone=found.place and queries.OUTCOME_TONES[found.place.outcome],
    )
