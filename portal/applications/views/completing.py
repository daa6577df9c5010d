"""The applicant completes what was sent: exactly what is asked, then sends it."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.drafting import go_to
from portal.applications.views.shown import file_lines
from portal.errors import Invalid, NotFound, Stale
from portal.files import DEFAULT
from portal.i18n import _, message
from portal.questionnaires.forms import section_form
from portal.web import (
    CONFLICT,
    access,
    actor,
    carried_version,
    form_page,
    go,
    page,
    put_errors,
    say,
    typed_before,
)

UNPROCESSABLE = 422


@blueprint.route("/domande/<practice_code>/integrazione", methods=["GET", "POST"])
@access("application.edit")
def complete_application(practice_code: str) -> ResponseReturnValue:
    """Answer anew what is asked, and nothing else."""
    application = queries.get_own_application(practice_code, actor())
    copy = queries.copy_of(application)
    if copy is None:
        return go_to(application)
    if request.method == "POST":
        return save_completion(copy)
    form = section_form(copy.section, copy.answers, typed_before())
    return show_completion(copy, form)


def save_completion(copy: Any) -> ResponseReturnValue:
    """Keep texts, then files; go on to the summary unless something is wrong."""
    application, code = copy.application, copy.application.practice_code
    sent: Any = CombinedMultiDict([request.files, request.form])
    form = section_form(copy.section, copy.answers, sent)
    reply = request.form.get("reply", "")
    version = carried_version(request.form.get("version"))
    try:
        errors = services.save_completion(
            application, {**form.typed(), **strays(copy)}, reply, actor(), version, g.received_at
        )
        refused = save_files(application, form)
    except Stale:
        return show_conflict(copy, form)
    except Invalid as refusal:
        return show_refusal(copy, form, refusal)
    errors |= {key: found[0][1] for key, found in refused.items()}
    if not errors and request.form.get("action") == "next":
        return go("applications.answer_integration", practice_code=code)
    if not errors:
        say(_("Saved. It is not sent yet."))
        return go("applications.complete_application", practice_code=code)
    copy = queries.copy_of(application)
    form = section_form(copy.section, copy.answers)
    form.show_errors({**copy.answers.errors, **errors})
    form.show_refused(refused)
    return show_completion(copy, form, UNPROCESSABLE)


def strays(copy: Any) -> dict[str, list[str]]:
    """Return what was sent for questions of the form that are not asked: the service refuses it."""
    asked = {question.key for question in copy.section.questions}
    names = {question.key for question in copy.form.questions} - asked
    return {name: request.form.getlist(name) for name in names if name in request.form}


def save_files(application: Any, form: Any) -> dict[str, list[tuple[str, Invalid]]]:
    """Take away and add the files the page says; return which were refused by question, and why."""
    refused: dict[str, list[tuple[str, Invalid]]] = {}
    if removed := request.form.get("remove"):
        services.detach_completion(application, removed, actor(), g.received_at)
    for key, uploads in form.uploads().items():
        for upload in uploads:
            pair = (upload.stream, upload.filename)
            try:
                services.attach_completion(application, key, pair, actor(), g.received_at)
            except Invalid as refusal:
                refused.setdefault(key, []).append((upload.filename, refusal))
    return refused


def show_completion(copy: Any, form: Any, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """Draw the questions asked, each with what the office wrote about it."""
    reply = forms.ReplyForm(data={"reply": copy.request.reply})
    return (
        page(
            "applications/complete_application.html",
            application=copy.application,
            asked=copy.request,
            notes=copy.notes,
            checks=copy.checks,
            form=form,
            reply=reply,
            kept={key: file_lines(copy.application, found) for key, found in copy.files.items()},
            version=copy.version,
            largest=DEFAULT.size,
            status=status,
            **facts,
        ),
        status,
    )


def show_conflict(copy: Any, form: Any) -> ResponseReturnValue:
    """Show what was typed beside what a colleague saved meanwhile; nothing is written over."""
    fresh = queries.copy_of(copy.application) or copy
    changes = fresh.differences(form.typed())
    return show_completion(fresh, form, CONFLICT, changes=changes)


def show_refusal(copy: Any, form: Any, refusal: Invalid) -> ResponseReturnValue:
    """Show the page again with what keeps it from being saved; what was typed stands in it."""
    fresh = queries.copy_of(copy.application)
    refusals = [message(error) for error in refusal.errors.values()] or [message(refusal)]
    return show_completion(fresh or copy, form, UNPROCESSABLE, refusals=refusals)


@blueprint.route("/domande/<practice_code>/integrazione/invia", methods=["GET", "POST"])
@access(get="application.edit", post="application.answer_integration")
def answer_integration(practice_code: str) -> ResponseReturnValue:
    """Show before and after, then send."""
    application = queries.get_followed(practice_code, actor())
    form = forms.SendCompletionForm()
    if request.method == "POST" and queries.was_sent_as(application, form.request_key.data or ""):
        return go("applications.show_application", practice_code=practice_code)
    copy = queries.copy_of(application)
    if copy is None:
        if request.method == "POST":
            raise NotFound
        return go_to(application)
    if form.validate_on_submit() and send_completion(application, form):
        return go("applications.show_application", practice_code=practice_code)
    return form_page(
        "applications/answer_integration.html",
        form,
        application=application,
        asked=copy.request,
        changes=queries.changes_in(copy.request),
        missing=copy.missing,
        is_over=queries.is_late(copy.request, g.received_at),
    )


def send_completion(application: Any, form: Any) -> bool:
    """Send the copy; tell whether it has arrived."""
    key = form.request_key.data or ""
    try:
        sent = services.answer_integration(application, actor(), key, g.received_at)
    except Invalid as refusal:
        put_errors(form, refusal)
        return False
    number = sent.protocol_entry.code
    say(_("What you completed has arrived. Protocol number %(number)s.", number=number))
    return True
