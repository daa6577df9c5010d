"""Trying a call out before it is published: begun on the call's page, ended in a mock receipt."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from portal.applications import queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.drafting import go_to
from portal.calls.engine import decision_due_on, office_of
from portal.calls.queries import get_managed_call
from portal.errors import NotFound
from portal.i18n import _
from portal.questionnaires.engine import Readers
from portal.web import access, actor, go, page, say


@blueprint.post("/gestione/avvisi/<code>/prova")
@access("call.try")
def start_trial(code: str) -> ResponseReturnValue:
    """Begin a trial of a draft call, or go on with one's own."""
    return go_to(services.start_trial(get_managed_call(code, actor()), actor()))


@blueprint.get("/domande/<practice_code>/prova")
@access("application.edit")
def show_trial(practice_code: str) -> ResponseReturnValue:
    """Show the receipt that there would be: without a number, marked as a trial."""
    application = get_trial(practice_code)
    if queries.obstacles(application, actor()):
        return go("applications.review_application", practice_code=practice_code)
    call = application.call
    return page(
        "applications/show_trial.html",
        application=application,
        received_at=g.received_at,
        office=office_of(call),
        due=decision_due_on(call, g.received_at),
        sections=queries.sections_of(application, Readers.STAFF),
    )


@blueprint.post("/domande/<practice_code>/prova/scarta")
@access("application.edit")
def discard_trial(practice_code: str) -> ResponseReturnValue:
    """Throw a trial away."""
    application = get_trial(practice_code)
    code = application.call.code
    services.discard_trial(application, actor())
    say(_("The trial is gone."))
    return go("calls.show_life", code=code)


def get_trial(practice_code: str) -> Any:
    """Return one's own trial, else NotFound."""
    application = queries.get_own_application(practice_code, actor())
    if not application.is_test:
        raise NotFound
    return application
