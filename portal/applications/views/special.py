"""The page that opens special answers: each look at it is logged."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.applications import queries
from portal.applications.views.blueprint import blueprint
from portal.web import access, actor, page


@blueprint.get("/domande/<practice_code>/dati-particolari")
@access("application.read_special", logged="read", fresh=True)
def show_special(practice_code: str) -> ResponseReturnValue:
    """Show what is sealed to whoever may read it, who has just said who he is."""
    application = queries.get_application(practice_code, actor())
    rows = queries.special_rows(application, actor())
    return page("applications/show_special.html", application=application, rows=rows)
