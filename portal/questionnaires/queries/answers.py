"""Reading form definitions and the answers of a record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import vault
from portal.db import db
from portal.questionnaires.engine import Answers, Form, Given, Profile, cached_form
from portal.questionnaires.models import Answer, AnswerSet, FormDefinition

COLUMNS = (
    Answer.question_key,
    Answer.typed,
    Answer.value,
    Answer.error_code,
    Answer.version,
)


def form_of(definition: FormDefinition) -> Form:
    """The form of a definition, read once for each content."""
    content = definition.definition
    if definition.form_read is None or definition.form_read[0] is not content:
        definition.form_read = content, cached_form(content)
    form: Form = definition.form_read[1]
    return form


def answers_of(answer_set: AnswerSet, profile: Profile | None = None) -> Answers:
    """The answers given so far, in one query; special ones stay sealed.

    `profile` holds the facts of whoever answers, which conditions look at.
    """
    sealed = Answer.sealed.is_not(None).label("is_sealed")
    rows = db.session.execute(select(*COLUMNS, sealed).where(Answer.answer_set_id == answer_set.id))
    given = {
        row.question_key: Given(
            row.typed, row.value, row.error_code, row.version, bool(row.is_sealed)
        )
        for row in rows
    }
    return Answers(form_of(answer_set.form_definition), given, profile or {})


def opened_answers_of(answer_set: AnswerSet, profile: Profile | None = None) -> Answers:
    """The answers with the special ones opened.

    For whoever may read them: callers judge `application.read_special` first, or are the deeds of
    the owner himself.
    """
    rows = db.session.execute(
        select(*COLUMNS, Answer.sealed).where(Answer.answer_set_id == answer_set.id)
    )
    given = {}
    for row in rows:
        found = Given(row.typed, row.value, row.error_code, row.version)
        if row.sealed is not None:
            found = found._replace(**open_sealed(row.sealed))
        given[row.question_key] = found
    return Answers(form_of(answer_set.form_definition), given, profile or {})


def open_sealed(sealed: str) -> dict[str, Any]:
    """What a special answer holds: what was typed, and what it means."""
    found: dict[str, Any] = vault.unseal(sealed)
    return found


def typed_in_row(row: Answer) -> list[str]:
    """What stands typed in a row, opened where it is sealed: for comparing, never for showing."""
    return list(open_sealed(row.sealed)["typed"]) if row.sealed is not None else list(row.typed)


def versions_of(key: str) -> list[FormDefinition]:
    """The versions of a form definition, the newest first."""
    return list(
        db.session.scalars(
            select(FormDefinition)
            .where(FormDefinition.key == key)
            .order_by(FormDefinition.version.desc())
        )
    )
