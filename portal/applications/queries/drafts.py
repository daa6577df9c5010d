"""What the pages of a draft show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from portal import permissions
from portal.accounts.models import User
from portal.accounts.queries import Saving
from portal.applications.engine import Seen, merge, seen_of, write_marks
from portal.applications.models import Application
from portal.applications.queries.dossiers import (
    ShownAnswer,
    form_of_application,
    sections_of,
    typed_in,
)
from portal.applications.queries.visibility import get_application
from portal.calls.queries import closing_for, is_over
from portal.db import db
from portal.errors import Invalid, NotFound
from portal.i18n import _, pick
from portal.questionnaires.engine import (
    Answers,
    Form,
    Missing,
    Question,
    Section,
    read_answer,
    show_answer,
)
from portal.questionnaires.models import Answer
from portal.questionnaires.queries import answers_of


@dataclass(frozen=True)
class Draft:
    """An application being filled in: its form and what has been answered so far."""

    application: Application
    form: Form
    answers: Answers

    @property
    def is_over(self) -> bool:
        """Tell whether the call has closed: the draft is read, and no longer sent."""
        return not self.application.is_test and is_over(self.application.call, self.closing)

    @property
    def closing(self) -> datetime | None:
        """Return until when this applicant may send."""
        return closing_for(self.application.call, self.application.applicant)

    @property
    def missing(self) -> list[Missing]:
        """Return what keeps it from being sent."""
        return self.answers.missing()

    @property
    def missing_by_section(self) -> list[tuple[Section, list[Missing]]]:
        """Return the same under the sections they stand in, in the order of the form."""
        by_section = groupby(self.missing, key=attrgetter("section"))
        return [(section, list(gaps)) for section, gaps in by_section]

    @property
    def done(self) -> int:
        """Return how many sections are complete."""
        return sum(self.answers.state(section) == "complete" for section in self.form.sections)

    def state_of(self, section: Section) -> str:
        """Return `todo`, `started`, `done` or `error`, as the task list shows it."""
        if any(question.key in self.answers.errors for question in section.questions):
            return "error"
        states = {"empty": "todo", "partial": "started", "complete": "done"}
        return states[self.answers.state(section)]

    def section(self, key: str) -> Section:
        """Return a section of the form, or raise NotFound."""
        try:
            return self.form.section(key)
        except KeyError as error:
            raise NotFound from error

    def neighbour(self, section: Section, step: int) -> Section | None:
        """Return the section so many places further; None beyond either end."""
        place = self.form.sections.index(section) + step
        return self.form.sections[place] if 0 <= place < len(self.form.sections) else None

    def marks(self, section: Section) -> str:
        """Return what the section's page carries to tell what it showed of each answer."""
        return write_marks(self.seen(section))

    def seen(self, section: Section) -> dict[str, Seen]:
        """Return what a page of the section shows, by question."""
        return {key: seen_of(0, typed) for key, typed in typed_in(section, self.answers).items()}

    def conflicts(
        self, section: Section, typed: Mapping[str, Sequence[str]], seen: Mapping[str, Seen]
    ) -> list[Conflict]:
        """Return where both the page and somebody else have changed the same answer."""
        saved = typed_in(section, self.answers)
        return [
            Conflict(question, list(typed[question.key]), saved[question.key])
            for question in section.questions
            if question.key in typed
            and question.key in saved
            and merge(typed[question.key], saved[question.key], seen.get(question.key)) is None
        ]


@dataclass(frozen=True)
class Conflict:
    """An answer that two have changed: what the page holds, and what is saved."""

    question: Question
    typed: list[str]
    saved: list[str]

    @property
    def label(self) -> str:
        """Return the question in the reader's language."""
        return pick(self.question.label)

    @property
    def yours(self) -> str:
        """Return what the page holds, as one reads it."""
        return read_out(self.question, self.typed)

    @property
    def theirs(self) -> str:
        """Return what is saved, as one reads it."""
        return read_out(self.question, self.saved)


def read_out(question: Question, typed: Sequence[str]) -> str:
    """Return an answer as one reads it; what is wrong as it was typed."""
    try:
        return show_answer(question, read_answer(question, typed))
    except Invalid:
        return ", ".join(text for text in typed if text)


def section_saving(application: Application, section: Section) -> Saving | None:
    """Return when a section was last saved, and by whom."""
    keys = [question.key for question in section.questions]
    row = db.session.execute(
        select(Answer.saved_at, User.name)
        .outerjoin(User, User.id == Answer.saved_by_id)
        .where(Answer.answer_set_id == application.answer_set_id, Answer.question_key.in_(keys))
        .order_by(Answer.saved_at.desc(), Answer.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Saving(row.saved_at, row.name or "")


def typed_sections(application: Application) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return all that stands in a draft, right or wrong: sections with their lines, to be copied.

    An answer that is right reads as in the summary, a wrong one as it was typed.
    """
    answers = answers_of(application.answer_set)
    return [
        (
            section.title,
            [
                {**answer.row, "value": typed_text(answers, answer), "missing": False}
                for answer in section.answers
            ],
        )
        for section in sections_of(application)
    ]


def typed_text(answers: Answers, shown: ShownAnswer) -> Any:
    """Return an answer as it reads, or as it was typed where that is wrong."""
    key = shown.question.key
    if key in answers.errors:
        return ", ".join(answers.typed(key))
    return shown.row["value"] if shown.lines else _("Not answered")


def draft_of(application: Application) -> Draft:
    """Return the application as its owners fill it in."""
    form = form_of_application(application)
    return Draft(application, form, answers_of(application.answer_set))


def get_own_application(
    practice_code: str, user: Any, action: str = "application.edit"
) -> Application:
    """Return an application on whose side `user` stands and may do `action`.

    NotFound or Forbidden otherwise. `application.follow` is reading, by whoever was invited too.
    """
    application = get_application(practice_code, user)
    permissions.require(user, action, application)
    return application
