"""Reading form definitions and the answers of a record."""

from __future__ import annotations

from sqlalchemy import select

from portal.db import db
from portal.questionnaires.engine import Answers, Form, Given, cached_form
from portal.questionnaires.models import Answer, AnswerSet, FormDefinition


def form_of(definition: FormDefinition) -> Form:
    """The form of a definition, read once for each content."""
    content = definition.definition
    if definition.form_read is None or definition.form_read[0] is not content:
        definition.form_read = content, cached_form(content)
    form: Form = definition.form_read[1]
    return form


def answers_of(answer_set: AnswerSet) -> Answers:
    """The answers given so far, in one query."""
    rows = db.session.execute(
        select(Answer.question_key, Answer.typed, Answer.value, Answer.error_code).where(
            Answer.answer_set_id == answer_set.id
        )
    )
    given = {row.question_key: Given(row.typed, row.value, row.error_code) for row in rows}
    return Answers(form_of(answer_set.form_definition), given)


def versions_of(key: str) -> list[FormDefinition]:
    """The versions of a form definition, the newest first."""
    return list(
        db.session.scalars(
            select(FormDefinition)
            .where(FormDefinition.key == key)
            .order_by(FormDefinition.version.desc())
        )
    )
