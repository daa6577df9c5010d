"""What was answered to a form, and what is still missing or wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

from portal.errors import Invalid, declare, mark
from portal.questionnaires.engine.form import Form
from portal.questionnaires.engine.parts import Question, Section
from portal.questionnaires.engine.reading import CHOSEN, read_answer
from portal.questionnaires.engine.sight import Problem, Profile, Sight, look_at
from portal.questionnaires.engine.tables import Said

declare({"check_failed": mark("%(message)s")})


class Given(NamedTuple):
    """What is kept of one answer. `version` counts its savings.

    Of a sealed one `typed`, `value` and `salt` are empty unless it has been opened.
    """

    typed: list[str]
    value: Any
    error_code: str | None
    version: int = 0
    is_sealed: bool = False
    salt: str = ""


class Missing(NamedTuple):
    """A question that keeps the form from being sent, and why: left blank, or wrong."""

    section: Section
    question: Question
    reason: Invalid


def message_of(problem: Problem) -> str:
    """What a check says, in the language of whoever reads it."""
    return problem.message


_NOTHING = Given([], None, None)


@dataclass(frozen=True)
class Answers:
    """The answers given so far to a form, by an applicant with this profile."""

    form: Form
    given: Mapping[str, Given]
    profile: Profile = field(default_factory=dict)

    @cached_property
    def sight(self) -> Sight:
        """What is in sight, what is computed and which checks fail, with these answers."""
        return look_at(self.form, self.values, self.profile)

    def is_visible(self, key: str) -> bool:
        """Whether the question is in sight; what is typed in hidden ones is kept and not sent."""
        return key in self.sight.visible

    def version(self, key: str) -> int:
        """How often the answer was saved: 0 when never."""
        return self.given.get(key, _NOTHING).version

    def typed(self, key: str) -> list[str]:
        """What was typed, word for word, even when it is wrong."""
        return self.given.get(key, _NOTHING).typed

    def value(self, key: str) -> Any:
        """What the answer means; None while it is blank or wrong."""
        return self.given.get(key, _NOTHING).value

    @property
    def values(self) -> dict[str, Any]:
        """The meaning of every question of the form as given, None where there is none."""
        return {question.key: self.value(question.key) for question in self.form.questions}

    def error(self, question: Question) -> Invalid | None:
        """What is wrong with what was typed, with its facts; a blank is not wrong."""
        given = self.given.get(question.key, _NOTHING)
        if given.error_code is None:
            return None
        try:
            read_answer(question, given.typed)
        except Invalid as refusal:
            if refusal.code == given.error_code:
                return refusal
        return Invalid(given.error_code, question.key)

    @property
    def errors(self) -> dict[str, Invalid]:
        """What is wrong, by question; hidden ones may be as they are."""
        found = {key: self.error(self.form.question(key)) for key in self._seen}
        return {key: error for key, error in found.items() if error}

    @property
    def _seen(self) -> list[str]:
        return [question.key for question in self.form.questions if self.is_visible(question.key)]

    @property
    def problems(self) -> dict[str, Invalid]:
        """What the checks say, by the question it is said beside; the first one of each."""
        found: dict[str, Invalid] = {}
        for problem in self.sight.problems:
            refusal = Invalid(
                "check_failed", problem.at, message=Said(partial(message_of, problem))
            )
            found.setdefault(problem.at, refusal)
        return found

    def missing(self, profile: Profile | None = None) -> list[Missing]:
        """What keeps the form from being sent, in its order: blanks, errors, failing checks."""
        answers = self if profile is None else replace(self, profile=profile)
        return [gap for section in self.form.sections for gap in answers.missing_in(section)]

    def missing_in(self, section: Section) -> list[Missing]:
        """What keeps one section from being complete; hidden questions may wait for ever."""
        reasons = [(question, self._reason(question)) for question in section.questions]
        return [Missing(section, question, reason) for question, reason in reasons if reason]

    def _reason(self, question: Question) -> Invalid | None:
        if not self.is_visible(question.key):
            return None
        if question.required and self._is_blank(question):
            is_chosen = question.type in CHOSEN
            return Invalid("choice_required" if is_chosen else "required", question.key)
        return self.error(question) or self.problems.get(question.key)

    def _is_blank(self, question: Question) -> bool:
        given = self.given.get(question.key, _NOTHING)
        return given.error_code is None and given.value in (None, []) and not given.is_sealed

    def state(self, section: Section | str) -> str:
        """`empty` while nothing is answered, `complete` when nothing is missing, else `partial`.

        Only questions in sight count; a section without any is `hidden`.
        """
        if isinstance(section, str):
            section = self.form.section(section)
        seen = [question for question in section.questions if self.is_visible(question.key)]
        if not seen:
            return "hidden"
        asked = [question for question in seen if not question.is_computed]
        if asked and all(self._is_blank(question) for question in asked):
            return "empty"
        return "partial" if self.missing_in(section) else "complete"

    @property
    def is_complete(self) -> bool:
        """Whether every compulsory question is answered and no answer is wrong."""
        return not self.missing()
