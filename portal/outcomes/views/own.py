"""The applicant's page of the outcome: the letter, and where the project stands."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from portal.applications.queries import get_own_application, status_of
from portal.errors import NotFound
from portal.evaluation.queries import OUTCOME_LABELS, explanation_of
from portal.outcomes import queries
from portal.outcomes.views.blueprint import blueprint
from portal.outcomes.views.letters import asked_occasion
from portal.permissions import can
from portal.web import access, actor, page, send_file_of


@blueprint.get("/domande/<practice_code>/esito")
@access("application.follow", logged="read")
def show_outcome(practice_code: str) -> ResponseReturnValue:
    """Show where the project stands, the letter once it has left, and what can be done."""
    application = get_own_application(practice_code, actor(), "application.follow")
    found = explanation_of(application, for_office=False)
    place = None if found is None else found.place
    letters = queries.letters_of(application)
    if place is None and not letters:
        raise NotFound
    return page(
        "outcomes/show_outcome.html",
        application=application,
        ranking=None if found is None else found.ranking,
        place=place,
        outcome="" if place is None else OUTCOME_LABELS[place.outcome],
        letters=list(reversed(letters)),
        remark=queries.remark_of(application),
        may_remark=may_remark(application),
        next_step=status_of(application).next_step,
    )


def may_remark(application: Any) -> bool:
    """Tell whether a remark can be sent now, by who asks."""
    is_open = not queries.hindrance_to_remark(application, g.received_at)
    return is_open and can(actor(), "remark.send", application)


@blueprint.get("/domande/<practice_code>/lettera.pdf")
@access("application.follow", logged="download")
def download_own_letter(practice_code: str) -> ResponseReturnValue:
    """Hand out the letter to its reader."""
    application = get_own_application(practice_code, actor(), "application.follow")
    letter = queries.letter_of(application, asked_occasion())
    if letter is None or letter.document.file is None:
        raise NotFound
    return send_file_of(letter.document.file)
