"""What the pages of a draft show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from portal import permissions
from portal.applications.engine import Seen, merge, seen_of, write_marks
from portal.applications.models import Application
from portal.applications.queries.answers import answers_in, opened_answers_in
from portal.applications.queries.dossiers import (
    ShownAnswer,
    form_of_application,
    sections_of,
    typed_in,
)
from portal.applications.queries.visibility import get_application
from portal.calls.queries import closing_for, is_over
from portal.errors import NotFound
from portal.i18n import _, pick
from portal.questionnaires.engine import (
    Answers,
    Form,
    Missing,
    Question,
    Readers,
    Section,
    show_typed,
)

STATES = {"empty": "todo", "partial": "started", "complete": "done", "hidden": "idle"}


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

    @cached_property
    def closing(self) -> datetime | None:
        """Return until when this applicant may send."""
        return closing_for(self.application.call, self.application.applicant)

    @property
    def missing(self) -> list[Missing]:
        """Return what keeps it from being sent."""
        return self.answers.missing()

    @property
    def needed(self) -> list[Section]:
        """Return the sections that concern this applicant, as far as the answers tell."""
        return [each for each in self.form.sections if self.answers.state(each) != "hidden"]

    @property
    def done(self) -> int:
        """Return how many of them are complete."""
        return sum(self.state_of(section) == "done" for section in self.needed)

    def state_of(self, section: Section) -> str:
        """Return `todo`, `started`, `done`, `error` or `idle`, as the task list shows it."""
        wrong = self.answers.errors.keys() | self.answers.problems.keys()
        if any(question.key in wrong for question in section.questions):
            return "error"
        return STATES[self.answers.state(section)]

    def section(self, key: str) -> Section:
        """Return a section of the form, or raise NotFound."""
        try:
            return self.form.section(key)
        except KeyError as error:
            raise NotFound from error

    def neighbour(self, section: Section, step: int) -> Section | None:
        """Return the section so many places further among those needed; None beyond the ends."""
        order = [each for each in self.form.sections if each in self.needed or each is section]
        place = order.index(section) + step
        return order[place] if 0 <= place < len(order) else None

    def marks(self, section: Section) -> str:
        """Return what the section's page carries to tell what it showed of each answer."""
        return write_marks(self.seen(section))

    def seen(self, section: Section) -> dict[str, Seen]:
        """Return what a page of the section shows, by question."""
        return {
            key: seen_of(self.answers.version(key), typed)
            for key, typed in typed_in(section, self.answers).items()
        }

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
        return ", ".join(show_typed(self.question, self.typed))

    @property
    def theirs(self) -> str:
        """Return what is saved, as one reads it."""
        return ", ".join(show_typed(self.question, self.saved))


def typed_sections(application: Application) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return all that stands in a draft, right or wrong: sections with their lines, to be copied.

    An answer that is right reads as in the summary, a wrong one as it was typed.
    """
    answers = answers_in(application)
    return [
        (
            section.title,
            [
                {**answer.row, "value": typed_text(answers, answer), "missing": False}
                for answer in section.answers
            ],
        )
        for section in sections_of(application, Readers.STAFF)
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
    return Draft(application, form, opened_answers_in(application))


def get_own_application(
    practice_code: str, user: Any, action: str = "application.edit"
) -> Application:
    """Return an application on whose side `user` stands and may do `action`.

    NotFound or Forbidden otherwise. `application.follow` is reading, by whoever was invited too.
    """
    application = get_application(practice_code, user)
    permissions.require(user, action, application)
    return application
