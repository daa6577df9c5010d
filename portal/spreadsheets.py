"""Spreadsheets: written so that no cell is ever a formula, read within limits.

Texts are written as texts, amounts as numbers, days as days. In CSV, which has no kinds of cells, a
text that a program would take for a formula gets an apostrophe in front; `read_sheet` takes it off.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.parsers import expat

import python_calamine
import xlsxwriter

from portal import clock
from portal.errors import Invalid, declare, mark
from portal.i18n import format_size

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
LONGEST_CELL = 32_767
WIDEST, NARROWEST = 60, 10
FORMATS = {"amount": "#,##0.00\\ [$€-410]", "day": "dd/mm/yyyy", "instant": "dd/mm/yyyy\\ hh:mm"}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# What begins a formula somewhere, wide forms of Asian keyboards included.
DANGEROUS = frozenset("=+-@\t\r\n\0＝＋－＠")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

BYTES = 5 << 20
UNPACKED_BYTES = 60 << 20
MOST_ROWS, MOST_COLUMNS = 5_000, 100
MOST_CELLS = 4 * MOST_ROWS * MOST_COLUMNS  # of all the sheets together
REFERENCE = re.compile(r"([A-Za-z]{0,3})0*([0-9]{1,7})")
FILLED = ("office:", "table:formula")
LONGEST_NUMBER = 9
BROKEN = (
    python_calamine.CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    RuntimeError,  # locked by a password, or packed in an unknown way
    OSError,
    ValueError,
)

declare(
    {
        "sheet_type": mark("Use a spreadsheet: an .xlsx, .ods or .csv file."),
        "sheet_unreadable": mark(
            "The spreadsheet cannot be opened. Save it again as .xlsx, without a password."
        ),
        "sheet_too_large": mark(
            "The spreadsheet is too large: at most %(size)s, %(rows)s rows and %(columns)s columns."
        ),
    }
)


@dataclass(frozen=True)
class Link:
    """A text that leads to an address of the portal."""

    text: str
    address: str


class Plain(Decimal):
    """A number that is no amount of euros."""


Cell = str | int | Decimal | date | datetime | bool | Link | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook; rows are taken one at a time, `widths` are in characters."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Row]
    widths: Sequence[int] = ()


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook. A day is a date, an instant is Rome's, a Decimal is an amount of euros
    unless it is `Plain`."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as workbook:
        styles = {name: workbook.add_format({"num_format": it}) for name, it in FORMATS.items()}
        styles["head"] = workbook.add_format({"bold": True, "bottom": 1})
        for sheet in sheets:
            name = re.sub(r"[\[\]:*?/\\']", " ", sheet.name)[:31].strip() or "1"
            _write_sheet(workbook.add_worksheet(name), sheet, styles)
    return target.getvalue()


def _write_sheet(worksheet: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    for column, head in enumerate(sheet.heads):
        width = max(len(head) + 4, NARROWEST, *sheet.widths[column : column + 1])
        worksheet.set_column(column, column, min(width, WIDEST))
    worksheet.freeze_panes(1, 0)
    for column, head in enumerate(sheet.heads):
        worksheet.write_string(0, column, clean(head), styles["head"])
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write_cell(worksheet, (last, column), value, styles)
    if sheet.heads:
        worksheet.autofilter(0, 0, last, len(sheet.heads) - 1)


def _write_cell(
    worksheet: Any, place: tuple[int, int], value: Cell, styles: dict[str, Any]
) -> None:
    match value:
        case None | "":
            return
        case Link():
            worksheet.write_url(*place, value.address, string=clean(value.text))
        case bool():
            worksheet.write_boolean(*place, value)
        case Plain() | int():
            worksheet.write_number(*place, value)
        case Decimal():
            worksheet.write_number(*place, value, styles["amount"])
        case datetime():
            local = clock.to_rome(value).replace(tzinfo=None)
            worksheet.write_datetime(*place, local, styles["instant"])
        case date():
            worksheet.write_datetime(*place, value, styles["day"])
        case _:
            worksheet.write_string(*place, clean(value))


def clean(text: str) -> str:
    """Return a text as a cell can hold it: without control characters, not too long."""
    return CONTROLS.sub("", text)[:LONGEST_CELL]


def write_csv(rows: Iterable[Row]) -> bytes:
    """Return rows, the heads first, as Italian spreadsheets open them: semicolons, UTF-8 marked."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_csv_text(value) for value in row])
    return target.getvalue().encode("utf-8-sig")


def _csv_text(value: Cell) -> str:
    if isinstance(value, Link):
        return inert(value.text)
    return inert(value) if isinstance(value, str) else text_of(value)


def inert(text: str) -> str:
    """Return the text with an apostrophe in front if a program might take it for a formula."""
    begins = text[:1] in DANGEROUS or text.lstrip()[:1] in DANGEROUS
    return f"'{clean(text)}" if text and begins else clean(text)


def text_of(value: Any) -> str:
    """Return a value as people type it in Italian, so that `portal.parse` reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, float):
        return _plain(Decimal(repr(value)))
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return _day_text(value) if isinstance(value, date) else str(value)


def _day_text(value: date) -> str:
    if not isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    local = value if value.tzinfo is None else clock.to_rome(value).replace(tzinfo=None)
    return f"{local:%d/%m/%Y}" if local.time() == time(0) else f"{local:%d/%m/%Y %H:%M}"


def _plain(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return (f"{number:.0f}" if whole else f"{number.normalize():f}").replace(".", ",")


def read_sheet(content: bytes, name: str) -> list[list[str]]:
    """Return the rows of the first sheet, heads included, each cell as a person would type it.

    `name` says what it is: .xlsx, .ods or .csv. Raises Invalid with a `sheet_` code. Row n of the
    sheet is item n - 1: blank rows between others stay.
    """
    kind = name.rpartition(".")[2].casefold()
    if kind not in {"xlsx", "ods", "csv"}:
        raise Invalid("sheet_type")
    _require(len(content) <= BYTES)
    rows = _read_csv(content) if kind == "csv" else _read_workbook(content)
    while rows and not any(rows[-1]):
        rows.pop()
    _require(len(rows) <= MOST_ROWS and all(len(row) <= MOST_COLUMNS for row in rows))
    return rows


def _require(fits: bool) -> None:
    if not fits:
        size = format_size(BYTES)
        raise Invalid("sheet_too_large", size=size, rows=MOST_ROWS, columns=MOST_COLUMNS)


def _read_csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return list(_rows_within(reader))
    except csv.Error as error:
        raise Invalid("sheet_unreadable") from error


def _rows_within(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the rows, blank ones past the limit left out: nothing may follow them."""
    for number, row in enumerate(reader, start=1):
        _require(number <= MOST_ROWS or not any(row))
        if number <= MOST_ROWS:
            yield [_taken_off(cell) for cell in row]


def _taken_off(text: str) -> str:
    written = text.startswith("'") and text != "'" and inert(text[1:]) == text
    return (text[1:] if written else text).strip()


def _read_workbook(content: bytes) -> list[list[str]]:
    try:
        for part in _parts(content):
            Measure().feed(part)
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            found = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except BROKEN as error:
        raise Invalid("sheet_unreadable") from error
    return [[text_of(value).strip() for value in row] for row in found]


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield the parts that may hold cells, having unpacked all of them within the limit.

    Any part may: which one is a sheet is said in another, and letters of its name may be large.
    """
    left = UNPACKED_BYTES
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as stream:
                part = stream.read(left + 1)
            left -= len(part)
            _require(left >= 0)
            if b"sheetData" in part or b"table-row" in part:
                yield part


class Measure:
    """Finds where cells lie, before a reader makes room for all that are named.

    In .xlsx rows and cells may say their place, in .ods how often they are repeated; blank ones
    that nothing follows count for nothing.
    """

    def __init__(self) -> None:
        self.rows = self.columns = self.area = self.room = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = self.refuse

    def feed(self, part: bytes) -> None:
        """Read a part; Invalid beyond the limits, ExpatError where it is no XML."""
        self.parser.Parse(part, True)

    def refuse(self, *_declared: Any) -> None:
        """Refuse a part that declares entities: no spreadsheet does."""
        raise Invalid("sheet_unreadable")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Count what a row, a cell or a table takes up."""
        match name.rpartition(":")[2]:
            case "row":
                self.rows, self.columns = self.rows + 1, 0
                _require_place(attributes.get("r"))
            case "c":
                self.columns += 1
                _require_place(attributes.get("r", f"{self.rows}"))
                _require("r" in attributes or self.columns <= MOST_COLUMNS)
            case "table":
                self.rows = self.room = 0
            case "table-row":
                self.rows, self.columns = self.rows + _repeats("rows", attributes), 0
            case "table-cell" | "covered-table-cell":
                self.columns += _repeats("columns", attributes)
                if any(key.startswith(FILLED) for key in attributes):
                    self.fill()
            case "p":
                self.fill()

    def fill(self) -> None:
        """Take note that there is something in the cell, which makes room for all before it."""
        _require(self.rows <= MOST_ROWS and self.columns <= MOST_COLUMNS)
        more = max(self.rows * self.columns - self.room, 0)
        self.room, self.area = self.room + more, self.area + more
        _require(self.area <= MOST_CELLS)


def _require_place(reference: str | None) -> None:
    """Refuse a cell (`B7`) or a row (`7`) beyond the limits."""
    found = REFERENCE.fullmatch(reference or "1")
    _require(found is not None)
    letters, row = found.groups() if found else ("", "")
    _require(int(row) <= MOST_ROWS and _number_of(letters) <= MOST_COLUMNS)


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _repeats(what: str, attributes: dict[str, str]) -> int:
    text = attributes.get(f"table:number-{what}-repeated", "1")
    _require(len(text) <= LONGEST_NUMBER)
    return int(text)
