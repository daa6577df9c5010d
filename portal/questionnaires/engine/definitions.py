"""From checked definitions to the parts of a form, and back: what has its default is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from decimal import Decimal
from typing import Any, TypeVar

from portal.questionnaires.engine.conditions import build_condition, dump_condition
from portal.questionnaires.engine.formulas import build_formula, dump_formula
from portal.questionnaires.engine.parts import Asked, Check, Column, Option, Question, Section
from portal.questionnaires.engine.sectors import SECTORS
from portal.questionnaires.schemas import (
    FILE_KINDS,
    MOST_ROWS,
    Copy,
    Must,
    ProfileDocument,
    QuestionType,
    Readers,
)

A = TypeVar("A", bound=Asked)

DEFAULT_ACCEPT = tuple(kind for kind in FILE_KINDS if kind != "zip")
DEFAULT_DECIMALS = 2

# What a property is when a definition doesn't say it, where that depends on the type.
DEFAULTS: Mapping[QuestionType, Mapping[str, Any]] = {
    QuestionType.SHORT_TEXT: {"limit": 200},
    QuestionType.LONG_TEXT: {"limit": 2_000},
    QuestionType.NUMBER: {"decimals": DEFAULT_DECIMALS},
    QuestionType.SECTOR: {"options": SECTORS},
    QuestionType.FILE: {"accept": DEFAULT_ACCEPT, "most_files": 1},
    QuestionType.TABLE: {"most_rows": MOST_ROWS},
    QuestionType.COMPUTED: {"required": False, "result": QuestionType.AMOUNT},
}
READ: Mapping[str, Callable[[Any], Any]] = {
    "type": QuestionType,
    "result": QuestionType,
    "readers": Readers,
    "document": ProfileDocument,
    "copies": Copy,
    "options": lambda found: tuple(Option(**option) for option in found),
    "columns": lambda found: tuple(build_asked(Column, column) for column in found),
    "accept": tuple,
    "visible_if": build_condition,
    "formula": build_formula,
}
WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "options": lambda options: [{"key": o.key, "label": dict(o.label)} for o in options],
    "columns": lambda columns: [dump_asked(column) for column in columns],
    "accept": list,
    "label": dict,
    "help": dict,
    "visible_if": dump_condition,
    "formula": dump_formula,
}
# The order in which a definition is written.
ORDER = (
    "key type label help required visible_if readers identifies limit minimum maximum decimals "
    "options accept most_files template document copies columns least_rows most_rows result "
    "formula total"
).split()


def build_asked(kind: type[A], found: Mapping[str, Any]) -> A:
    """Return the question or column that a checked mapping describes."""
    facts = {name: READ.get(name, _as_it_is)(value) for name, value in found.items()}
    return kind(**{**defaults_of(facts), **facts})


def _as_it_is(value: Any) -> Any:
    return value


def defaults_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes without saying for a type."""
    found = dict(DEFAULTS.get(facts["type"], {}))
    if facts.get("result") is QuestionType.NUMBER:
        found["decimals"] = DEFAULT_DECIMALS
    return found


def dump_asked(asked: Asked) -> dict[str, Any]:
    """Return the mapping that describes a question or a column."""
    values = {each.name: getattr(asked, each.name) for each in fields(asked)}
    plain = {each.name: plain_default(each) for each in fields(asked)}
    default = {**plain, **defaults_of(values)}
    return {
        name: WRITTEN.get(name, as_json)(values[name])
        for name in ORDER
        if name in values and values[name] != default[name]
    }


def plain_default(each: Any) -> Any:
    """Return what a field is when nothing is said, whatever the type."""
    if each.default_factory is not MISSING:
        return each.default_factory()
    return each.default


def as_json(value: Any) -> Any:
    """Return a value as JSON: numbers as text, words as they are written."""
    if isinstance(value, Decimal):
        return str(value)
    return value.value if hasattr(value, "value") else value


def build_section(found: Mapping[str, Any]) -> Section:
    """Return the section that a checked mapping describes."""
    return Section(
        key=found["key"],
        title=found["title"],
        questions=tuple(build_asked(Question, question) for question in found["questions"]),
        help=found.get("help", {}),
        visible_if=build_condition(found.get("visible_if")),
    )


def dump_section(section: Section) -> dict[str, Any]:
    """Return the mapping that describes a section."""
    found: dict[str, Any] = {"key": section.key, "title": dict(section.title)}
    if section.help:
        found["help"] = dict(section.help)
    if section.visible_if is not None:
        found["visible_if"] = dump_condition(section.visible_if)
    return {**found, "questions": [dump_asked(question) for question in section.questions]}


def build_check(found: Mapping[str, Any]) -> Check:
    """Return the check that a checked mapping describes."""
    return Check(
        key=found["key"],
        left=build_formula(found["left"]),
        must=Must(found["must"]),
        right=build_formula(found["right"]),
        message=found["message"],
        at=found["at"],
        when=build_condition(found.get("when")),
    )


def dump_check(check: Check) -> dict[str, Any]:
    """Return the mapping that describes a check."""
    when = {} if check.when is None else {"when": dump_condition(check.when)}
    return {
        "key": check.key,
        **when,
        "left": dump_formula(check.left),
        "must": check.must.value,
        "right": dump_formula(check.right),
        "message": dict(check.message),
        "at": check.at,
    }
