"""The history of the answers: who changed which one, when, from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import User
from portal.db import db
from portal.i18n import pick
from portal.questionnaires.engine import Form, Question, show_typed
from portal.questionnaires.models import AnswerChange, AnswerSet, FormDefinition
from portal.questionnaires.queries.answers import form_of


@dataclass(frozen=True)
class Change:
    """One line of the history. `who` is blank where the office changed the form.

    A special answer shows no text. `is_gone` says that the question stands in the form no more.
    """

    at: datetime
    who: str
    question: Question
    before: Sequence[str]
    after: Sequence[str]
    is_gone: bool = False

    @property
    def question_key(self) -> str:
        """The key of the question."""
        return self.question.key

    @property
    def label(self) -> str:
        """The question, as it was asked then, in the reader's language."""
        return pick(self.question.label)


def changes_of(answer_set: AnswerSet) -> list[Change]:
    """The changes of a record's answers, the latest first; two queries however many they are."""
    rows = db.session.execute(
        select(AnswerChange, User.name)
        .outerjoin(User, User.id == AnswerChange.changed_by_id)
        .where(AnswerChange.answer_set_id == answer_set.id)
        .order_by(AnswerChange.changed_at.desc(), AnswerChange.id.desc())
    ).all()
    forms = _forms(sorted({change.form_definition_id for change, _ in rows}))
    now = form_of(answer_set.form_definition)
    found = []
    for change, who in rows:
        question = forms[change.form_definition_id].by_key.get(change.question_key)
        if question is not None:
            texts = show_typed(question, change.before), show_typed(question, change.after)
            is_gone = change.question_key not in now.by_key
            found.append(Change(change.changed_at, who or "", question, *texts, is_gone))
    return found


def _forms(ids: list[int]) -> dict[int, Form]:
    found = db.session.scalars(select(FormDefinition).where(FormDefinition.id.in_(ids)))
    return {row.id: form_of(row) for row in found}
