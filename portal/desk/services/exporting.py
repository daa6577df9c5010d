"""The office's list as a spreadsheet: exactly the rows, columns and order that the page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from portal import tables
from portal.desk.models import PreparedKind
from portal.desk.queries.applications import all_lines, columns_of
from portal.desk.queries.lines import COLUMNS, columns_with_notes
from portal.i18n import _
from portal.spreadsheets import Cell, Link, Sheet, write_csv, write_xlsx


def export_list(
    kind: PreparedKind,
    user: Any,
    listing: tables.Listing,
    base: str,
    only: Sequence[int] | None = None,
) -> bytes:
    """Return the list, or these applications of it, as `user` may read them now.

    `base` is the address that the codes lead to. Special data has no column.
    """
    columns = columns_with_notes(columns_of(listing))
    whole = replace(listing, columns=tuple(columns))
    heads = [str(COLUMNS[key].label) for key in columns]
    rows = _rows(user, whole, base, only)
    if kind is PreparedKind.CSV:
        return write_csv(_under(heads, rows))
    widths = [COLUMNS[key].width for key in columns]
    return write_xlsx([Sheet(_("Applications"), heads, rows, widths)])


def _rows(
    user: Any, listing: tables.Listing, base: str, only: Sequence[int] | None
) -> Iterator[list[Cell]]:
    for line in all_lines(user, listing, only):
        values = [COLUMNS[key].value(line) for key in listing.columns]
        yield [
            Link(line.practice_code, f"{base}/{line.practice_code}") if key == "practice" else value
            for key, value in zip(listing.columns, values, strict=True)
        ]


def _under(heads: Sequence[Cell], rows: Iterator[list[Cell]]) -> Iterator[Sequence[Cell]]:
    yield heads
    yield from rows
