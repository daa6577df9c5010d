"""Formulas: numbers, answers, totals of columns and what is done with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.questionnaires.schemas import OPERATIONS


@dataclass(frozen=True)
class Number:
    """A number that stands in the definition."""

    number: Decimal


@dataclass(frozen=True)
class Reference:
    """An answer; with both names the total of a column; with a column alone, that of the row."""

    question: str | None = None
    column: str | None = None


@dataclass(frozen=True)
class Rows:
    """How many rows a table has."""

    question: str


@dataclass(frozen=True)
class Operation:
    """A sum, a difference, a product, or the share of a part in a whole as a percentage."""

    name: str
    operands: tuple[Formula, ...]


Formula = Number | Reference | Rows | Operation


def build_formula(found: Any) -> Formula:
    """Return the formula that a checked expression describes."""
    if not isinstance(found, Mapping):
        return Number(Decimal(found))
    if "rows" in found:
        return Rows(found["rows"])
    for name in OPERATIONS:
        if name in found:
            return Operation(name, tuple(build_formula(each) for each in found[name]))
    return Reference(found.get("question"), found.get("column"))


def dump_formula(formula: Formula) -> Any:
    """Return the expression that describes a formula."""
    match formula:
        case Number(number):
            return str(number)
        case Rows(question):
            return {"rows": question}
        case Operation(name, operands):
            return {name: [dump_formula(each) for each in operands]}
    named = {"question": formula.question, "column": formula.column}
    return {name: key for name, key in named.items() if key is not None}


def references(formula: Formula | None, path: str = "") -> Iterator[tuple[str, Reference | Rows]]:
    """Yield what a formula refers to, each with its place."""
    if isinstance(formula, Reference | Rows):
        yield path, formula
    elif isinstance(formula, Operation):
        for i, each in enumerate(formula.operands):
            yield from references(each, f"{path}.{formula.name}[{i}]")
