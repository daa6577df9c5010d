"""Saving answers, right or wrong. Who may do so is judged by the record's own services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from portal import clock
from portal.db import db, lock, transaction
from portal.errors import Invalid, NotFound, Stale
from portal.questionnaires import queries
from portal.questionnaires.engine import Question, QuestionType, clean, read_files
from portal.questionnaires.models import AnswerSet, FormDefinition
from portal.questionnaires.services.rows import Trail, read_typed, rows_of, touch

# A page says nothing of boxes that are not ticked: where they stand, silence is an answer.
TICKED = frozenset({QuestionType.CHOICES, QuestionType.DECLARATION})
NEVER_TYPED = frozenset({QuestionType.FILE, QuestionType.COMPUTED})


class Saved(NamedTuple):
    """The version the answer has now, and what is wrong with it."""

    version: int
    error: Invalid | None


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

    Questions the page did not send stay as they are, but boxes left unticked and tables left
    without rows; files are answered with `set_answer`. A blank is no error: `Answers.missing`
    lists it.
    """
    with transaction():
        lock(answer_set)
        section = queries.form_of(answer_set.form_definition).section(section_key)
        sent = [(q, clean(typed.get(q.key) or ())) for q in section.questions if is_sent(q, typed)]
        rows = rows_of(answer_set, [question.key for question, _ in sent])
        trail = Trail(answer_set, rows, actor)
        errors = {}
        for question, texts in sent:
            value, error = read_typed(question, texts)
            if error:
                errors[question.key] = error
            trail.keep(rows[question.key], question, texts, value, error and error.code)
        touch(answer_set, rows.values(), actor)
        return errors


def is_sent(question: Question, typed: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a page says anything of a question, be it by silence."""
    if question.type in NEVER_TYPED:
        return False
    if question.type is QuestionType.TABLE:
        return question.key in typed
    return bool(typed.get(question.key)) or question.type in TICKED


def save_answer(
    answer_set: AnswerSet, question_key: str, typed: Sequence[str], actor: Any, seen: int
) -> Saved:
    """Keep what was typed for one question, right or wrong.

    `seen` is the version of the answer that the page knew, 0 when it was never saved. Raises Stale
    when it has been changed since, unless to the very same text: a page that never heard our
    answer may ask again. NotFound is a question that is not there, or is not answered by typing.
    """
    with transaction():
        lock(answer_set)
        question = queries.form_of(answer_set.form_definition).by_key.get(question_key)
        if question is None or question.type in NEVER_TYPED:
            raise NotFound
        rows, texts = rows_of(answer_set, [question_key]), clean(typed)
        row = rows[question_key]
        value, error = read_typed(question, texts)
        if row.version != seen:
            if queries.typed_in_row(row) != texts:
                raise Stale
            return Saved(row.version, error)
        trail = Trail(answer_set, rows, actor)
        trail.keep(row, question, texts, value, error and error.code)
        touch(answer_set, rows.values(), actor)
        return Saved(row.version, error)


def set_answer(answer_set: AnswerSet, question_key: str, value: Any, actor: Any) -> None:
    """Answer a file question with the list of its files (their id, name, size and hash)."""
    with transaction():
        lock(answer_set)
        question = queries.form_of(answer_set.form_definition).question(question_key)
        if question.type != QuestionType.FILE:
            raise ValueError(f"{question_key} is answered by typing")
        files = read_files(question, value or [])
        rows = rows_of(answer_set, [question_key])
        names = [file["name"] for file in files]
        Trail(answer_set, rows, actor).keep(
            rows[question_key], question, names, files or None, None
        )
        touch(answer_set, rows.values(), actor)
