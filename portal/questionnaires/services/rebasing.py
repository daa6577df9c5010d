"""Moving answers to another version of their form, without losing a word."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal import clock
from portal.db import db, lock, transaction
from portal.errors import Invalid
from portal.questionnaires import queries
from portal.questionnaires.engine import Form, Question, QuestionType, read_files
from portal.questionnaires.models import Answer, AnswerChange, AnswerSet, FormDefinition
from portal.questionnaires.services.rows import fill, read_typed


class Rebase(NamedTuple):
    """What another version means to whoever is filling in: keys, in the order of the forms."""

    gone: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]


@transaction()
def rebase_answers(
    answer_set: AnswerSet, new_definition: FormDefinition, actor: Any = None
) -> Rebase:
    """Move the answers to another version of their form, and return what changed in it.

    What was typed stays where its question stands, and is read again by the new rules. The texts
    of questions that have gone stand in the history. Files of theirs are for the caller to take
    away.
    """
    lock(answer_set)
    old_definition = answer_set.form_definition
    before, after = queries.form_of(old_definition), queries.form_of(new_definition)
    if old_definition.id != new_definition.id:
        read_again(answer_set, before, after, old_definition, actor)
        answer_set.form_definition = new_definition
        db.session.flush()
    return compare_forms(before, after)


def compare_forms(before: Form, after: Form) -> Rebase:
    """Return which questions have gone, read otherwise, or are new."""
    old, new = before.by_key, after.by_key
    gone = tuple(key for key, question in old.items() if not stands(question, new.get(key)))
    return Rebase(
        gone,
        tuple(key for key in old if key not in gone and old[key] != new[key]),
        tuple(key for key in new if key not in old or key in gone),
    )


def stands(old: Question, new: Question | None) -> bool:
    """Tell whether what answered one question can answer the other: files are no texts."""
    return new is not None and all(
        (old.type is kind) == (new.type is kind)
        for kind in (QuestionType.FILE, QuestionType.COMPUTED)
    )


def read_again(
    answer_set: AnswerSet,
    before: Form,
    after: Form,
    old_definition: FormDefinition,
    actor: Any = None,
) -> None:
    """Read what is typed by the rules of `after`; keep in the history what has no question."""
    gone = compare_forms(before, after).gone
    rows = db.session.scalars(
        select(Answer).where(Answer.answer_set_id == answer_set.id).options(undefer(Answer.sealed))
    )
    for row in rows.all():
        if row.question_key in gone:
            db.session.add(last_words(row, old_definition, actor))
            db.session.delete(row)
        elif row.question_key in after.by_key:
            read_row_again(row, after.question(row.question_key))


def last_words(row: Answer, old_definition: FormDefinition, actor: Any) -> AnswerChange:
    """Return the line of the history that keeps an answer whose question has gone."""
    return AnswerChange(
        answer_set_id=row.answer_set_id,
        form_definition_id=old_definition.id,
        question_key=row.question_key,
        before=row.typed,
        after=[],
        sealed=row.sealed,
        began_at=clock.now(),
        changed_at=clock.now(),
        changed_by_id=actor.id if actor else None,
    )


def read_row_again(row: Answer, question: Question) -> None:
    """Read what stands in a row by the rules of its question as it is now."""
    typed = queries.typed_in_row(row)
    if question.type is QuestionType.FILE:
        row.error_code = file_error(question, row.value)
        return
    value, error = read_typed(question, typed)
    fill(row, question, typed, value, error.code if error else None)


def file_error(question: Question, files: Any) -> str | None:
    """Return what is wrong with files given before, if there are too many now."""
    try:
        read_files(question, files or [])
    except Invalid as refusal:
        return refusal.code
    return None
