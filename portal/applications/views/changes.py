"""The history of a draft for its people: who changed which answer, when, from what to what."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.applications import queries
from portal.applications.views.blueprint import blueprint
from portal.questionnaires.queries import changes_of
from portal.web import access, actor, page


@blueprint.get("/domande/<practice_code>/modifiche")
@access("application.edit", logged="read")
def show_changes(practice_code: str) -> ResponseReturnValue:
    """Show who changed what, the latest first."""
    application = queries.get_own_application(practice_code, actor())
    return page(
        "applications/show_changes.html",
        application=application,
        changes=changes_of(application.answer_set),
    )
