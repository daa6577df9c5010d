"""The properties of a question or a column that are one field each, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from portal import parse
from portal.calls.forms.cells import show_amount
from portal.i18n import lazy
from portal.questionnaires.engine import (
    DEFAULT_ACCEPT,
    FILE_KINDS,
    RESULTS,
    Copy,
    QuestionType,
    Readers,
)
from portal.registry.engine import DOCUMENT_LABELS
from portal.web import ChoiceField, ManyField, TextField, TickField

TYPE_LABELS: Mapping[QuestionType, Any] = {
    QuestionType.SHORT_TEXT: lazy("Short text, one line"),
    QuestionType.LONG_TEXT: lazy("Long text"),
    QuestionType.INTEGER: lazy("Whole number"),
    QuestionType.NUMBER: lazy("Number with decimals"),
    QuestionType.AMOUNT: lazy("Amount in euros"),
    QuestionType.PERCENT: lazy("Percentage"),
    QuestionType.DATE: lazy("Date"),
    QuestionType.YES_NO: lazy("Yes or no"),
    QuestionType.CHOICE: lazy("One answer of several"),
    QuestionType.CHOICES: lazy("Several answers"),
    QuestionType.FILE: lazy("File"),
    QuestionType.MUNICIPALITY: lazy("Municipality"),
    QuestionType.SECTOR: lazy("Sector of activity"),
    QuestionType.ATECO: lazy("ATECO code"),
    QuestionType.CODICE_FISCALE: lazy("Tax code (codice fiscale)"),
    QuestionType.PARTITA_IVA: lazy("VAT number (partita IVA)"),
    QuestionType.IBAN: lazy("IBAN"),
    QuestionType.EMAIL: lazy("E-mail address"),
    QuestionType.PHONE: lazy("Telephone number"),
    QuestionType.DECLARATION: lazy("Declaration to tick"),
    QuestionType.TABLE: lazy("Table"),
    QuestionType.COMPUTED: lazy("Computed by the portal"),
}
READERS_LABELS: Mapping[Readers, Any] = {
    Readers.COMMITTEE: lazy("The office and the committee"),
    Readers.STAFF: lazy("The office alone"),
    Readers.SPECIAL: lazy("Special data: sealed, opened only by who may, and noted each time"),
}
COPY_LABELS: Mapping[Copy, Any] = {
    Copy.TITLE: lazy("Title of the application"),
    Copy.REQUESTED_AMOUNT: lazy("Amount asked for"),
    Copy.SECTOR: lazy("Sector"),
}
NOTHING = ("", lazy("nothing"))


def _whole(label: Any, help: Any = "") -> Callable[[Any], Any]:
    return lambda attachments: TextField(label, parse=parse.integer, required=False, help=help)


def _exact(label: Any) -> Callable[[Any], Any]:
    return lambda attachments: TextField(label, parse=_zero_or_more, required=False)


def _zero_or_more(text: str) -> Decimal:
    return parse.amount(text, Decimal(0))


def _one_of(label: Any, choices: Any, help: Any = "") -> Callable[[Any], Any]:
    return lambda attachments: ChoiceField(label, choices=choices, required=False, help=help)


def _template(attachments: Any) -> Any:
    choices = [NOTHING, *((each["key"], each["title"]["it"]) for each in attachments)]
    text = lazy("One of the attachments of the call, to be filled in and sent back.")
    return ChoiceField(lazy("Form to fill in"), choices=choices, required=False, help=text)


PROPERTY_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "required": lambda attachments: TickField(lazy("It must be answered")),
    "limit": _whole(
        lazy("At most so many characters"), lazy("Left blank: 200 on one line, 2.000 in a text.")
    ),
    "minimum": _exact(lazy("At least")),
    "maximum": _exact(lazy("At most")),
    "result": _one_of(lazy("What it makes"), [(each.value, TYPE_LABELS[each]) for each in RESULTS]),
    "decimals": _whole(lazy("Decimals"), lazy("From 0 to 4; left blank: 2.")),
    "accept": lambda attachments: ManyField(
        lazy("Kinds of file"), choices=[(kind, kind.upper()) for kind in FILE_KINDS], required=False
    ),
    "most_files": _whole(lazy("At most so many files"), lazy("Left blank: one.")),
    "template": _template,
    "document": _one_of(
        lazy("Document of the profile that answers"),
        [NOTHING, *((each.value, label) for each, label in DOCUMENT_LABELS.items())],
    ),
    "least_rows": _whole(lazy("At least so many rows")),
    "most_rows": _whole(lazy("At most so many rows"), lazy("Left blank: 50.")),
    "total": lambda attachments: TickField(lazy("Show the total below the column")),
    "readers": _one_of(
        lazy("Who reads the answer"),
        [(each.value, label) for each, label in READERS_LABELS.items()],
        lazy("Beside who fills in the form, who always does."),
    ),
    "identifies": lambda attachments: TickField(
        lazy("It says who applies: hidden from evaluators in a blind round")
    ),
    "copies": _one_of(
        lazy("Copied to the lists as"),
        [NOTHING, *((each.value, label) for each, label in COPY_LABELS.items())],
    ),
}
USUAL: Mapping[str, Any] = {
    "required": True,
    "total": False,
    "identifies": False,
    "readers": Readers.COMMITTEE.value,
    "result": QuestionType.AMOUNT.value,
    "accept": list(DEFAULT_ACCEPT),
}
EXACT = ("minimum", "maximum")


def property_value(name: str, definition: Mapping[str, Any]) -> Any:
    """Return what the field of a property shows."""
    value = definition.get(name, USUAL.get(name))
    if name in EXACT:
        return show_amount(value)
    return value if name in USUAL else "" if value is None else str(value)


def property_written(name: str, value: Any, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return a property as a definition writes it; what goes without saying is left out."""
    if name == "accept" and sorted(value) == sorted(old.get("accept", DEFAULT_ACCEPT)):
        value = old.get("accept")
    if value in (None, "", []) or value == USUAL.get(name):
        return {}
    return {name: str(value) if name in EXACT else value}


T = QuestionType
TYPE_GROUPS: list[tuple[Any, list[tuple[str, Any]]]] = [
    (heading, [(each.value, TYPE_LABELS[each]) for each in kinds])
    for heading, kinds in (
        (lazy("Words"), (T.SHORT_TEXT, T.LONG_TEXT)),
        (lazy("Numbers, money, dates"), (T.INTEGER, T.NUMBER, T.AMOUNT, T.PERCENT, T.DATE)),
        (lazy("To choose"), (T.YES_NO, T.CHOICE, T.CHOICES, T.MUNICIPALITY, T.SECTOR)),
        (lazy("Codes and contacts"), (T.CODICE_FISCALE, T.PARTITA_IVA, T.ATECO, T.IBAN)),
        (lazy("Reached at"), (T.EMAIL, T.PHONE)),
        (lazy("More"), (T.FILE, T.TABLE, T.COMPUTED, T.DECLARATION)),
    )
]
