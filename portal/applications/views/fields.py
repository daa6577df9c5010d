"""One answer saved by itself while the page stays: what a script of the section's page asks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications import queries, services
from portal.applications.engine import read_seen
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid, NotFound, Stale, WrongState
from portal.i18n import _, format_instant, message
from portal.questionnaires.engine import (
    Answers,
    show_answer,
    show_one,
    show_total,
    show_typed,
    typed_rows,
)
from portal.questionnaires.forms import section_form
from portal.web import CONFLICT, access, actor

GONE, UNPROCESSABLE = 410, 422


@blueprint.post("/domande/<practice_code>/campi/<question_key>")
@access("application.edit")
def save_field(practice_code: str, question_key: str) -> ResponseReturnValue:
    """Keep one answer, and say what it changes on the page; nothing is written over unseen."""
    seen, typed = read_seen(request.form.get("seen", "")), partial(typed_for, question_key)
    try:
        draft = services.save_field(
            practice_code, question_key, typed, actor(), seen.version if seen else 0
        )
    except Stale:
        return conflict(practice_code, question_key)
    except WrongState as refusal:
        return gone(refusal)
    return jsonify(state_of(draft, draft.form.question(question_key)))


def typed_for(key: str, form: Any) -> list[str]:
    """Return what the page holds for one question, word for word; NotFound is no such question."""
    question = typed_question(form, key)
    section = replace(form.section_of(key), questions=(question,))
    return list(section_form(section, Answers(form, {}), request.form).typed()[key])


def typed_question(form: Any, key: str) -> Any:
    """Return a question that is answered by typing or choosing, or raise NotFound."""
    question = form.by_key.get(key)
    if question is None or question.is_computed or question.type == "file":
        raise NotFound
    return question


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
        "totals": totals(draft, section),
        "cells": cells(draft, section),
        "problems": problems(draft),
    }


def computed(draft: Any) -> dict[str, str]:
    """Return what is computed, as people read it."""
    found = draft.answers.sight.computed
    return {key: show_answer(draft.form.question(key), value) for key, value in found.items()}


def totals(draft: Any, section: Any) -> dict[str, str]:
    """Return the sums below the columns of the section's tables, as its page shows them."""
    found = draft.answers.sight.totals
    return {
        f"{table.key}-{column.key}": show_total(
            column, found.get((table.key, column.key)), not draft.answers.typed(table.key)
        )
        for table in section.questions
        for column in table.columns
        if column.total
    }


def cells(draft: Any, section: Any) -> dict[str, list[dict[str, str]]]:
    """Return what is computed in the rows of the section's tables, as people read it."""
    values = draft.answers.sight.values
    return {
        table.key: [
            {
                each.key: show_one(each, row.get(each.key))
                for each in table.columns
                if each.is_computed
            }
            for row in values.get(table.key) or ()
        ]
        for table in section.questions
        if any(column.is_computed for column in table.columns)
    }


def problems(draft: Any) -> list[dict[str, str]]:
    """Return what does not fit together, by the question it is said beside."""
    found = draft.answers.problems
    return [{"at": key, "message": message(refusal)} for key, refusal in found.items()]


def conflict(practice_code: str, key: str) -> ResponseReturnValue:
    """Answer with both texts, who saved the other one, and what the page now knows."""
    application = queries.get_own_application(practice_code, actor())
    draft = queries.draft_of(application)
    question, saved = draft.form.question(key), draft.answers.typed(key)
    return {
        "conflict": {
            "yours": read_out(question, typed_for(key, draft.form)),
            "saved": read_out(question, saved),
            "typed": as_sent(question, saved),
            "seen": str(draft.seen(draft.form.section_of(key))[key]),
            "who": said_by(queries.answer_saving(application, key)),
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
    upload: Any = request.files.get(question_key)
    if upload is None or not upload.filename:
        raise Invalid("required", question_key)
    try:
        services.attach_file(application, question_key, upload.stream, upload.filename, actor())
    except WrongState as refusal:
        return gone(refusal)
    draft = queries.draft_of(application)
    return {"problems": problems(draft)}
