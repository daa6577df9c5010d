"""Messages between applicant and office; the office's notes stand on a page of their own."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.states import Side
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say, send_file_of


def chosen_files(form: Any) -> list[tuple[Any, str]]:
    """Return the files of a form as services take them."""
    return [(each.stream, each.filename) for each in form.files.value]


@blueprint.route("/domande/<practice_code>/messaggi", methods=["GET", "POST"])
@access(get="message.read", post="message.write", logged="read")
def show_messages(practice_code: str) -> ResponseReturnValue:
    """What office and applicant have written to one another, and a form to write."""
    application = queries.get_followed(practice_code, actor())
    if request.form.get("action") == "read":
        services.read_messages(application, actor(), Side.APPLICANT)
        return go("applications.show_messages", practice_code=practice_code)
    form = forms.WriteForm()
    if form.validate_on_submit():
        if write(application, form):
            return go("applications.show_messages", practice_code=practice_code)
    elif not form.is_typed:
        form.question_key.data = request.args.get("domanda", "")
    return form_page(
        "applications/show_messages.html",
        form,
        application=application,
        lines=message_lines(application),
        news=queries.news_of(queries.messages_of(application), Side.APPLICANT),
        about=queries.question_text(application, form.question_key.data),
        may_write=can(actor(), "message.write", application),
    )


def write(application: Any, form: Any) -> bool:
    """Send what the applicant typed; tell whether it has left."""
    body, about = form.body.data or "", form.question_key.data or None
    try:
        services.write_message(application, actor(), body, chosen_files(form), about)
    except Invalid as refusal:
        put_errors(form, refusal)
        return False
    say(_("Your message has reached the office. We write to you when there is an answer."))
    return True


def answer(application: Any, form: Any) -> bool:
    """Send what the office typed; tell whether it has left."""
    body, due = form.body.data or "", form.answer_due_on.data or ""
    try:
        services.answer_applicant(application, actor(), body, chosen_files(form), due)
    except Invalid as refusal:
        put_errors(form, refusal)
        return False
    say(_("The message is sent. The mail says that there is news, not what it is."))
    return True


def do_besides(application: Any) -> bool:
    """Do what another button than that of the form said; tell whether one did."""
    action = request.form.get("action", "")
    if action == "read":
        services.read_messages(application, actor(), Side.OFFICE)
    elif action == "settle":
        services.settle_message(application, actor(), request.form.get("message", ""))
    return action in ("read", "settle")


def correspondence(application: Any) -> dict[str, Any]:
    """Return how messages and notes of a dossier stand; nothing for who may not read them."""
    if not can(actor(), "message.oversee", application):
        return {}
    messages = queries.messages_of(application)
    waiting = [each for each in messages if each.side is Side.OFFICE and each.waits]
    asked = [each.answer_due_on for each in waiting if each.answer_due_on is not None]
    return {
        "news": queries.news_of(messages, Side.OFFICE),
        "notes": queries.count_notes(application),
        "waits_for": min(asked, default=None),
    }


def message_lines(application: Any) -> list[dict[str, Any]]:
    """Return the messages with the words of the question each is about."""
    return [
        {"message": each, "about": queries.question_text(application, each.question_key)}
        for each in queries.messages_of(application)
    ]


@blueprint.get("/domande/<practice_code>/messaggi/<message_id>/allegati/<file_public_id>")
@access("message.read", logged="download")
def show_message_file(practice_code: str, message_id: str, file_public_id: str) -> Response:
    """Hand out a file that goes with a message, to either side."""
    application = queries.get_either(practice_code, actor())
    return send_file_of(queries.get_message_file(application, message_id, file_public_id))


@blueprint.route("/pratiche/<practice_code>/messaggi", methods=["GET", "POST"])
@access(get="message.oversee", post="message.answer", logged="read")
def show_correspondence(practice_code: str) -> ResponseReturnValue:
    """The same for the office: who writes says that the applicant will read it."""
    application = queries.get_correspondence(practice_code, actor())
    form = forms.AnswerForm()
    if do_besides(application) or (form.validate_on_submit() and answer(application, form)):
        return go("applications.show_correspondence", practice_code=practice_code)
    return form_page(
        "applications/show_correspondence.html",
        form,
        application=application,
        lines=message_lines(application),
        news=queries.news_of(queries.messages_of(application), Side.OFFICE),
        readers=queries.applicants_readers(application),
        may_answer=can(actor(), "message.answer", application),
        is_draft=not can(actor(), "receipt.read", application),
    )


@blueprint.route("/pratiche/<practice_code>/note", methods=["GET", "POST"])
@access(get="note.read", post="note.write", logged="read")
def show_notes(practice_code: str) -> ResponseReturnValue:
    """What the office has noted for itself."""
    application = queries.get_noted(practice_code, actor())
    form = forms.NoteForm()
    if form.validate_on_submit():
        services.write_note(application, actor(), form.body.data or "")
        say(_("The note is kept: the office alone reads it."))
        return go("applications.show_notes", practice_code=practice_code)
    return form_page(
        "applications/show_notes.html",
        form,
        application=application,
        notes=queries.notes_of(application),
        may_write=can(actor(), "note.write", application),
    )


@blueprint.get("/messaggi")
@access("application.list")
def list_correspondence() -> ResponseReturnValue:
    """The dossiers whose applicants have written and wait."""
    found = queries.waiting_dossiers(actor())
    news = queries.news_by_application(found, Side.OFFICE)
    return page("applications/list_correspondence.html", dossiers=found, news=news)
