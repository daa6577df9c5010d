"""The office's list as its page shows it: heads, cells, filters that hold, the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from portal.desk import queries
from portal.i18n import _, format_amount, format_instant, pick

NONE = "-"
Cell = tuple[str, str, Any, str, str]  # head, kind, what it shows, note, address


def list_address() -> Callable[..., str]:
    """Return what makes addresses of the list: a page holds dozens, and building each is slow."""
    base = url_for(".list_applications")

    def address_of(**values: Any) -> str:
        return f"{base}?{urlencode(values, doseq=True)}" if values else base

    return address_of


def heads_of(listing: Any, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the heads of the columns; those with a key sort the list."""
    address_of = list_address()
    return [
        {
            "label": column.label,
            "numeric": column.is_numeric,
            **listing.sorting(column.sort, address_of),
        }
        for column in (queries.COLUMNS[key] for key in columns)
    ]


def rows_of(lines: Sequence[Any], columns: Sequence[str]) -> list[tuple[str, list[Cell]]]:
    """Return each line as its code and its cells."""
    base = url_for(".list_applications")
    people = url_for(".list_applicants")
    makers = [_maker(key, columns, base, people) for key in columns]
    return [(line.practice_code, [make(line) for make in makers]) for line in lines]


def _maker(key: str, columns: Sequence[str], base: str, people: str) -> Callable[[Any], Cell]:
    """Return what makes the cells of a column; what they share is found once."""
    column = queries.COLUMNS[key]
    head, kind = str(column.label), column.kind
    shown = instant_of(key) if kind == "instant" else SHOWN.get(kind, column.value)
    note = NOTES.get(key) if queries.NOTES.get(key) not in columns else None
    address = {
        "practice": lambda line: f"{base}/{line.practice_code}",
        "applicant": lambda line: f"{people}/{line.applicant_id}",
    }.get(key)

    def make(line: Any) -> Cell:
        value = shown(line)
        said = NONE if value is None or value == "" else value
        return head, kind, said, note(line) if note else "", address(line) if address else ""

    return make


SHOWN: Mapping[str, Callable[[Any], Any]] = {
    "amount": lambda line: None if line.amount is None else format_amount(line.amount),
    "state": lambda line: line.state,
    "sheets": lambda line: f"{line.sheets_sent}/{line.sheets}" if line.sheets else None,
    "tags": lambda line: line.tags,
    "flags": queries.flags_of,
}
NOTES: Mapping[str, Callable[[Any], str]] = {
    "practice": lambda line: _("prot.") + f" {line.protocol}",
    "project": lambda line: pick(line.call_title),
}


def instant_of(key: str) -> Callable[[Any], str | None]:
    """Return what shows an instant of a line."""
    value: Callable[[Any], Any] = queries.COLUMNS[key].value

    def shown(line: Any) -> str | None:
        instant = value(line)
        return None if instant is None else format_instant(instant)

    return shown


def chips_of(listing: Any, form: Any) -> list[dict[str, Any]]:
    """Return the filters that hold and stand in no field of the page, each with the way out."""
    unread = queries.unread(listing)
    return [
        {
            "label": str(form[name].label.text),
            "value": _chosen(form[name], text),
            "url": url_for(".list_applications", **without(listing, name)),
            "is_wrong": name in unread,
        }
        for name, text in listing.filters.items()
        if name in form and name not in {"call", "state"}
    ]


def _chosen(field: Any, text: str) -> str:
    options = dict((str(key), str(label)) for key, label, *_ in getattr(field, "choices", ()) or ())
    return options.get(text, "" if text == "yes" else text)


def without(listing: Any, name: str) -> dict[str, Any]:
    """Return the list's address without one filter."""
    return {key: value for key, value in listing.values(page=1).items() if key != name}


def hidden_values(values: Mapping[str, Any], left_out: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return an address as the hidden fields of a form."""
    return [
        (name, str(one))
        for name, value in values.items()
        if name not in left_out
        for one in (value if isinstance(value, list) else [value])
    ]
