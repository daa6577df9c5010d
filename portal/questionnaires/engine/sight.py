"""What a form looks like with these answers: what is in sight, what is computed, what is off.

Everything is exact: formulas are worked out in fractions and rounded once, half up, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Any

from portal import i18n
from portal.definitions import Text
from portal.questionnaires.engine.comparing import holds
from portal.questionnaires.engine.conditions import Comparison, Condition
from portal.questionnaires.engine.form import Form
from portal.questionnaires.engine.formulas import Formula, Number, Operation, Rows
from portal.questionnaires.engine.parts import Asked, Check, Question
from portal.questionnaires.engine.units import show_number, unit_of
from portal.questionnaires.schemas import NUMERIC, Must, QuestionType

Profile = Mapping[str, str]

HUNDRED = 100
# What is computed beyond this is blank: no sum of money comes near it.
LARGEST_RESULT = Decimal(10) ** 15


@dataclass(frozen=True)
class Problem:
    """A check that fails: beside which question it is said, and the two sides."""

    at: str
    check: Check
    left: Fraction
    right: Fraction
    unit: QuestionType

    @property
    def check_key(self) -> str:
        """The key of the check."""
        return self.check.key

    @property
    def message(self) -> str:
        """What is wrong, in the reader's language, with both sides and their difference."""
        text: Text = self.check.message
        sides = {
            "left": self.left,
            "right": self.right,
            "difference": abs(self.left - self.right),
        }
        shown = {name: show_number(self.unit, rounded(side)) for name, side in sides.items()}
        return i18n.pick(text) % shown


@dataclass(frozen=True)
class Sight:
    """What is in sight, what is computed, the totals of columns, the checks that fail.

    `values` are the answers in sight, computed ones included; all others are as if not given.
    """

    visible: frozenset[str]
    values: Mapping[str, Any]
    computed: Mapping[str, str | None]
    totals: Mapping[tuple[str, str], Decimal]
    problems: list[Problem] = field(default_factory=list)


def look_at(form: Form, answers: Any, profile: Profile | None = None) -> Sight:
    """Return what the form looks like with these answers (or values by key) and this profile."""
    values = answers if isinstance(answers, Mapping) else answers.values
    look = _Look(form, values, profile or {})
    look.go_through()
    return look.sight()


class _Look:
    """One passage through a form, each question after those it depends on."""

    def __init__(self, form: Form, given: Mapping[str, Any], profile: Profile) -> None:
        self.form, self.given, self.profile = form, given, profile
        self.visible: set[str] = set()
        self.values: dict[str, Any] = {}
        self.computed: dict[str, str | None] = {}
        self.totals: dict[tuple[str, str], Decimal] = {}

    def go_through(self) -> None:
        for key in self.form.order:
            question = self.form.question(key)
            section = self.form.section_of(key)
            if not (self.met(section.visible_if) and self.met(question.visible_if)):
                continue
            self.visible.add(key)
            if question.is_computed:
                self.computed[key] = self.values[key] = self.result(question)
            else:
                self.values[key] = self.given.get(key)
                self.totals |= totals_of(question, self.values[key])

    def result(self, question: Question) -> str | None:
        number = self.number(question.formula)
        return None if number is None else as_result(question, number)

    def met(self, condition: Condition | None) -> bool:
        if condition is None:
            return True
        if isinstance(condition, Comparison):
            return self.compared(condition)
        met = [self.met(part) for part in condition.parts]
        if condition.how == "none":
            return not any(met)
        return all(met) if condition.how == "all" else any(met)

    def compared(self, comparison: Comparison) -> bool:
        if comparison.profile is not None:
            return holds(comparison, None, self.profile.get(comparison.profile))
        key = comparison.question or ""
        asked: Asked = self.form.question(key)
        if comparison.column is not None:
            asked = self.form.question(key).column(comparison.column)
            return holds(comparison, asked, self.totals.get((key, comparison.column)))
        return holds(comparison, asked, self.values.get(key))

    def number(self, formula: Formula | None) -> Fraction | None:
        if formula is None:
            return None
        if isinstance(formula, Rows):
            rows = self.values.get(formula.question)
            return Fraction(len(rows)) if rows else None
        if isinstance(formula, Number | Operation):
            return work_out(formula, self.number)
        if formula.column is not None:
            return fraction(self.totals.get((formula.question or "", formula.column)))
        return fraction(self.values.get(formula.question or ""))

    def problems(self) -> list[Problem]:
        found = []
        for check in self.form.checks:
            if check.at not in self.visible or not self.met(check.when):
                continue
            left, right = self.number(check.left), self.number(check.right)
            if left is None or right is None or stands(check.must, left, right):
                continue
            unit = unit_of(self.form, check.left) or unit_of(self.form, check.right)
            found.append(Problem(check.at, check, left, right, unit or QuestionType.NUMBER))
        return found

    def sight(self) -> Sight:
        return Sight(
            frozenset(self.visible), self.values, self.computed, self.totals, self.problems()
        )


def fraction(value: Any) -> Fraction | None:
    """Return a stored number exactly; None stays None."""
    return None if value is None else Fraction(Decimal(value))


def work_out(formula: Number | Operation, number: Any) -> Fraction | None:
    """Return what a number or an operation makes; `number` works out its operands.

    A blank counts as nothing, but when all operands are blank so is the result.
    """
    if isinstance(formula, Number):
        return Fraction(formula.number)
    found = [number(operand) for operand in formula.operands]
    answered = [
        one
        for operand, one in zip(formula.operands, found, strict=True)
        if one is not None and not isinstance(operand, Number)
    ]
    if not answered and not all(isinstance(each, Number) for each in formula.operands):
        return None
    operands = [one or Fraction(0) for one in found]
    match formula.name:
        case "sum":
            return sum(operands, Fraction(0))
        case "difference":
            return operands[0] - operands[1]
        case "product":
            return reduce(mul, operands)
    part, whole = operands
    return part / whole * HUNDRED if whole else None


def rounded(number: Fraction, decimals: int = 2) -> Decimal:
    """Return a number with so many decimals, half up: what is half goes away from zero."""
    with localcontext() as context:
        context.prec = 60
        scaled = abs(number) * 10**decimals
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        found = Decimal(whole).scaleb(-decimals)
        return -found if number < 0 and whole else found


def as_result(asked: Asked, number: Fraction) -> str | None:
    """Return what is computed as it is stored: rounded, as text; None where it is immense."""
    if abs(number) >= LARGEST_RESULT:
        return None
    decimals = 2 if asked.decimals is None else asked.decimals
    return str(rounded(number, decimals))


def totals_of(question: Question, rows: Any) -> dict[tuple[str, str], Decimal]:
    """Return the totals of a table's columns of numbers, where anything stands in them."""
    found = {}
    for column in question.columns if rows else ():
        if column.type not in NUMERIC:
            continue
        numbers = [Decimal(row[column.key]) for row in rows if row.get(column.key) is not None]
        if numbers:
            found[question.key, column.key] = sum(numbers, Decimal(0))
    return found


def stands(must: Must, left: Fraction, right: Fraction) -> bool:
    """Tell whether the two sides of a check stand as they must."""
    match must:
        case Must.EQUAL:
            return left == right
        case Must.AT_MOST:
            return left <= right
        case Must.AT_LEAST:
            return left >= right
        case Must.LESS_THAN:
            return left < right
    return left > right
