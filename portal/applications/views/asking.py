"""The office asks an applicant to complete an application."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications import forms, queries, services
from portal.applications.states import APPLICATION
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid, WrongState
from portal.i18n import _, message
from portal.web import access, actor, form_page, go, page, say


@blueprint.route("/pratiche/<practice_code>/integrazione", methods=["GET", "POST"])
@access("application.request_integration")
def request_integration(practice_code: str) -> ResponseReturnValue:
    """Choose what is asked, read the mail as it will leave, then send it."""
    application = queries.get_dossier(practice_code, actor())
    APPLICATION.require_open(application, "request_integration")
    groups = queries.askable(application)
    places = [pair for _title, pairs in groups for pair in pairs]
    form = forms.request_form(places)
    if form.validate_on_submit():
        typed, text = forms.wanted(form, places), form.text.data or ""
        try:
            if request.form.get("action") == "send":
                services.request_integration(application, actor(), typed, text)
                say(_("The request is sent. We have written to the applicant."))
                return go("desk.show_dossier", practice_code=practice_code)
            if request.form.get("action") != "edit":
                return show_preview(application, form, typed, text)
        except Invalid as refusal:
            put_refusals(form, refusal)
    return show_request(application, form, groups)


def show_request(application: Any, form: Any, groups: Any) -> ResponseReturnValue:
    """Draw the form: items not met at the top, all else folded by section."""
    due_on, rule = services.term_of_request(application)
    top, parts = forms.parts_of(form, groups, queries.unmet(application))
    return form_page(
        "applications/request_integration.html",
        form,
        application=application,
        top=top,
        parts=parts,
        fault_name=forms.fault_name,
        text_name=forms.text_name,
        due_on=due_on,
        rule=rule,
    )


def show_preview(application: Any, form: Any, typed: Any, text: str) -> ResponseReturnValue:
    """Draw the mail as it would leave, with what was typed behind its button."""
    return page(
        "applications/preview_integration.html",
        application=application,
        mail=services.preview_request(application, typed, text),
        typed=[(field.name, field.data) for field in form if field.name != "csrf_token"],
        due_on=services.term_of_request(application)[0],
    )


def put_refusals(form: Any, refusal: Invalid) -> None:
    """Put what is wrong beside the text of its place; what is of none goes above the form."""
    for place, error in refusal.errors.items():
        name = forms.text_name(place) if place else ""
        if name and name in form:
            form[name].errors = [*form[name].errors, message(error)]
        else:
            form.form_errors.append(message(error))


@blueprint.route("/pratiche/<practice_code>/integrazione/proroga", methods=["GET", "POST"])
@access("application.extend_integration")
def extend_integration(practice_code: str) -> ResponseReturnValue:
    """Give more time to complete."""
    application = queries.get_dossier(practice_code, actor())
    asked = queries.get_open_integration(application)
    form = forms.ExtendForm()
    if form.validate_on_submit():
        days, reason = form.days.data or "", form.reason.data or ""
        services.extend_integration(application, actor(), days, reason)
        say(_("There is more time. We have written to the applicant."))
        return go("applications.check_application", practice_code=practice_code)
    return form_page(
        "applications/extend_integration.html",
        form,
        application=application,
        asked=asked,
        is_over=queries.is_late(asked, clock.now()),
    )


@blueprint.post("/pratiche/<practice_code>/integrazione/chiudi")
@access("application.continue_check")
def continue_check(practice_code: str) -> ResponseReturnValue:
    """Let go what was asked and go on with the check."""
    application = queries.get_dossier(practice_code, actor())
    if queries.open_integration(application) is None:
        raise WrongState("nothing_to_complete")
    services.continue_check(application, actor())
    say(_("The formal check goes on. We have written to the applicant."))
    return go("applications.check_application", practice_code=practice_code)
