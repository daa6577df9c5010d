"""Tables: what was typed row by row, word for word, and what it means.

Each row is kept as one text: the JSON of its cells as they were typed, by column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal import i18n, parse
from portal.errors import Invalid, declare, mark
from portal.questionnaires.engine.formulas import Formula, Number, Operation, Reference
from portal.questionnaires.engine.parts import Column, Question
from portal.questionnaires.engine.sight import as_result, fraction, work_out

declare(
    {
        "table_cell": mark("Row %(row)s, %(column)s: %(reason)s"),
        "table_few_rows": mark("At least %(least)s rows are needed here."),
        "table_many_rows": mark("At most %(most)s rows go here. Take some away."),
    }
)

Row = Mapping[str, str]
ReadCell = Callable[[Column, str], Any]


class Said:
    """Words chosen when they are shown, in the language of whoever reads them."""

    def __init__(self, say: Callable[[], str]) -> None:
        self.say = say

    def __str__(self) -> str:
        return self.say()


class InvalidCells(Invalid):
    """Cells of a table are refused; `cells` says why, by row (from 0) and column.

    As a whole it says what is wrong with the first of them.
    """

    def __init__(
        self, question: Question, cells: Mapping[tuple[int, str], Invalid], field: str | None = None
    ) -> None:
        self.question, self.cells = question, cells
        (row, key), refusal = next(iter(cells.items()))
        super().__init__("table_cell", field, **self._facts(row, key, refusal))

    def _facts(self, row: int, key: str, refusal: Invalid) -> dict[str, Any]:
        label = self.question.column(key).label
        column, reason = Said(lambda: i18n.pick(label)), Said(lambda: i18n.message(refusal))
        return {"row": row + 1, "column": column, "reason": reason}

    def one_by_one(self) -> list[Invalid]:
        """Return a refusal for each cell, naming its row and column."""
        return [
            Invalid("table_cell", self.field, **self._facts(row, key, refusal))
            for (row, key), refusal in self.cells.items()
        ]

    def on(self, field: str) -> Invalid:
        return InvalidCells(self.question, self.cells, field)


def write_rows(rows: Sequence[Row]) -> list[str]:
    """Return rows of typed cells as they are kept; those wholly blank are left out."""
    return [
        json.dumps(dict(row), ensure_ascii=False)
        for row in rows
        if any(parse.texts.trim(text) for text in row.values())
    ]


def typed_rows(question: Question, typed: Sequence[str]) -> list[dict[str, str]]:
    """Return the cells as they were typed; what is no row stands in the first column."""
    return [_row(question, text) for text in typed]


def _row(question: Question, text: str) -> dict[str, str]:
    first = question.columns[0].key
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {first: text}
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        return {first: text}
    return found


def is_blank_row(text: str) -> bool:
    """Tell whether a kept text is blank, or a row in which nothing stands."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return not parse.texts.trim(text)
    cells = found.values() if isinstance(found, dict) else [found]
    return not any(parse.texts.trim(str(cell)) for cell in cells)


def read_rows(question: Question, typed: Sequence[str], read_cell: ReadCell) -> list[Any]:
    """Return the rows as JSON, computed columns filled in; blank rows are dropped.

    Raises InvalidCells, or what is wrong with the number of rows.
    """
    kept = [
        row
        for text, row in zip(typed, typed_rows(question, typed), strict=True)
        if not is_blank_row(text)
    ]
    refused: dict[tuple[int, str], Invalid] = {}
    values = []
    for number, row in enumerate(kept):
        cells, wrong = _read_row(question, row, read_cell)
        refused |= {(number, key): refusal for key, refusal in wrong.items()}
        values.append(cells)
    if refused:
        raise InvalidCells(question, refused)
    if len(values) < question.least_rows:
        raise Invalid("table_few_rows", least=question.least_rows)
    if question.most_rows is not None and len(values) > question.most_rows:
        raise Invalid("table_many_rows", most=question.most_rows)
    return [compute_row(question, row) for row in values]


def _read_row(
    question: Question, row: Row, read_cell: ReadCell
) -> tuple[dict[str, Any], dict[str, Invalid]]:
    cells: dict[str, Any] = {}
    refused: dict[str, Invalid] = {}
    for column in question.columns:
        text = row.get(column.key, "")
        if column.is_computed:
            continue
        try:
            if parse.texts.trim(text):
                cells[column.key] = read_cell(column, text)
            elif column.required:
                raise Invalid("required")
        except Invalid as refusal:
            refused[column.key] = refusal
    return cells, refused


def compute_row(question: Question, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row in the order of the columns, computed ones worked out."""
    found = dict(cells)

    def number(formula: Formula) -> Any:
        if isinstance(formula, Number | Operation):
            return work_out(formula, number)
        if isinstance(formula, Reference) and formula.column is not None:
            return fraction(value_of(question.column(formula.column)))
        return None

    def value_of(column: Column) -> Any:
        if column.formula is not None and column.key not in found:
            result = number(column.formula)
            found[column.key] = None if result is None else as_result(column, result)
        return found.get(column.key)

    return {column.key: value_of(column) for column in question.columns}
