"""Forms as data: sections, questions, options, and the definitions they are read from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from portal.definitions import DefinitionError, Text, read
from portal.questionnaires.schemas import (
    FILE_KINDS,
    OPTIONED,
    Copy,
    FormSchema,
    QuestionType,
)

DEFAULT_LIMITS = {QuestionType.SHORT_TEXT: 200, QuestionType.LONG_TEXT: 2_000}
DEFAULT_ACCEPT = tuple(kind for kind in FILE_KINDS if kind != "zip")


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    key: str
    label: Text


@dataclass(frozen=True)
class Question:
    """A question; a property that doesn't go with its type is None or empty.

    The label of a declaration is the declared text; its version is that of the definition.
    """

    key: str
    type: QuestionType
    label: Text
    help: Text = field(default_factory=dict)
    required: bool = True
    limit: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    options: tuple[Option, ...] = ()
    accept: tuple[str, ...] = ()
    most_files: int | None = None
    copies: Copy | None = None

    @property
    def option_labels(self) -> dict[str, Text]:
        """The texts of the options by key, in their order."""
        return {option.key: option.label for option in self.options}


@dataclass(frozen=True)
class Section:
    """Questions that stand on one page."""

    key: str
    title: Text
    questions: tuple[Question, ...]
    help: Text = field(default_factory=dict)

    @property
    def is_optional(self) -> bool:
        """Whether it may be left blank as a whole."""
        return not any(question.required for question in self.questions)


@dataclass(frozen=True)
class Form:
    """A whole form, frozen."""

    sections: tuple[Section, ...]

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in their order."""
        return (question for section in self.sections for question in section.questions)

    def section(self, key: str) -> Section:
        """The section of this key; KeyError where there is none."""
        return {section.key: section for section in self.sections}[key]

    def question(self, key: str) -> Question:
        """The question of this key; KeyError where there is none."""
        return {question.key: question for question in self.questions}[key]

    def section_of(self, question_key: str) -> Section:
        """The section in which the question stands."""
        return next(s for s in self.sections if any(q.key == question_key for q in s.questions))

    def copied(self, copy: Copy) -> Question | None:
        """The question whose answer is copied to this column, if any."""
        return next((question for question in self.questions if question.copies == copy), None)


def read_form(mapping: object, root: str = "form") -> Form:
    """The form that a definition describes; DefinitionError names the path of a mistake."""
    found = read(FormSchema, mapping, root)
    _require_unique(found, root)
    return Form(tuple(_section(section) for section in found["sections"]))


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
    return {"sections": [_section_dump(section) for section in form.sections]}


def option_labels(form: Form) -> dict[str, dict[str, Text]]:
    """The texts of the options of every question to choose in, by question and option."""
    return {q.key: q.option_labels for q in form.questions if q.type in OPTIONED}


def municipality_keys(form: Form) -> frozenset[str]:
    """The keys of the questions that ask for a municipality."""
    return frozenset(q.key for q in form.questions if q.type == QuestionType.MUNICIPALITY)


def _require_unique(found: Mapping[str, Any], root: str) -> None:
    """Refuse a question key, or a column to copy to, that comes twice in the whole form."""
    seen: dict[str, set[str]] = {"key": set(), "copies": set()}
    for i, section in enumerate(found["sections"]):
        for j, question in enumerate(section["questions"]):
            for name, values in seen.items():
                value = question.get(name)
                if value in values:
                    path = f"{root}.sections[{i}].questions[{j}].{name}"
                    raise DefinitionError(path, "definition_repeated", name=value)
                values.update([value] if value else [])


def _section(found: Mapping[str, Any]) -> Section:
    return Section(
        key=found["key"],
        title=found["title"],
        questions=tuple(_question(question) for question in found["questions"]),
        help=found.get("help", {}),
    )


def _question(found: Mapping[str, Any]) -> Question:
    kind = QuestionType(found["type"])
    is_file = kind == QuestionType.FILE
    return Question(
        key=found["key"],
        type=kind,
        label=found["label"],
        help=found.get("help", {}),
        required=found.get("required", True),
        limit=found.get("limit", DEFAULT_LIMITS.get(kind)),
        minimum=found.get("minimum"),
        maximum=found.get("maximum"),
        options=tuple(Option(**option) for option in found.get("options", ())),
        accept=tuple(found.get("accept", DEFAULT_ACCEPT)) if is_file else (),
        most_files=found.get("most_files", 1) if is_file else None,
        copies=Copy(found["copies"]) if "copies" in found else None,
    )


def _section_dump(section: Section) -> dict[str, Any]:
    found: dict[str, Any] = {"key": section.key, "title": dict(section.title)}
    if section.help:
        found["help"] = dict(section.help)
    return {**found, "questions": [_question_dump(question) for question in section.questions]}


def _question_dump(question: Question) -> dict[str, Any]:
    kind = question.type
    found: dict[str, Any] = {
        "key": question.key,
        "type": kind.value,
        "label": dict(question.label),
        "help": dict(question.help) or None,
        "required": None if question.required else False,
        "limit": None if question.limit == DEFAULT_LIMITS.get(kind) else question.limit,
        "minimum": _number(question.minimum),
        "maximum": _number(question.maximum),
        "options": [{"key": o.key, "label": dict(o.label)} for o in question.options] or None,
        "accept": None if question.accept == DEFAULT_ACCEPT else list(question.accept) or None,
        "most_files": None if question.most_files == 1 else question.most_files,
        "copies": question.copies.value if question.copies else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _number(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
