"""What kind of number a formula makes, and how such a number reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal import i18n
from portal.questionnaires.engine.formulas import Formula, Operation, Reference
from portal.questionnaires.schemas import QuestionType

AMOUNT, PERCENT, NUMBER = QuestionType.AMOUNT, QuestionType.PERCENT, QuestionType.NUMBER


def unit_of(form: Any, formula: Formula) -> QuestionType | None:
    """Return whether a formula makes an amount, a percentage or a number; None when nothing says.

    Numbers alone say nothing; where amounts and others meet, it is an amount.
    """
    if isinstance(formula, Operation):
        if formula.name == "share":
            return PERCENT
        units = {unit_of(form, operand) for operand in formula.operands}
        return next((unit for unit in (AMOUNT, PERCENT, NUMBER) if unit in units), None)
    if not isinstance(formula, Reference):
        return None
    question = form.question(formula.question)
    asked = question if formula.column is None else question.column(formula.column)
    return asked.unit if asked.unit in (AMOUNT, PERCENT) else NUMBER


def show_number(unit: QuestionType, number: Decimal) -> str:
    """Return a number as one reads it: with its sign of euro or percent."""
    if unit is AMOUNT:
        return i18n.format_amount(number)
    return i18n.format_percent(number) if unit is PERCENT else i18n.format_number(number)
