"""Answers as one reads them, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from portal import i18n, parse
from portal.i18n import _
from portal.questionnaires.engine.parts import Asked, Column, Question
from portal.questionnaires.engine.sight import totals_of
from portal.questionnaires.engine.tables import typed_rows
from portal.questionnaires.engine.units import show_number
from portal.questionnaires.schemas import QuestionType
from portal.registry.engine import MUNICIPALITIES


def show_answer(question: Question, value: Any) -> str:
    """The answer as one reads it, in the reader's language; nothing where there is none."""
    return ", ".join(show_lines(question, value))


def show_lines(question: Question, value: Any) -> list[str]:
    """The answer with one line for each option chosen, row or file given.

    Of a special answer nothing is told but that it was given: `show_opened` shows it.
    """
    if value is None or value == []:
        return []
    return [_("Given, and kept sealed")] if question.is_special else show_opened(question, value)


def show_opened(question: Question, value: Any) -> list[str]:
    """The same, special answers told: for whoever may read them."""
    if value is None or value == []:
        return []
    if question.type is QuestionType.TABLE:
        return show_table(question, value).lines
    values = value if isinstance(value, list) else [value]
    return [show_one(question, each) for each in values]


def show_one(asked: Asked, value: Any) -> str:
    """One value as one reads it; nothing where there is none."""
    if value is None:
        return ""
    show = _SHOWERS.get(asked.unit)
    return show(asked, value) if show else str(value)


class ShownTable(NamedTuple):
    """A table as one reads it: heads, rows of cells, and the totals below, blank where none is."""

    heads: list[str]
    rows: list[list[str]]
    totals: list[str]

    @property
    def lines(self) -> list[str]:
        """Each row on one line, the totals on the last."""
        lines = [self._line(self.heads, row) for row in self.rows]
        total = self._line(self.heads, self.totals)
        return [*lines, f"{_('Total')} – {total}"] if total else lines

    def _line(self, heads: list[str], cells: list[str]) -> str:
        return "; ".join(f"{head}: {cell}" for head, cell in zip(heads, cells, strict=True) if cell)


def show_table(question: Question, rows: Any) -> ShownTable:
    """The rows of a table as one reads them, with the totals the definition asks for."""
    totals = totals_of(question, rows)
    columns = question.columns
    return ShownTable(
        [i18n.pick(column.label) for column in columns],
        [[show_one(column, row.get(column.key)) for column in columns] for row in rows or ()],
        [
            show_number(column.unit, totals[question.key, column.key])
            if column.total and (question.key, column.key) in totals
            else ""
            for column in columns
        ],
    )


def show_total(column: Column, total: Decimal | None, is_blank: bool) -> str:
    """The sum below a column being filled in: naught of no rows, blank where none can be told."""
    if total is None and not is_blank:
        return ""
    return show_number(column.unit, total or Decimal(0))


def _label(question: Asked, key: str) -> str:
    return i18n.pick(question.option_labels.get(key)) or key


def _place(question: Asked, code: str) -> str:
    found = MUNICIPALITIES.get(code)
    return found.name if found else code


def _groups(question: Asked, iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _file_name(question: Asked, file: Mapping[str, Any]) -> str:
    size = file.get("size")
    return f"{file['name']} ({i18n.format_size(size)})" if size else str(file["name"])


def _activity(question: Asked, value: Mapping[str, str]) -> str:
    title = parse.ateco_title(value["code"], value["edition"])
    return f"{value['code']} {title}".rstrip()


_SHOWERS: dict[QuestionType, Callable[[Asked, Any], str]] = {
    QuestionType.INTEGER: lambda q, value: i18n.format_number(value),
    QuestionType.NUMBER: lambda q, value: i18n.format_number(Decimal(value)),
    QuestionType.AMOUNT: lambda q, value: i18n.format_amount(Decimal(value)),
    QuestionType.PERCENT: lambda q, value: i18n.format_percent(Decimal(value)),
    QuestionType.DATE: lambda q, value: i18n.format_date(date.fromisoformat(value)),
    QuestionType.YES_NO: lambda q, value: _("Yes") if value else _("No"),
    QuestionType.CHOICE: _label,
    QuestionType.CHOICES: _label,
    QuestionType.SECTOR: _label,
    QuestionType.ATECO: _activity,
    QuestionType.FILE: _file_name,
    QuestionType.MUNICIPALITY: _place,
    QuestionType.IBAN: _groups,
    QuestionType.DECLARATION: lambda q, value: _("Declared"),
}


def show_typed(question: Question, typed: Sequence[str]) -> list[str]:
    """What was typed, right or wrong, as one reads it: options by their words, rows by cells."""
    if question.type is QuestionType.TABLE:
        return [_typed_row(question, row) for row in typed_rows(question, typed)]
    words = _typed_words(question)
    return [words.get(text, text) for text in typed if text]


def _typed_row(question: Question, row: Mapping[str, str]) -> str:
    labels = {column.key: i18n.pick(column.label) for column in question.columns}
    return "; ".join(f"{labels.get(key, key)}: {text}" for key, text in row.items() if text)


def _typed_words(question: Question) -> Mapping[str, str]:
    match question.type:
        case QuestionType.YES_NO:
            return {"yes": _("Yes"), "no": _("No")}
        case QuestionType.DECLARATION:
            return dict.fromkeys(("y", "yes"), _("Declared"))
        case QuestionType.MUNICIPALITY:
            return {code: place.name for code, place in MUNICIPALITIES.items()}
    return {key: i18n.pick(label) for key, label in question.option_labels.items()}
