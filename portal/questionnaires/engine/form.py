"""Forms as data, and the definitions they are read from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from portal.definitions import DefinitionError, Text, read
from portal.errors import declare, mark
from portal.questionnaires.engine.definitions import (
    build_check,
    build_section,
    dump_check,
    dump_section,
)
from portal.questionnaires.engine.parts import Check, Question, Section
from portal.questionnaires.engine.wiring import in_order, require_wired
from portal.questionnaires.schemas import OPTIONED, Copy, FormSchema, QuestionType, Readers

DEEPEST = 40

declare({"definition_deep": mark("Conditions or formulas stand too deep within one another.")})


@dataclass(frozen=True)
class Form:
    """A whole form, frozen."""

    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in their order."""
        return (question for section in self.sections for question in section.questions)

    def section(self, key: str) -> Section:
        """The section of this key; KeyError where there is none."""
        return {section.key: section for section in self.sections}[key]

    @cached_property
    def by_key(self) -> dict[str, Question]:
        """The questions by key."""
        return {question.key: question for question in self.questions}

    def question(self, key: str) -> Question:
        """The question of this key; KeyError where there is none."""
        return self.by_key[key]

    @cached_property
    def section_by_question(self) -> dict[str, Section]:
        """The section each question stands in, by the question's key."""
        return {q.key: section for section in self.sections for q in section.questions}

    def section_of(self, question_key: str) -> Section:
        """The section in which the question stands; KeyError where there is no such question."""
        return self.section_by_question[question_key]

    def copied(self, copy: Copy) -> Question | None:
        """The question whose answer is copied to this column, if any."""
        return next((question for question in self.questions if question.copies == copy), None)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The keys in the order in which to look at them: each after those it depends on."""
        return in_order(self.sections)


def read_form(mapping: object, root: str = "form") -> Form:
    """The form that a definition describes; DefinitionError names the path of a mistake."""
    _require_shallow(mapping, root)
    found = read(FormSchema, mapping, root)
    sections = tuple(build_section(section) for section in found["sections"])
    checks = tuple(build_check(check) for check in found.get("checks", ()))
    require_wired(sections, checks, root)
    return Form(sections, checks)


def _require_shallow(mapping: object, root: str) -> None:
    """Refuse groups within groups without end: nobody could read them either."""
    waiting = [(mapping, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise DefinitionError(root, "definition_deep")
        if isinstance(value, Mapping):
            waiting += [(each, depth + 1) for each in value.values()]
        elif isinstance(value, list | tuple):
            waiting += [(each, depth + 1) for each in value]


@lru_cache(maxsize=64)
def _form_of(text: str) -> Form:
    return read_form(json.loads(text))


def cached_form(definition: Mapping[str, Any]) -> Form:
    """The form of a stored definition: read once for each content, whatever row it stands in."""
    return _form_of(json.dumps(definition, sort_keys=True))


def dump_form(form: Form) -> dict[str, Any]:
    """The definition of a form, as JSON: what has its default value is left out.

    Two definitions that mean the same give the same dump.
    """
    checks = {"checks": [dump_check(check) for check in form.checks]} if form.checks else {}
    return {"sections": [dump_section(section) for section in form.sections], **checks}


def option_labels(form: Form) -> dict[str, dict[str, Text]]:
    """The texts of the options of every question to choose in, by question and option."""
    return {q.key: q.option_labels for q in form.questions if q.type in OPTIONED}


def municipality_keys(form: Form) -> frozenset[str]:
    """The keys of the questions that ask for a municipality."""
    return frozenset(q.key for q in form.questions if q.type == QuestionType.MUNICIPALITY)


def sector_keys(form: Form) -> frozenset[str]:
    """The keys of the questions that ask for a sector."""
    return frozenset(q.key for q in form.questions if q.type == QuestionType.SECTOR)


def for_reader(form: Form, reader: Readers) -> frozenset[str]:
    """The keys of the questions whose answers a reader sees.

    A member of the committee sees those for the committee; the office also its own. The special
    ones are for those alone who may read them.
    """
    seen = list(Readers)[: list(Readers).index(reader) + 1]
    return frozenset(q.key for q in form.questions if q.readers in seen)
