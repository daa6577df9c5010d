"""Giving up what one was selected for, or waits for on the reserve list."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.states import APPLICATION
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid, NotFound
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, form_page, go, put_errors, say


@blueprint.route("/domande/<practice_code>/rinuncia", methods=["GET", "POST"])
@access("application.renounce", logged="read")
def renounce_application(practice_code: str) -> ResponseReturnValue:
    """Say what renouncing means, then do it; the office writes down what came by letter."""
    application = queries.get_dossier(practice_code, actor())
    if not can(actor(), "application.renounce", application):
        raise NotFound
    APPLICATION.require_open(application, "renounce")
    is_own = can(actor(), "application.follow", application)
    form = forms.RenounceForm()
    if form.validate_on_submit():
        try:
            services.renounce_application(
                application, actor(), form.reason.data or "", g.received_at
            )
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The place is given up. We have written to the applicant."))
            shown = "applications.show_application" if is_own else "desk.show_dossier"
            return go(shown, practice_code=application.practice_code)
    return form_page(
        "applications/renounce_application.html", form, application=application, is_own=is_own
    )
