"""Conditions, formulas and checks written out in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.i18n import _, format_date, format_number, lazy, pick
from portal.questionnaires.engine.conditions import Comparison, Condition
from portal.questionnaires.engine.formulas import Formula, Number, Operation, Reference, Rows
from portal.questionnaires.engine.parts import Asked, Check
from portal.questionnaires.engine.units import show_number
from portal.questionnaires.schemas import NUMERIC, Compare, Must, QuestionType
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS

FACT_LABELS: Mapping[str, Any] = {
    "organisation_type": lazy("the type of the applicant"),
    "kind": lazy("the applicant (body or person)"),
    "area": lazy("the area of the seat or home"),
    "municipality_code": lazy("the municipality of the seat or home"),
}
FACT_VALUES: Mapping[str, Mapping[str, Any]] = {
    "organisation_type": ORGANISATION_LABELS,
    "kind": {"body": lazy("a body"), "person": lazy("a person")},
    "area": {
        "bologna": lazy("the municipality of Bologna"),
        "metropolitan": lazy("another municipality of the metropolitan city"),
    },
    "municipality_code": {code: place.name for code, place in MUNICIPALITIES.items()},
}
COMPARE_LABELS: Mapping[Compare, Any] = {
    Compare.IS: lazy("is"),
    Compare.IS_NOT: lazy("is not"),
    Compare.IN: lazy("is one of"),
    Compare.NOT_IN: lazy("is none of"),
    Compare.INCLUDES: lazy("includes"),
    Compare.MORE_THAN: lazy("is more than"),
    Compare.AT_LEAST: lazy("is at least"),
    Compare.LESS_THAN: lazy("is less than"),
    Compare.AT_MOST: lazy("is at most"),
    Compare.ANSWERED: lazy("has an answer"),
}
MUST_LABELS: Mapping[Must, Any] = {
    Must.EQUAL: lazy("must equal"),
    Must.AT_MOST: lazy("must be at most"),
    Must.AT_LEAST: lazy("must be at least"),
    Must.LESS_THAN: lazy("must be less than"),
    Must.MORE_THAN: lazy("must be more than"),
}
FILLED_IN: Mapping[str, Any] = {
    "left": lazy("first side"),
    "right": lazy("second side"),
    "difference": lazy("difference"),
}
_FILLED = re.compile(rf"%\(({'|'.join(FILLED_IN)})\)s|%%")


def condition_words(form: Any, condition: Condition, is_inner: bool = False) -> str:
    """Return a condition as half a sentence: “X is Y and Z is more than 5”."""
    if isinstance(condition, Comparison):
        return comparison_words(form, condition)
    parts = [condition_words(form, part, True) for part in condition.parts]
    if condition.how == "none":
        return _("none of these holds: %(parts)s", parts="; ".join(parts))
    joint = _("and") if condition.how == "all" else _("or")
    words = f" {joint} ".join(parts)
    return f"({words})" if is_inner and len(parts) > 1 else words


def comparison_words(form: Any, comparison: Comparison) -> str:
    """Return one comparison in words."""
    asked = asked_of(form, comparison.question, comparison.column)
    if comparison.profile is not None:
        subject = str(FACT_LABELS[comparison.profile])
    else:
        subject = reference_words(form, comparison.question, comparison.column)
    if comparison.compare is Compare.ANSWERED:
        words = _("has an answer") if comparison.value else _("has no answer")
        return f"{subject} {words}"
    wanted = comparison.value
    values = wanted if isinstance(wanted, tuple) else (wanted,)
    shown = ", ".join(value_words(comparison.profile, asked, value) for value in values)
    return f"{subject} {COMPARE_LABELS[comparison.compare]} {shown}"


def asked_of(form: Any, question: str | None, column: str | None) -> Asked | None:
    """Return the question or column that is looked at, if it is one."""
    if question is None:
        return None
    found: Asked = form.question(question)
    return found if column is None else form.question(question).column(column)


def value_words(fact: str | None, asked: Asked | None, value: Any) -> str:
    """Return the value of a comparison as one reads it."""
    if fact is not None:
        return str(FACT_VALUES[fact].get(value, value))
    if asked is None or isinstance(value, bool):
        return _("yes") if value else _("no")
    if asked.type in NUMERIC:
        return show_number(asked.unit, Decimal(value))
    if asked.type is QuestionType.DATE:
        return format_date(date.fromisoformat(value))
    if asked.type is QuestionType.MUNICIPALITY:
        return str(FACT_VALUES["municipality_code"].get(value, value))
    return f"“{pick(asked.option_labels.get(value)) or value}”"


def reference_words(form: Any, question: str | None, column: str | None) -> str:
    """Return what is looked at: a question by its text, a total by its column and table."""
    label = f"“{pick(form.question(question).label)}”" if question else ""
    if question is None or column is None:
        return label
    words = pick(form.question(question).column(column).label)
    return _("the total of “%(column)s” in %(table)s", column=words, table=label)


def formula_words(form: Any, formula: Formula, table: str | None = None) -> str:
    """Return a formula in words; `table` is that of a column's own formula."""
    match formula:
        case Number(number):
            return format_number(number)
        case Rows(question):
            return _("the number of rows of %(table)s", table=reference_words(form, question, None))
        case Reference(None, column):
            return f"“{pick(form.question(table).column(column).label)}”"
        case Reference(question, column):
            return reference_words(form, question, column)
    return _operation_words(formula.name, [_inner(form, each, table) for each in formula.operands])


def _inner(form: Any, formula: Formula, table: str | None) -> str:
    words = formula_words(form, formula, table)
    return f"({words})" if isinstance(formula, Operation) else words


def _operation_words(name: str, parts: list[str]) -> str:
    if name == "share":
        return _("%(part)s as a percentage of %(whole)s", part=parts[0], whole=parts[1])
    return {"sum": " + ", "difference": " − ", "product": " × "}[name].join(parts)


def plain_message(text: Mapping[str, str]) -> dict[str, str]:
    """Return what a check says, by language, with words where a number will be filled in."""

    def words(found: re.Match[str]) -> str:
        return f"[{FILLED_IN[found[1]]}]" if found[1] else "%"

    return {language: _FILLED.sub(words, said) for language, said in text.items()}


def check_words(form: Any, check: Check) -> str:
    """Return what a check asks for, in words."""
    left, right = formula_words(form, check.left), formula_words(form, check.right)
    words = f"{left} {MUST_LABELS[check.must]} {right}"
    if check.when is None:
        return words
    return _("If %(when)s: %(check)s", when=condition_words(form, check.when), check=words)


def words_of(form: Any, part: Any, table: str | None = None) -> dict[str, str]:
    """Return the conditions and formulas of a part of a form in words, by property."""
    found = {}
    for name in ("visible_if", "when"):
        condition = getattr(part, name, None)
        if condition is not None:
            found[name] = condition_words(form, condition)
    for name in ("formula", "left", "right"):
        formula = getattr(part, name, None)
        if formula is not None:
            found[name] = formula_words(form, formula, table)
    return found
