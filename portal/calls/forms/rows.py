"""Forms for the lists of a call: moments, acts, questions, checks; one group of fields a row."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from portal import parse
from portal.calls.engine import ACT_LABELS, ATTACHMENT_LABELS
from portal.calls.forms.cells import place, put
from portal.calls.forms.editing import PartForm
from portal.i18n import lazy
from portal.web import AreaField, ChoiceField, TextField

BLANK_ROWS = 2
MOST_ROWS = 60
_NUMBERED = re.compile(r".+_([0-9]{1,3})")
YES_NO = {"yes": lazy("Yes"), "no": lazy("No")}


@dataclass(frozen=True)
class Column:
    """A field of each row; `language` says that it is one language of a text."""

    name: str
    label: Any
    help: Any = ""
    choices: Mapping[str, Any] | None = None
    language: str = ""
    is_long: bool = False

    @property
    def field_name(self) -> str:
        """Return the name that the field has in each row, before its number."""
        return f"{self.name}_{self.language}" if self.language else self.name

    def field(self) -> Any:
        """Return a new field; a row left blank is no row, so nothing is compulsory here."""
        if self.choices is not None:
            choices = list(self.choices.items())
            return ChoiceField(self.label, choices=choices, required=False, help=self.help)
        if self.is_long:
            return AreaField(self.label, required=False, help=self.help)
        return TextField(self.label, parse=parse.line, required=False, help=self.help)


def both(name: str, label: Any, english: Any, is_long: bool = False) -> tuple[Column, Column]:
    """Return a text in both languages."""
    return (
        Column(name, label, language="it", is_long=is_long),
        Column(name, english, language="en", is_long=is_long),
    )


@dataclass(frozen=True)
class Rows:
    """A list of a call: where it stands, what each row holds, whether it may be empty."""

    path: str
    title: Any
    row_title: Any
    columns: tuple[Column, ...]


KEY = Column("key", lazy("Key"), help=lazy("Small letters, digits and _: it never changes."))
IN_ENGLISH = lazy("The same in English")
LISTS: Mapping[str, Rows] = {
    "timeline": Rows(
        "sheet.timeline",
        lazy("Times and deadlines"),
        lazy("Moment"),
        (
            Column(
                "when",
                lazy("When"),
                help=lazy(
                    "opens, closes, or how many days after the closing; where one can apply "
                    "all the time, how many days after the sending."
                ),
            ),
            *both("title", lazy("What happens"), IN_ENGLISH),
            *both("text", lazy("Explanation"), IN_ENGLISH),
        ),
    ),
    "acts": Rows(
        "acts",
        lazy("Acts"),
        lazy("Act"),
        (
            Column("kind", lazy("Kind of act"), choices=ACT_LABELS),
            Column("number", lazy("Number of the act")),
            Column("date", lazy("Date of the act"), help=lazy("Such as 28/02/2027.")),
            Column("unit", lazy("Who adopted it")),
            *both("subject", lazy("Subject"), IN_ENGLISH),
            Column("url", lazy("Address of its page")),
        ),
    ),
    "attachments": Rows(
        "attachments",
        lazy("Attachments"),
        lazy("Attachment"),
        (
            KEY,
            Column("kind", lazy("Kind"), choices=ATTACHMENT_LABELS),
            *both("title", lazy("Title"), IN_ENGLISH),
        ),
    ),
    "eligibility": Rows(
        "eligibility",
        lazy("Can I apply?"),
        lazy("Question"),
        (
            KEY,
            *both("question", lazy("Question"), IN_ENGLISH),
            Column("wanted", lazy("The right answer"), choices=YES_NO),
            *both("reason", lazy("Why one can't apply otherwise"), IN_ENGLISH),
            *both("alternative", lazy("What one can do instead"), IN_ENGLISH),
            Column("alternative_url", lazy("Address of its page")),
        ),
    ),
    "checklist": Rows(
        "checklist",
        lazy("Formal check"),
        lazy("Item"),
        (KEY, *both("text", lazy("What is checked"), IN_ENGLISH)),
    ),
    "privacy": Rows(
        "privacy.sections",
        lazy("Privacy notice"),
        lazy("Chapter"),
        (
            *both("title", lazy("Title"), IN_ENGLISH),
            *both("text", lazy("Text"), IN_ENGLISH, is_long=True),
        ),
    ),
}


class RowsForm(PartForm):
    """A list of a call; a row whose texts are all blank is taken away."""

    rows: ClassVar[Rows]
    count: ClassVar[int]

    @classmethod
    def saved(cls, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields of each row show."""
        found = place(definition, cls.rows.path) or []
        return {
            f"{column.field_name}_{number}": shown(column, row)
            for number, row in enumerate(found)
            for column in cls.rows.columns
        }

    def changed(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with the rows that hold something."""
        new = copy.deepcopy(dict(definition))
        rows = [self._row(number) for number in range(self.count)]
        put(new, self.rows.path, [row for row in rows if row] or None)
        return new

    def _row(self, number: int) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for column in self.rows.columns:
            value = self[f"{column.field_name}_{number}"].value
            if value:
                name = f"{column.name}.{column.language}" if column.language else column.name
                put(row, name, read_when(value) if column.name == "when" else value)
        chosen = {column.name for column in self.rows.columns if column.choices is not None}
        return row if set(row) - chosen else {}

    def field_at(self, path: str) -> str | None:
        """Return the field of a mistake: blank rows before it don't count."""
        start, _, rest = path.removeprefix("call.").partition("[")
        index, _, name = rest.partition("].")
        if start != self.rows.path or not index.rstrip("]").isdigit():
            return None
        filled = [number for number in range(self.count) if self._row(number)]
        number = filled[int(index.rstrip("]"))]
        wanted = name.partition(".")[0]
        for column in self.rows.columns:
            if column.name == wanted:
                return f"{column.field_name}_{number}"
        return f"{self.rows.columns[0].field_name}_{number}"

    def groups(self) -> list[tuple[str, list[str]]]:
        """Return the fields of each row under its heading."""
        return [
            (
                f"{self.rows.row_title} {number + 1}",
                [f"{column.field_name}_{number}" for column in self.rows.columns],
            )
            for number in range(self.count)
        ]


def shown(column: Column, row: Mapping[str, Any]) -> str:
    """Return the text of a column in a row."""
    value = row.get(column.name)
    if column.language and isinstance(value, Mapping):
        value = value.get(column.language)
    return "" if value is None else str(value)


def read_when(text: str) -> str | int:
    """Return a moment as a definition writes it: a word, or a number of days."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else text


def rows_form(part: str, definition: Mapping[str, Any], sent: Mapping[str, Any]) -> type[RowsForm]:
    """Return the form for a list as it stands, with blank rows to add to it."""
    rows = LISTS[part]
    numbers = [int(found[1]) for found in map(_NUMBERED.fullmatch, sent) if found]
    kept = len(place(definition, rows.path) or [])
    wanted = max(kept + BLANK_ROWS, *(number + 1 for number in numbers), 0)
    count = max(kept, min(MOST_ROWS, wanted))  # of a longer list from a file nothing is lost
    fields = {
        f"{column.field_name}_{number}": column.field()
        for number in range(count)
        for column in rows.columns
    }
    return type("RowsForm", (RowsForm,), {"rows": rows, "count": count, **fields})


PART_TITLES: Mapping[str, Any] = {
    "facts": lazy("Title, window, money, who can apply"),
    "evaluation": lazy("How the evaluation works"),
    "procedure": lazy("Terms, signature, stamp duty"),
    "office": lazy("Office and contacts"),
    "texts": lazy("Texts of the service sheet"),
}


def title_of(part: str) -> str:
    """Return the title of a part or of a list."""
    return str(PART_TITLES[part] if part in PART_TITLES else LISTS[part].title)
