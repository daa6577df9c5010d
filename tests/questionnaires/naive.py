"""A plain evaluator of forms, read straight from the definition: slow, and easy to believe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

NUMBERS = {"integer", "number", "amount", "percent", "computed"}
EXACT = Context(prec=120, rounding=ROUND_HALF_UP)


class Naive:
    """What is in sight and what is computed, each asked anew each time."""

    def __init__(self, form: Mapping[str, Any], given: Mapping[str, Any], profile: Any) -> None:
        self.form, self.given, self.profile = form, given, profile
        self.sections = {q["key"]: s for s in form["sections"] for q in s["questions"]}
        self.questions = {q["key"]: q for s in form["sections"] for q in s["questions"]}

    def visible(self, key: str) -> bool:
        conditions = (self.sections[key].get("visible_if"), self.questions[key].get("visible_if"))
        return all(self.met(condition) for condition in conditions if condition)

    def value(self, key: str) -> Any:
        if not self.visible(key):
            return None
        question = self.questions[key]
        if question["type"] != "computed":
            return self.given.get(key)
        number = self.number(question["formula"])
        if number is None or abs(number) >= 10**15:
            return None
        decimals = 2
        if question.get("result") == "number":
            decimals = question.get("decimals", 2)
        return str(number.quantize(Decimal(1).scaleb(-decimals), context=EXACT))

    def total(self, key: str, column: str) -> Decimal | None:
        cells = [row.get(column) for row in self.value(key) or []]
        found = [Decimal(cell) for cell in cells if cell is not None]
        return sum(found, Decimal(0)) if found else None

    def met(self, condition: Mapping[str, Any]) -> bool:
        for how, test in (("all", all), ("any", any)):
            if how in condition:
                return test([self.met(part) for part in condition[how]])
        if "none" in condition:
            return not any([self.met(part) for part in condition["none"]])
        return self.compared(condition)

    def compared(self, condition: Mapping[str, Any]) -> bool:
        rest = {k: v for k, v in condition.items() if k not in ("question", "column", "profile")}
        ((how, wanted),) = rest.items()
        kind = "text"
        if "profile" in condition:
            value: Any = self.profile.get(condition["profile"])
        elif "column" in condition:
            value, kind = self.total(condition["question"], condition["column"]), "amount"
        else:
            value = self.value(condition["question"])
            kind = self.questions[condition["question"]]["type"]
        if how == "answered":
            return (value not in (None, [])) == wanted
        if value in (None, []):
            return False
        if kind in NUMBERS:
            value, wanted = Decimal(value), Decimal(wanted)
        if kind == "date":
            value, wanted = date.fromisoformat(value), date.fromisoformat(wanted)
        return compare(how, value, wanted)

    def number(self, formula: Any) -> Decimal | None:
        if not isinstance(formula, Mapping):
            return Decimal(formula)
        if "column" in formula:
            return self.total(formula["question"], formula["column"])
        if "question" in formula:
            value = self.value(formula["question"])
            return None if value is None else Decimal(value)
        if "rows" in formula:
            rows = self.value(formula["rows"])
            return Decimal(len(rows)) if rows else None
        ((name, operands),) = formula.items()
        return self.worked_out(name, operands)

    def worked_out(self, name: str, operands: list[Any]) -> Decimal | None:
        typed = [each for each in operands if isinstance(each, Mapping)]
        if typed and all(self.number(each) is None for each in typed):
            return None
        numbers = [self.number(each) or Decimal(0) for each in operands]
        if name == "sum":
            result = Decimal(0)
            for number in numbers:
                result = EXACT.add(result, number)
            return result
        if name == "product":
            result = Decimal(1)
            for number in numbers:
                result = EXACT.multiply(result, number)
            return result
        if name == "difference":
            return EXACT.subtract(*numbers)
        part, whole = numbers
        return EXACT.divide(EXACT.multiply(part, Decimal(100)), whole) if whole else None

    def failing(self) -> set[str]:
        found = set()
        for check in self.form.get("checks", []):
            left, right = self.number(check["left"]), self.number(check["right"])
            when = check.get("when")
            if left is None or right is None or (when and not self.met(when)):
                continue
            if self.visible(check["at"]) and not compare(check["must"], left, right):
                found.add(check["key"])
        return found


def compare(how: str, value: Any, wanted: Any) -> bool:
    found: dict[str, Any] = {
        "is": lambda: value == wanted,
        "equal": lambda: value == wanted,
        "is_not": lambda: value != wanted,
        "in": lambda: value in wanted,
        "not_in": lambda: value not in wanted,
        "includes": lambda: wanted in value,
        "more_than": lambda: value > wanted,
        "less_than": lambda: value < wanted,
        "at_least": lambda: value >= wanted,
        "at_most": lambda: value <= wanted,
    }
    return bool(found[how]())
