"""Saving form definitions and answers. Who may do so is judged by the record's own services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale
from portal.questionnaires import queries
from portal.questionnaires.engine import (
    Question,
    QuestionType,
    clean,
    dump_form,
    is_blank,
    read_answer,
    read_files,
    read_form,
)
from portal.questionnaires.models import Answer, AnswerSet, FormDefinition

# A page says nothing of boxes that are not ticked: where they stand, silence is an answer.
TICKED = frozenset({QuestionType.CHOICES, QuestionType.DECLARATION})


def save_form_definition(key: str, definition: Mapping[str, Any]) -> FormDefinition:
    """Keep a form definition: the version that already says the same, or the next one.

    Refused with the path of the mistake when it is not a definition.
    """
    content = dump_form(read_form(definition))
    with transaction():
        versions = queries.versions_of(key)
        for version in versions:
            if version.definition == content:
                return version
        row = FormDefinition(
            key=key,
            version=versions[0].version + 1 if versions else 1,
            definition=content,
            created_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        return row


def open_answers(form_definition: FormDefinition) -> AnswerSet:
    """Begin the answers of a record."""
    with transaction():
        answer_set = AnswerSet(form_definition=form_definition, created_at=clock.now())
        db.session.add(answer_set)
        db.session.flush()
        return answer_set


def require_version(answer_set: AnswerSet, version: int) -> None:
    """Refuse what was typed on a page older than the last saving. Called inside the transaction."""
    lock(answer_set)
    if answer_set.version != version:
        raise Stale


def save_answers(
    answer_set: AnswerSet, section_key: str, typed: Mapping[str, Sequence[str]], actor: Any
) -> dict[str, Invalid]:
    """Keep what was typed in a section, right or wrong, and return what is wrong by question.

    Questions the page did not send stay as they are, but boxes left unticked; files are answered
    with `set_answer`. A blank is no error: `Answers.missing` lists it.
    """
    with transaction():
        lock(answer_set)
        section = queries.form_of(answer_set.form_definition).section(section_key)
        sent = [
            (question, clean(typed.get(question.key) or ()))
            for question in section.questions
            if question.type != QuestionType.FILE
        ]
        sent = [(q, texts) for q, texts in sent if texts or q.type in TICKED]
        rows = _rows_of(answer_set, [question for question, _ in sent])
        errors = {}
        for question, texts in sent:
            value, error = _read(question, texts)
            if error:
                errors[question.key] = error
            _write(rows[question.key], texts, value, error)
        _touch(answer_set, rows.values(), actor)
        return errors


def set_answer(answer_set: AnswerSet, question_key: str, value: Any, actor: Any) -> None:
    """Answer a file question with the list of its files (their id, name, size and hash)."""
    with transaction():
        lock(answer_set)
        question = queries.form_of(answer_set.form_definition).question(question_key)
        if question.type != QuestionType.FILE:
            raise ValueError(f"{question_key} is answered by typing")
        files = read_files(question, value or [])
        rows = _rows_of(answer_set, [question])
        _write(rows[question_key], [file["name"] for file in files], files or None, None)
        _touch(answer_set, rows.values(), actor)


def _read(question: Question, texts: Sequence[str]) -> tuple[Any, Invalid | None]:
    if is_blank(texts):
        return None, None
    try:
        return read_answer(question, texts), None
    except Invalid as error:
        return None, None if error.code == "required" else error


def _rows_of(answer_set: AnswerSet, questions: Iterable[Question]) -> dict[str, Answer]:
    """The rows of these questions, new ones where they are answered for the first time."""
    keys = [question.key for question in questions]
    found = db.session.scalars(
        select(Answer).where(Answer.answer_set_id == answer_set.id, Answer.question_key.in_(keys))
    )
    rows = {row.question_key: row for row in found}
    for key in keys:
        if key not in rows:
            rows[key] = Answer(answer_set_id=answer_set.id, question_key=key, typed=[])
    return rows


def _write(row: Answer, typed: list[str], value: Any, error: Invalid | None) -> None:
    row.typed, row.value, row.error_code = typed, value, error.code if error else None


def _touch(answer_set: AnswerSet, rows: Iterable[Answer], actor: Any) -> None:
    """Say who saved and when, and count the saving."""
    for row in rows:
        row.saved_at, row.saved_by_id = clock.now(), actor.id
        db.session.add(row)
    flag_modified(answer_set, "created_at")
    db.session.flush()
