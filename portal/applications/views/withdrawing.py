"""Withdrawing what was sent, opening it again, and what stood in each sending."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.drafting import go_to
from portal.applications.views.shown import file_lines, standing_words
from portal.errors import Invalid
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say, send_file_of


@blueprint.route("/domande/<practice_code>/ritira", methods=["GET", "POST"])
@access("application.withdraw")
def withdraw_application(practice_code: str) -> ResponseReturnValue:
    """Say what withdrawing means, then do it."""
    application = queries.get_followed(practice_code, actor())
    submission = queries.get_submission(application)
    form = forms.WithdrawForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        try:
            services.withdraw_application(application, actor(), reason, g.received_at)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The application is withdrawn. We have written to you."))
            return go_to(application)
    elif submission.withdrawn_at is not None:
        return go_to(application)
    return form_page(
        "applications/withdraw_application.html",
        form,
        application=application,
        is_final=not queries.takes_corrections(application, g.received_at),
        closing=queries.closing_of(application),
    )


@blueprint.post("/domande/<practice_code>/riapri")
@access("application.resume")
def resume_application(practice_code: str) -> ResponseReturnValue:
    """Open a withdrawn application again, to correct it and send it once more."""
    application = queries.get_followed(practice_code, actor())
    services.resume_application(application, actor(), g.received_at)
    say(_("The application is a draft again: correct it, then send it. Nothing counts until then."))
    return go("applications.show_application", practice_code=application.practice_code)


@blueprint.get("/domande/<practice_code>/invii/<int:number>")
@access("receipt.read", logged="read")
def show_sending(practice_code: str, number: int) -> ResponseReturnValue:
    """Show one sending as it was, also one that was withdrawn or replaced."""
    application = queries.get_dossier(practice_code, actor())
    submission = queries.find_sending(application, number)
    return page(
        "applications/show_sending.html",
        application=application,
        submission=submission,
        standing=standing_words(submission),
        is_own=can(actor(), "application.follow", application),
        sections=queries.sections_of_sending(application, submission),
        files=file_lines(application, queries.files_of_sending(application, submission)),
    )


@blueprint.get("/domande/<practice_code>/invii/<int:number>/ricevuta.pdf")
@access("receipt.read", logged="download")
def download_sending(practice_code: str, number: int) -> Response:
    """Hand out the receipt of one sending."""
    application = queries.get_dossier(practice_code, actor())
    submission: Any = queries.find_sending(application, number)
    return send_file_of(queries.receipt_file(submission))
