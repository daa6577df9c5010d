"""Conditions and formulas as lines: groups and operations take in the lines that stand deeper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portal import parse
from portal.calls.forms.lines import Line, Lines
from portal.errors import Invalid, declare, mark
from portal.i18n import _, format_date, lazy, message, pick
from portal.questionnaires.engine import (
    COMPARE_LABELS,
    FACT_LABELS,
    FACT_VALUES,
    GROUPS,
    NUMERIC,
    OPERATIONS,
    Compare,
    Form,
    Question,
    QuestionType,
    Row,
    compares_for,
    from_rows,
    to_rows,
)

Choices = list[tuple[str, Any]]

LARGEST = Decimal(10) ** 12
MANY = (Compare.IN, Compare.NOT_IN)
FLAGS = (QuestionType.YES_NO, QuestionType.DECLARATION)
GROUP_LABELS: Mapping[str, Any] = {
    "all": lazy("all of these hold"),
    "any": lazy("at least one of these holds"),
    "none": lazy("none of these holds"),
}
OPERATION_LABELS: Mapping[str, Any] = {
    "sum": lazy("the sum of"),
    "difference": lazy("the first minus the second of"),
    "product": lazy("the product of"),
    "share": lazy("the first as a percentage of the second of"),
}

declare(
    {
        "line_subject": mark("Choose what is looked at, or take this line away."),
        "line_compare": mark("Choose the comparison, then the value."),
    }
)


class TreeLines(Lines):
    """Lines that stand for a condition or for a formula of a form."""

    groups: Sequence[str] = ()

    def __init__(self, prefix: str, label: Any, form: Form, questions: Sequence[Question]) -> None:
        super().__init__(prefix, label)
        self.form = form
        self.questions = {each.key: each for each in questions if not each.is_special}
        self.paths: list[str] = []

    def fill(self, node: Any) -> None:
        """Show what a definition says."""
        self.how, rows = to_rows(node, self.groups)
        self.lines = []
        for row in rows:
            texts = {"what": [f"g:{row.how}"]} if row.how else self.shown(row.leaf)
            line = Line(texts)
            line.depth = row.depth
            self.lines.append(line)

    def takes_in(self, number: int) -> int:
        return int(self.lines[number].said("what").startswith("g:"))

    def node(self) -> Any:
        """Return what the lines say as a definition writes it; mistakes stand beside the lines."""
        self.lines = [line for line in self.lines if not line.is_blank]
        rows = []
        for line in self.lines:
            kind, _colon, name = line.said("what").partition(":")
            try:
                is_group = kind == "g" and name in self.groups
                leaf = None if is_group else self.leaf(line)
                rows.append(Row(line.depth, name if is_group else "", leaf))
            except Invalid as refusal:
                line.error = message(refusal)
        if self.has_errors:
            return None
        try:
            node, self.paths = from_rows(self.joined(rows), rows)
        except Invalid as refusal:
            self.error = message(refusal)
            return None
        return node

    def joined(self, rows: Sequence[Row]) -> str:
        """Return how the lines at the top go together; blank for one alone."""
        return self.how if self.how in self.groups else ""

    def put(self, path: str, message: str) -> None:
        """Put a mistake beside the line it comes from, the deepest that holds it."""
        for number in sorted(range(len(self.paths)), key=lambda n: -len(self.paths[n])):
            if path.startswith(self.paths[number]):
                self.lines[number].error = message
                return
        self.error = message

    def shown(self, leaf: Any) -> dict[str, list[str]]:
        """Return what the controls of a leaf show."""
        raise NotImplementedError

    def leaf(self, line: Line) -> Any:
        """Return what a line says, as a definition writes it."""
        raise NotImplementedError

    def answers(self, are_numbers: bool) -> Choices:
        """Return the questions on offer."""
        return [
            (f"q:{key}", pick(each.label))
            for key, each in self.questions.items()
            if not are_numbers or each.type in NUMERIC
        ]

    def totals(self) -> Choices:
        """Return the totals of columns on offer."""
        return [
            (f"t:{key}.{column.key}", f"{pick(each.label)}: {pick(column.label)}")
            for key, each in self.questions.items()
            for column in each.columns
            if column.type in NUMERIC
        ]


class ConditionLines(TreeLines):
    """When something is asked: comparisons of earlier answers and of the profile, in groups."""

    names = ("depth", "what", "compare", "value")
    groups = GROUPS
    labels = GROUP_LABELS
    is_condition = True

    def joined(self, rows: Sequence[Row]) -> str:
        how = self.how if self.how in GROUPS else "all"
        tops = sum(row.depth == 0 for row in rows)
        return "" if tops == 1 and how != "none" else how

    def subjects(self) -> list[tuple[Any, Choices]]:
        """Return what a line may look at, under headings."""
        return [
            (_("Questions before this one"), self.answers(False)),
            (_("Totals of tables"), self.totals()),
            (_("Profile"), [(f"p:{fact}", label) for fact, label in FACT_LABELS.items()]),
            (_("A group"), [(f"g:{how}", label) for how, label in GROUP_LABELS.items()]),
        ]

    def shown(self, leaf: Any) -> dict[str, list[str]]:
        names = ("question", "column", "profile")
        ((compare, value),) = ((k, v) for k, v in leaf.items() if k not in names)
        question, column = leaf.get("question", ""), leaf.get("column", "")
        what = f"p:{leaf['profile']}" if "profile" in leaf else f"q:{question}"
        what = f"t:{question}.{column}" if column else what
        values = value if isinstance(value, list | tuple) else [value]
        return {
            "what": [what],
            "compare": [compare],
            "value": [self._typed(what, each) for each in values],
        }

    def _typed(self, what: str, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        asked = self.asked(what)
        if asked is not None and asked.type in NUMERIC:
            return str(value).replace(".", ",")
        if asked is not None and asked.type is QuestionType.DATE:
            return format_date(date.fromisoformat(value))
        return str(value)

    def asked(self, what: str) -> Any:
        """Return the question or column that a line looks at; None for one of the profile."""
        kind, _colon, name = what.partition(":")
        key, _dot, column = name.partition(".")
        question = self.questions.get(key) if kind in ("q", "t") else None
        if question is None or kind == "q":
            return question
        return next((each for each in question.columns if each.key == column), None)

    def leaf(self, line: Line) -> Any:
        what = line.said("what")
        kind, _colon, name = what.partition(":")
        asked = self.asked(what)
        if asked is None and not (kind == "p" and name in FACT_LABELS):
            raise Invalid("line_subject")
        compare = line.said("compare")
        if compare not in compares_for(asked):
            raise Invalid("line_compare")
        key, _dot, column = name.partition(".")
        subject = {"profile": name} if kind == "p" else {"question": key}
        subject |= {"column": column} if kind == "t" else {}
        return {**subject, compare: self._value(asked, compare, line)}

    def _value(self, asked: Any, compare: str, line: Line) -> Any:
        values = line.many("value")
        if not values:
            raise Invalid("required")
        if compare in MANY:
            return values
        text = values[0]
        if compare == Compare.ANSWERED or (asked is not None and asked.type in FLAGS):
            if text not in ("true", "false"):
                raise Invalid("choice_unknown")
            return text == "true"
        if asked is not None and asked.type in NUMERIC:
            return read_exact(text)
        if asked is not None and asked.type is QuestionType.DATE:
            return parse.date(text).isoformat()
        return text

    def compares(self, line: Line) -> Choices:
        """Return the comparisons that suit what a line looks at; none as long as it is nothing."""
        what = line.said("what")
        asked = self.asked(what)
        if asked is None and not what.startswith("p:"):
            return []
        return [(each.value, COMPARE_LABELS[each]) for each in compares_for(asked)]

    def values(self, line: Line) -> Choices:
        """Return the values to choose from; none where one types."""
        what = line.said("what")
        asked = self.asked(what)
        if line.said("compare") == Compare.ANSWERED or (asked and asked.type in FLAGS):
            return [("true", _("Yes")), ("false", _("No"))]
        if asked is None:
            return list(FACT_VALUES.get(what.removeprefix("p:"), {}).items())
        if asked.type is QuestionType.MUNICIPALITY:
            return list(FACT_VALUES["municipality_code"].items())
        return [(key, pick(label)) for key, label in asked.option_labels.items()]

    def is_many(self, line: Line) -> bool:
        """Tell whether a line takes several values."""
        return line.said("compare") in MANY


class FormulaLines(TreeLines):
    """How a number is worked out; `row` are the columns that a column's own formula may use."""

    names = ("depth", "what", "number")
    groups = OPERATIONS
    labels = OPERATION_LABELS
    is_condition = False

    def __init__(
        self,
        prefix: str,
        label: Any,
        form: Form,
        questions: Sequence[Question],
        row: Sequence[Any] | None = None,
    ) -> None:
        super().__init__(prefix, label, form, questions)
        self.row = row

    def subjects(self) -> list[tuple[Any, Choices]]:
        """Return what a line may be, under headings."""
        number: tuple[Any, Choices] = (_("A number"), [("n:", _("a number, typed beside"))])
        operations = [(f"g:{name}", label) for name, label in OPERATION_LABELS.items()]
        if self.row is not None:
            columns = [(f"c:{c.key}", pick(c.label)) for c in self.row if c.type in NUMERIC]
            return [(_("Columns of the row"), columns), number, (_("An operation"), operations)]
        tables = [each for each in self.questions.values() if each.columns]
        rows = [(f"r:{each.key}", pick(each.label)) for each in tables]
        return [
            (_("Answers"), self.answers(True)),
            (_("Totals of tables"), self.totals()),
            (_("How many rows"), rows),
            number,
            (_("An operation"), operations),
        ]

    def shown(self, leaf: Any) -> dict[str, list[str]]:
        if not isinstance(leaf, Mapping):
            return {"what": ["n:"], "number": [str(leaf).replace(".", ",")]}
        if "rows" in leaf:
            return {"what": [f"r:{leaf['rows']}"]}
        if "question" not in leaf:
            return {"what": [f"c:{leaf['column']}"]}
        is_total = "column" in leaf
        what = f"t:{leaf['question']}.{leaf['column']}" if is_total else f"q:{leaf['question']}"
        return {"what": [what]}

    def leaf(self, line: Line) -> Any:
        kind, _colon, name = line.said("what").partition(":")
        key, _dot, column = name.partition(".")
        match kind:
            case "n":
                return read_exact(line.said("number"))
            case "q":
                return {"question": key}
            case "t":
                return {"question": key, "column": column}
            case "r":
                return {"rows": key}
            case "c":
                return {"column": key}
        raise Invalid("line_subject")


def read_exact(text: str) -> str:
    """Return a number typed the Italian way as a definition writes it, digit by digit."""
    parse.number(text, 6, -LARGEST, LARGEST)
    return parse.line(text).replace(".", "").replace(",", ".")
