"""What the template of a spreadsheet says of each column: what to write there, and an example."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.desk.engine.papers import EXAMPLE, FIXED, asked_in, heads_of
from portal.i18n import _, pick
from portal.questionnaires.engine import Form, Question, QuestionType
from portal.registry.engine import ORGANISATION_LABELS
from portal.spreadsheets import Sheet

Q = QuestionType
NOTES: Mapping[QuestionType, Any] = {
    Q.SHORT_TEXT: lambda q: _("Text, at most %(limit)s characters", limit=q.limit),
    Q.LONG_TEXT: lambda q: _("Text, at most %(limit)s characters", limit=q.limit),
    Q.INTEGER: lambda _q: _("A whole number"),
    Q.NUMBER: lambda q: _("A number, at most %(count)s decimals", count=q.decimals),
    Q.AMOUNT: lambda _q: _("Euros, for instance 1.500,00"),
    Q.PERCENT: lambda _q: _("A percentage, for instance 12,5"),
    Q.DATE: lambda _q: _("A day, for instance 31/12/2026"),
    Q.YES_NO: lambda _q: _("Yes or no: sì, no"),
    Q.DECLARATION: lambda _q: _("sì, where it is declared"),
    Q.MUNICIPALITY: lambda _q: _("Name of a municipality of the metropolitan city"),
    Q.ATECO: lambda _q: _("ATECO code of 2025, with dots"),
}
EXAMPLES: Mapping[QuestionType, str] = {
    Q.SHORT_TEXT: "Testo",
    Q.LONG_TEXT: "Testo",
    Q.YES_NO: "sì",
    Q.DECLARATION: "sì",
    Q.MUNICIPALITY: "Bologna",
    Q.DATE: "01/06/2026",
    Q.CODICE_FISCALE: "RSSMRA80A01H501U",
    Q.PARTITA_IVA: "00743110157",
    Q.IBAN: "IT60X0542811101000000123456",
    Q.EMAIL: "mario@esempio.example.org",
    Q.PHONE: "051 000 0001",
}


def note_of(question: Question) -> str:
    """Return what to write in the column of a question."""
    labels = " / ".join(pick(option.label) for option in question.options)
    if question.type is Q.CHOICES:
        return _("One or more of these, with ; between them: %(options)s", options=labels)
    if labels:
        return _("One of these: %(options)s", options=labels)
    if question.type is Q.TABLE:
        columns = " | ".join(pick(each.label) for each in question.columns if not each.is_computed)
        return _("One line for each row, its parts in this order: %(columns)s", columns=columns)
    return NOTES[question.type](question) if question.type in NOTES else ""


def example_of(question: Question) -> str:
    """Return an example of an answer."""
    if question.options:
        return pick(question.options[0].label)
    if question.type is Q.INTEGER:
        return str(int(question.minimum or 1))
    if question.type in {Q.NUMBER, Q.AMOUNT, Q.PERCENT}:
        number = question.minimum or question.maximum or Decimal(1)
        return f"{number.normalize():f}".replace(".", ",")
    if question.type is Q.TABLE:
        return " | ".join(
            example_of_cell(each) for each in question.columns if not each.is_computed
        )
    return EXAMPLES.get(question.type, "")


def example_of_cell(column: Any) -> str:
    """Return an example of a cell of a table."""
    if column.options:
        return pick(column.options[0].label)
    return EXAMPLES.get(column.type, "1")


def sheets_of(form: Form) -> list[Sheet]:
    """Return the two sheets of the template: the one to fill in, and what goes where."""
    person = str(ORGANISATION_LABELS["natural_person"])
    fixed = [column.example for column in FIXED.values()]
    fixed[list(FIXED).index("profile.type")] = person
    example = [*fixed, *(example_of(question) for question in asked_in(form))]
    heads = heads_of(form)
    whose = {"body": _("Bodies only."), "person": _("Persons only."), "all": ""}
    types = _(
        "One of these: %(options)s", options=" / ".join(map(str, ORGANISATION_LABELS.values()))
    )
    rows = [
        [head, _("yes") if column.required else _("no"), whose[column.whose]]
        for head, column in zip(heads, FIXED.values(), strict=False)
    ]
    rows[list(FIXED).index("profile.type")][2] = types
    rows[0][2] = _("The row with %(word)s shows how: it is passed over.", word=EXAMPLE)
    rows += [
        [head, _("yes") if question.required else _("no"), note_of(question)]
        for head, question in zip(heads[len(FIXED) :], asked_in(form), strict=True)
    ]
    return [
        Sheet(_("Applications"), heads, [example]),
        Sheet(_("What to write"), [_("Column"), _("Compulsory"), _("What to write")], rows),
    ]
