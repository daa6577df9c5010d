"""Answers of an earlier application that a new draft of the same applicant can take over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries.dossiers import form_of_application
from portal.applications.queries.visibility import real
from portal.applications.states import ApplicationState
from portal.db import db
from portal.i18n import pick
from portal.questionnaires.engine import (
    Answers,
    Form,
    Question,
    QuestionType,
    Section,
    is_blank,
)
from portal.questionnaires.queries import answers_of

MOST_OFFERED = 5
# Files grow old, declarations are made anew each time, what is computed follows by itself.
NEVER_COPIED = frozenset({QuestionType.FILE, QuestionType.DECLARATION, QuestionType.COMPUTED})


@dataclass(frozen=True)
class Copyable:
    """What one earlier application would give to a draft."""

    earlier: Application
    form: Form
    answers: Answers

    @property
    def questions(self) -> list[Question]:
        """Return the questions whose answers are taken over, in the order of the new form."""
        return [question for _, question in self._pairs()]

    @property
    def left(self) -> list[Question]:
        """Return the questions that are to be answered anew."""
        copied = {question.key for question in self.questions}
        asked = [question for question in self.form.questions if not question.is_computed]
        return [question for question in asked if question.key not in copied]

    @property
    def labels_by_section(self) -> list[tuple[str, list[str]]]:
        """Return what is taken over, under the titles of the sections."""
        found = [
            (pick(section.title), [pick(each.label) for of, each in self._pairs() if of is section])
            for section in self.form.sections
        ]
        return [(title, labels) for title, labels in found if labels]

    @property
    def labels_left(self) -> list[str]:
        """Return what is to be answered anew, files and declarations among it."""
        return [pick(question.label) for question in self.left]

    def typed_in(self, section: Section) -> dict[str, list[str]]:
        """Return what is typed into a section of the draft."""
        pairs = self._pairs()
        return {each.key: list(self.answers.typed(each.key)) for of, each in pairs if of is section}

    def _pairs(self) -> Iterator[tuple[Section, Question]]:
        earlier = {question.key: question for question in self.answers.form.questions}
        for section in self.form.sections:
            for question in section.questions:
                before = earlier.get(question.key)
                if before and fits(before, question) and not self._is_blank(question.key):
                    yield section, question

    def _is_blank(self, key: str) -> bool:
        return is_blank(self.answers.typed(key))


def fits(before: Question, now: Question) -> bool:
    """Tell whether an answer to one question answers the other: the same is asked."""
    columns = [{(column.key, column.type) for column in each.columns} for each in (before, now)]
    return before.type is now.type and now.type not in NEVER_COPIED and columns[0] == columns[1]


def may_copy(application: Application, answers: Answers, user: Any) -> bool:
    """Tell whether earlier answers can be taken over: into a draft where nothing is typed yet."""
    return is_blank_draft(application, answers) and bool(copyable(application, user))


def is_untouched(application: Application) -> bool:
    """Tell whether a draft is still empty."""
    return is_blank_draft(application, answers_of(application.answer_set))


def is_blank_draft(application: Application, answers: Answers) -> bool:
    """Tell whether these are the answers of a draft, and nothing stands in them."""
    typed = (each for each in answers.given.values() if each.is_sealed or not is_blank(each.typed))
    return application.state is ApplicationState.DRAFT and not any(typed)


def copyable(application: Application, user: Any) -> list[Copyable]:
    """Return the earlier applications of the applicant that give something, the newest first."""
    form = form_of_application(application)
    earlier = db.session.scalars(
        select(Application)
        .where(
            Application.applicant_id == application.applicant_id,
            Application.id != application.id,
            real(),
        )
        .options(joinedload(Application.call), joinedload(Application.answer_set, innerjoin=True))
        .order_by(Application.id.desc())
        .limit(MOST_OFFERED)
    )
    found = [
        Copyable(each, form, answers_of(each.answer_set))
        for each in earlier
        if permissions.can(user, "application.edit", each)
    ]
    return [each for each in found if each.questions]
