"""The summary before sending, and the sending itself."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.drafting import go_to
from portal.calls.queries import is_open
from portal.errors import Invalid
from portal.i18n import message
from portal.web import access, actor, form_page, go, page, put_errors

TOO_LATE = 409


@blueprint.get("/domande/<practice_code>/riepilogo")
@access("application.edit")
def review_application(practice_code: str) -> ResponseReturnValue:
    """Show all that will be sent on one page; after the closing there is nothing to send."""
    application = queries.get_own_application(practice_code, actor())
    if application.submission is not None or queries.draft_of(application).is_over:
        return go_to(application)
    return show_review(application, forms.SubmitForm())


def show_review(application: Any, form: Any) -> ResponseReturnValue:
    """Draw the summary with what is missing and the form that sends it."""
    return form_page(
        "applications/review_application.html",
        form,
        application=application,
        draft=queries.draft_of(application),
        sections=queries.sections_of(application),
        profile=queries.profile_rows(application),
        takes_applications=is_open(application.call, application.applicant),
    )


@blueprint.post("/domande/<practice_code>/invia")
@access("application.submit")
def submit_application(practice_code: str) -> ResponseReturnValue:
    """Send the application; the same request again leads to the same receipt."""
    application = queries.get_own_application(practice_code, actor())
    form = forms.SubmitForm()
    if application.submission is not None:
        return go("applications.show_receipt", practice_code=practice_code)
    if form.validate_on_submit():
        try:
            services.submit_application(
                application, actor(), form.request_key.data or "", g.received_at
            )
        except Invalid as refusal:
            if refusal.code == "call_closed":
                return too_late(application, refusal)
            put_errors(form, refusal)
        else:
            return go("applications.show_receipt", practice_code=practice_code)
    return show_review(application, form)


def too_late(application: Any, refusal: Invalid) -> ResponseReturnValue:
    """Say that the call has closed, when, and that the draft is kept."""
    context = {
        "application": application,
        "explanation": message(refusal),
        "received_at": g.received_at,
    }
    return page("applications/too_late.html", **context), TOO_LATE
