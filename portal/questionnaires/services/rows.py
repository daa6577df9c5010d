"""The rows of answers: what is written into them, and the trail of who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer
from sqlalchemy.orm.attributes import flag_modified

from portal import chance, clock, vault
from portal.db import db
from portal.errors import Invalid
from portal.questionnaires import queries
from portal.questionnaires.engine import Question, is_blank, read_answer
from portal.questionnaires.models import Answer, AnswerChange, AnswerSet

# Changes by one person within this time are one line of the history.
MERGED = timedelta(minutes=10)


def rows_of(answer_set: AnswerSet, keys: Iterable[str]) -> dict[str, Answer]:
    """Return the rows of these questions, new ones where none was answered before."""
    wanted = list(keys)
    found = db.session.scalars(
        select(Answer)
        .where(Answer.answer_set_id == answer_set.id, Answer.question_key.in_(wanted))
        .options(undefer(Answer.sealed))
    )
    rows = {row.question_key: row for row in found}
    for key in wanted:
        if key not in rows:
            rows[key] = Answer(answer_set_id=answer_set.id, question_key=key, typed=[], version=0)
    return rows


def read_typed(question: Question, texts: Sequence[str]) -> tuple[Any, Invalid | None]:
    """Return what was typed means, and what is wrong with it; a blank is not wrong."""
    if is_blank(texts):
        return None, None
    try:
        return read_answer(question, texts), None
    except Invalid as error:
        return None, None if error.code == "required" else error


def fill(row: Answer, question: Question, typed: list[str], value: Any, code: str | None) -> None:
    """Put an answer into its row: in the open, or sealed."""
    row.error_code = code
    if not question.is_special:
        row.typed, row.value, row.sealed = typed, value, None
        return
    row.typed, row.value = [], None
    if is_blank(typed):
        row.sealed = None
    elif not is_sealed_in(row, typed, value):
        salt = chance.public_id()
        row.sealed = vault.seal({"typed": typed, "value": value, "salt": salt})


def is_sealed_in(row: Answer, typed: list[str], value: Any) -> bool:
    """Tell whether a row holds just this under its seal."""
    if row.sealed is None:
        return False
    found = queries.open_sealed(row.sealed)
    return bool(found["typed"] == typed and found["value"] == value)


class Trail:
    """The changes of one saving, by one person, to some questions of one record."""

    def __init__(self, answer_set: AnswerSet, keys: Iterable[str], actor: Any) -> None:
        self.answer_set, self.actor, self.now = answer_set, actor, clock.now()
        recent = select(AnswerChange).where(
            AnswerChange.answer_set_id == answer_set.id,
            AnswerChange.question_key.in_(list(keys)),
            AnswerChange.form_definition_id == answer_set.form_definition_id,
            AnswerChange.began_at > self.now - MERGED,
        )
        latest = {
            each.question_key: each for each in db.session.scalars(recent.order_by(AnswerChange.id))
        }
        self.recent = {key: each for key, each in latest.items() if each.changed_by_id == actor.id}

    def keep(
        self, row: Answer, question: Question, texts: list[str], value: Any, code: Any
    ) -> None:
        """Write an answer, count it and remember the change, where anything has changed."""
        before = queries.typed_in_row(row)
        fill(row, question, texts, value, code)
        if before == texts or (is_blank(before) and is_blank(texts)):
            return
        row.version += 1
        self.note(question, before, texts)

    def note(self, question: Question, before: list[str], after: list[str]) -> None:
        """Remember a change; of a special answer only that there was one."""
        if question.is_special:
            before, after = [], []
        change = self.recent.get(question.key)
        if change is None:
            change = AnswerChange(
                answer_set_id=self.answer_set.id,
                form_definition_id=self.answer_set.form_definition_id,
                question_key=question.key,
                before=before,
                began_at=self.now,
                changed_by_id=self.actor.id,
            )
            db.session.add(change)
        change.after, change.changed_at = after, self.now


def touch(answer_set: AnswerSet, rows: Iterable[Answer], actor: Any) -> None:
    """Say who saved and when, and count the saving."""
    for row in rows:
        row.saved_at, row.saved_by_id = clock.now(), actor.id
        db.session.add(row)
    flag_modified(answer_set, "created_at")
    db.session.flush()
