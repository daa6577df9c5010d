"""Formulas of a definition: sums of answers, totals of columns and numbers, all exact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import validates_schema

from portal.definitions import ByLanguage, Key, OneOf, Part, Parts, Problem, Property
from portal.errors import declare, mark
from portal.questionnaires.schemas.conditions import exact_text, nested_condition
from portal.questionnaires.schemas.kinds import Must

OPERATIONS = ("sum", "difference", "product", "share")
MOST_OPERANDS = 50

declare(
    {
        "definition_formula": mark(
            "A formula is a number, a question, a column, or one of sum, difference, product, "
            "share and rows."
        ),
        "definition_two": mark("Exactly two operands are needed here."),
        "definition_many": mark("At most %(most)s are allowed here."),
    }
)


class Expression(Property):
    """A formula: a number written as text, or a mapping."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            number = exact_text(value)
            if number is None:
                raise Problem(
                    "definition_formula" if isinstance(value, list) else "definition_exact"
                )
            return number
        return FormulaSchema().load(value)


class FormulaSchema(Part):
    """One reference or one operation. A column alone is that of the same row of a table."""

    question = Key()
    column = Key()
    rows = Key()
    sum = Parts(Expression())
    difference = Parts(Expression())
    product = Parts(Expression())
    share = Parts(Expression())

    @validates_schema
    def check(self, formula: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse what is not one thing alone, and operands too few or too many."""
        if len(formula) != 1 and set(formula) != {"question", "column"}:
            raise Problem("definition_formula")
        name, operands = next(iter(formula.items()))
        if name in {"difference", "share"} and len(operands) != 2:
            raise Problem("definition_two", name)
        if name in OPERATIONS and len(operands) > MOST_OPERANDS:
            raise Problem("definition_many", name, most=MOST_OPERANDS)


SIDES = ("left", "right", "difference")
# No width and no precision: a message would fill the memory.
_MESSAGE = re.compile(rf"(?:[^%]|%%|%\((?:{'|'.join(SIDES)})\)s)*")
NAMES = ", ".join(f"%({side})s" for side in SIDES)


class Message(ByLanguage):
    """What a check says when it fails; %(left)s, %(right)s and %(difference)s are filled in."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, str]:
        texts = super()._deserialize(value, attr, data, **kwargs)
        if not all(_MESSAGE.fullmatch(text) for text in texts.values()):
            raise Problem("definition_message", names=NAMES)
        return texts


declare(
    {
        "definition_message": mark(
            "Only %(names)s are filled in here. Write a percent sign of its own twice."
        ),
    }
)


class CheckSchema(Part):
    """Two formulas that must stand to one another in a given way, and what to say when not."""

    key = Key(required=True)
    when = nested_condition()
    left = Expression(required=True)
    must = OneOf(Must, required=True)
    right = Expression(required=True)
    message = Message(required=True)
    at = Key(required=True)
