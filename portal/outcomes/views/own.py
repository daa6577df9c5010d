"""The applicant's page of the outcome: the letter, and where the project stands."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.applications.queries import get_own_application
from portal.errors import NotFound
from portal.evaluation.queries import OUTCOME_LABELS, explanation_of
from portal.outcomes import queries
from portal.outcomes.views.blueprint import blueprint
from portal.permissions import can
from portal.web import access, actor, page, send_file_of


@blueprint.get("/domande/<practice_code>/esito")
@access("application.follow", logged="read")
def show_outcome(practice_code: str) -> ResponseReturnValue:
    """Show where the project stands, the letter once it has left, and what can be done."""
    application = get_own_application(practice_code, actor(), "application.follow")
    found = explanation_of(application, for_office=False)
    if found is None or found.place is None:
        raise NotFound
    return page(
        "outcomes/show_outcome.html",
        application=application,
        found=found,
        outcome=OUTCOME_LABELS[found.place.outcome],
        letter=queries.letter_of(application),
        remark=queries.remark_of(application),
        may_remark=may_remark(application),
    )


def may_remark(application: Any) -> bool:
    """Tell whether a remark can be sent now, by who asks."""
    is_open = queries.ranking_open_to(application) and not queries.remark_of(application)
    return bool(is_open) and can(actor(), "remark.send", application)


@blueprint.get("/domande/<practice_code>/lettera.pdf")
@access("application.follow", logged="download")
def download_own_letter(practice_code: str) -> ResponseReturnValue:
    """Hand out the letter to its reader."""
    application = get_own_application(practice_code, actor(), "application.follow")
    letter = queries.letter_of(application)
    if letter is None or letter.document.file is None:
        raise NotFound
    return send_file_of(letter.document.file)
