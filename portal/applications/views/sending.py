"""The summary before sending, and the sending itself."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.drafting import go_to
from portal.calls.queries import closing_for
from portal.errors import Invalid
from portal.i18n import message
from portal.permissions import can
from portal.questionnaires.engine import Readers
from portal.web import access, actor, form_page, go, page, put_errors

TOO_LATE = 409


@blueprint.get("/domande/<practice_code>/riepilogo")
@access("application.follow")
def review_application(practice_code: str) -> ResponseReturnValue:
    """Show all that will be sent on one page; after the closing there is nothing to send."""
    application = queries.get_own_application(practice_code, actor(), "application.follow")
    if application.submission is not None or queries.draft_of(application).is_over:
        return go_to(application)
    return show_review(application, submit_form(application))


def submit_form(application: Any) -> Any:
    """Return the form that sends; a legal representative who sends confirms with a tick of his."""
    formalities = queries.formalities_for(application, actor())
    return forms.submit_form(formalities.asks_confirmation and formalities.confirms_himself)


def show_review(application: Any, form: Any) -> ResponseReturnValue:
    """Draw the summary with what is missing and the form that sends it."""
    return form_page(
        "applications/review_application.html",
        form,
        application=application,
        draft=queries.draft_of(application),
        sections=queries.sections_of(application, Readers.STAFF),
        profile=queries.profile_rows(application),
        obstacles=queries.obstacles(application, actor()),
        warnings=queries.warnings(application),
        formalities=queries.formalities_for(application, actor()),
        rows=queries.formality_rows(application),
        may=may(application),
        takes_applications=queries.may_send_now(application),
    )


def may(application: Any) -> dict[str, bool]:
    """Return what who looks may do from here."""
    deeds = {
        "edit": "application.edit",
        "submit": "application.submit",
        "edit_profile": "applicant.edit",
    }
    records = {"edit_profile": application.applicant}
    return {
        name: can(actor(), action, records.get(name, application)) for name, action in deeds.items()
    }


@blueprint.post("/domande/<practice_code>/invia")
@access("application.submit")
def submit_application(practice_code: str) -> ResponseReturnValue:
    """Send the application; the same request again leads to the same receipt."""
    application = queries.get_own_application(practice_code, actor(), "application.submit")
    form = submit_form(application)
    if application.submission is not None:
        return go("applications.show_receipt", practice_code=practice_code)
    if application.is_test:
        return finish(application, form)
    if form.validate_on_submit():
        try:
            key = form.request_key.data or ""
            confirms = "confirms" in form and form.confirms.value
            services.submit_application(application, actor(), key, g.received_at, confirms)
        except Invalid as refusal:
            if refusal.code == "call_closed":
                return too_late(application, refusal)
            put_errors(form, refusal)
        else:
            return go("applications.show_receipt", practice_code=practice_code)
    return show_review(application, form)


def finish(application: Any, form: Any) -> ResponseReturnValue:
    """Judge a trial as if it were sent, and show the receipt that there would be."""
    if form.validate_on_submit():
        try:
            services.finish_trial(application, actor())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            return go("applications.show_trial", practice_code=application.practice_code)
    return show_review(application, form)


def too_late(application: Any, refusal: Invalid) -> ResponseReturnValue:
    """Say that the call has closed, when, and that the draft is kept."""
    context = {
        "application": application,
        "explanation": message(refusal),
        "closed_at": closing_for(application.call, application.applicant),
        "received_at": g.received_at,
    }
    return page("applications/too_late.html", **context), TOO_LATE
