"""One answer saved by itself while the page stays: what a script of the section's page asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications import queries, services
from portal.applications.engine import read_seen
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid, Stale, WrongState
from portal.i18n import _, format_instant, message
from portal.questionnaires.engine import show_answer, show_number, show_typed, typed_rows
from portal.questionnaires.forms import section_form
from portal.web import access, actor

CONFLICT, GONE, UNPROCESSABLE = 409, 410, 422


@blueprint.post("/domande/<practice_code>/campi/<question_key>")
@access("application.edit")
def save_field(practice_code: str, question_key: str) -> ResponseReturnValue:
    """Keep one answer, and say what it changes on the page; nothing is written over unseen."""
    application = queries.get_own_application(practice_code, actor())
    draft = queries.draft_of(application)
    question = draft.question(question_key)
    typed = typed_for(draft, question)
    seen = read_seen(request.form.get("seen", ""))
    try:
        services.save_field(application, question_key, typed, actor(), seen.version if seen else 0)
    except Stale:
        return conflict(application, question, typed)
    except WrongState as refusal:
        return gone(refusal)
    return jsonify(state_of(queries.draft_of(application), question))


def typed_for(draft: Any, question: Any) -> list[str]:
    """Return what the page holds for one question, word for word."""
    section = replace(draft.form.section_of(question.key), questions=(question,))
    form = section_form(draft.form, section, draft.answers, request.form)
    return list(form.typed()[question.key])


def state_of(draft: Any, question: Any) -> dict[str, Any]:
    """Return what the page of a section shows after a saving, as the server sees it."""
    section, sight = draft.form.section_of(question.key), draft.answers.sight
    keys = [each.key for each in section.questions]
    error = draft.answers.errors.get(question.key)
    return {
        "version": draft.answers.version(question.key),
        "seen": str(draft.seen(section)[question.key]),
        "saved_at": f"{clock.to_rome(clock.now()):%H:%M:%S}",
        "error": message(error) if error else None,
        "show": [key for key in keys if key in sight.visible],
        "hide": [key for key in keys if key not in sight.visible],
        "computed": computed(draft),
        "totals": totals(draft),
        "problems": problems(draft),
    }


def computed(draft: Any) -> dict[str, str]:
    """Return what is computed, as people read it."""
    found = draft.answers.sight.computed
    return {key: show_answer(draft.form.question(key), value) for key, value in found.items()}


def totals(draft: Any) -> dict[str, str]:
    """Return the sums below the columns of tables, as people read them."""
    found = draft.answers.sight.totals
    return {
        f"{key}-{column}": show_number(draft.form.question(key).column(column).unit, total)
        for (key, column), total in found.items()
    }


def problems(draft: Any) -> list[dict[str, str]]:
    """Return what does not fit together, by the question it is said beside."""
    found = draft.answers.problems
    return [{"at": key, "message": message(refusal)} for key, refusal in found.items()]


def conflict(application: Any, question: Any, typed: list[str]) -> ResponseReturnValue:
    """Answer with both texts, who saved the other one, and what the page now knows."""
    draft = queries.draft_of(application)
    section = draft.form.section_of(question.key)
    saving = queries.answer_saving(application, question.key)
    return {
        "conflict": {
            "yours": read_out(question, typed),
            "saved": read_out(question, draft.answers.typed(question.key)),
            "typed": as_sent(question, draft.answers.typed(question.key)),
            "seen": str(draft.seen(section)[question.key]),
            "who": said_by(saving),
        }
    }, CONFLICT


def read_out(question: Any, typed: list[str]) -> str:
    """Return an answer as one reads it, a line for each row or option."""
    return "\n".join(show_typed(question, typed)) or _("(blank)")


def as_sent(question: Any, typed: list[str]) -> list[str]:
    """Return what a page's controls hold for an answer, blanks left out, in their order."""
    if question.type == "table":
        typed = [cell for row in typed_rows(question, typed) for cell in row.values()]
    return [text for text in typed if text]


def said_by(saving: Any) -> str:
    """Return who saved an answer and when, in a sentence."""
    if saving is None or not saving.who:
        return _("Perhaps a colleague, or you in another window.")
    return _("Saved by %(who)s on %(instant)s.", who=saving.who, instant=format_instant(saving.at))


def gone(refusal: WrongState) -> ResponseReturnValue:
    """Answer what comes after the sending: nothing is changed any more."""
    return {"error": {"code": refusal.code, "message": message(refusal)}}, GONE


@blueprint.post("/domande/<practice_code>/campi/<question_key>/file")
@access("application.edit")
def add_file(practice_code: str, question_key: str) -> ResponseReturnValue:
    """Take one file by itself, by the same rules as the form of the section."""
    application = queries.get_own_application(practice_code, actor())
    upload = request.files.get(question_key)
    if upload is None or not upload.filename:
        raise Invalid("required", question_key)
    try:
        services.attach_file(application, question_key, upload.stream, upload.filename, actor())
    except WrongState as refusal:
        return gone(refusal)
    draft = queries.draft_of(application)
    return {"problems": problems(draft)}
