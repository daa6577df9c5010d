"""The field of a table: a control for each cell, a row more to type in, totals below."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wtforms import Field

from portal import i18n
from portal.i18n import _
from portal.questionnaires.engine import (
    Column,
    InvalidCells,
    Question,
    QuestionType,
    clean,
    show_one,
    show_total,
    totals_of,
    typed_rows,
    write_rows,
)

ADD, REMOVE = "add_row", "remove_row"
# Stands for the number of the row in the row a script copies.
ANY_ROW = "ROW"
_ROW = re.compile("[0-9]{1,3}")

INPUTMODES = {
    QuestionType.INTEGER: "numeric",
    QuestionType.NUMBER: "decimal",
    QuestionType.AMOUNT: "decimal",
    QuestionType.PERCENT: "decimal",
    QuestionType.DATE: "numeric",
}
NUMERIC = frozenset(INPUTMODES) - {QuestionType.DATE} | {QuestionType.COMPUTED}


@dataclass
class Cell:
    """One control; `text` is what stands in it, word for word, or what is computed."""

    column: Column
    name: str
    label: str
    text: str = ""
    error: str = ""
    options: Sequence[tuple[str, str]] = ()

    @property
    def heading(self) -> str:
        """The head of its column."""
        return i18n.pick(self.column.label)

    @property
    def inputmode(self) -> str:
        """The keyboard it opens."""
        return INPUTMODES.get(self.column.type, "")

    @property
    def is_numeric(self) -> bool:
        """Whether it is set to the right."""
        return self.column.type in NUMERIC


@dataclass
class TableRow:
    """One row of controls; `number` is its place, from 0."""

    number: int | str
    cells: list[Cell] = field(default_factory=list)


class TableField(Field):
    """A table: its `rows` hold controls, its `typed` what is to be kept."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.table = question
        self.texts: list[dict[str, str]] = []
        self.refused: Mapping[tuple[int, str], str] = {}
        self.values: Any = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the rows the page sent, or those that are kept."""
        self.process_errors: list[str] = []
        if formdata is None:
            self.texts = typed_rows(self.table, data or [])
        else:
            self.texts = rows_sent(self.table, formdata)
        self.raw_data = write_rows(self.texts)
        self.data = self.raw_data

    def show_refusal(self, refusal: Any) -> None:
        """Say what is wrong, by row and column in words, and beside the cells."""
        if not isinstance(refusal, InvalidCells):
            self.errors, self.refused = [i18n.message(refusal)], {}
            return
        self.errors = [i18n.message(each) for each in refusal.one_by_one()]
        self.refused = {place: i18n.message(each) for place, each in refusal.cells.items()}

    @property
    def most(self) -> int:
        """How many rows there may be."""
        return self.table.most_rows or 1

    @property
    def rows(self) -> list[TableRow]:
        """The rows to draw: those that stand, the least there must be, and one to go on."""
        count = max(len(self.texts) + 1, self.table.least_rows)
        shown = self.texts + [{}] * (min(count, self.most) - len(self.texts))
        rows, kept = [], 0
        for number, texts in enumerate(shown):
            is_kept = bool(write_rows([texts]))
            rows.append(self._row(number, texts, kept if is_kept else None))
            kept += is_kept
        return rows

    @property
    def blank_row(self) -> TableRow:
        """The row a script copies to add one."""
        return self._row(ANY_ROW, {}, None)

    @property
    def totals(self) -> list[tuple[Column, str]]:
        """The columns with what stands below them; blank where no total is asked for."""
        found, is_blank = totals_of(self.table, self.values), not self.texts
        return [
            (each, show_total(each, found.get((self.table.key, each.key)), is_blank))
            if each.total
            else (each, "")
            for each in self.table.columns
        ]

    @property
    def has_totals(self) -> bool:
        """Whether any column has a total."""
        return any(column.total for column in self.table.columns)

    def _row(self, number: int | str, texts: Mapping[str, str], kept: int | None) -> TableRow:
        row = TableRow(number)
        for column in self.table.columns:
            place = number + 1 if isinstance(number, int) else number
            label = _("%(column)s, row %(row)s", column=i18n.pick(column.label), row=place)
            cell = Cell(column, f"{self.name}-{number}-{column.key}", label)
            cell.text = texts.get(column.key, "")
            cell.options = options_of(column)
            if kept is not None:
                cell.error = self.refused.get((kept, column.key), "")
            if column.is_computed:
                cell.text = self._computed(column, kept)
            row.cells.append(cell)
        return row

    def _computed(self, column: Column, kept: int | None) -> str:
        values = self.values or []
        if kept is None or kept >= len(values):
            return ""
        return show_one(column, values[kept].get(column.key))


def options_of(column: Column) -> list[tuple[str, str]]:
    """The answers of a cell that is chosen in."""
    if column.type is QuestionType.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(key, i18n.pick(label)) for key, label in column.option_labels.items()]


def rows_sent(question: Question, sent: Any) -> list[dict[str, str]]:
    """The rows a page sent, in their order; without the one its button takes away."""
    names = "|".join(column.key for column in question.columns)
    cell = re.compile(rf"{question.key}-({_ROW.pattern})-({names})")
    rows: dict[int, dict[str, str]] = {}
    for name in sent:
        found = cell.fullmatch(name)
        if found:
            (text,) = clean(sent.getlist(name)[:1]) or [""]
            rows.setdefault(int(found[1]), {})[found[2]] = text
    action, _colon, rest = (sent.get("action") or "").partition(":")
    key, _colon, number = rest.partition(":")
    if action == REMOVE and key == question.key and _ROW.fullmatch(number):
        rows.pop(int(number), None)
    return [rows[number] for number in sorted(rows)]
