"""Spreadsheets: no cell is a formula, amounts are numbers, and what is read is bounded."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter  # noqa: TID251 - makes files as others would

from portal import parse, spreadsheets
from portal.errors import Invalid
from portal.spreadsheets import Link, Sheet, read_sheet, write_csv, write_xlsx

DANGEROUS = [
    "=1+1",
    "+39 051 123456",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "  =1+1",
    "＝1+1",
    '=HYPERLINK("http://esempio.example.org";"qui")',
    "=cmd|' /C calc'!A0",
]
NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def workbook(*rows: list[Any], heads: int = 1) -> bytes:
    """A workbook with these rows under as many heads."""
    return write_xlsx([Sheet("Prova", [f"Colonna {n}" for n in range(heads)], rows)])


def parts(content: bytes) -> str:
    """All the XML of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def csv_rows(content: bytes) -> list[list[str]]:
    """What a program that knows nothing of us reads."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.check(28)
@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_a_text_in_a_workbook(text: str) -> None:
    content = workbook([text])
    assert read_sheet(content, "prova.xlsx")[1] == [text.replace("\0", "").strip()]
    assert re.findall(r"<f\b|ddeLink", parts(content)) == []
    assert 't="inlineStr"' in parts(content)


@pytest.mark.check(28)
@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_inert_in_csv(text: str) -> None:
    content = write_csv([["Colonna"], [text]])
    assert csv_rows(content)[1] == [f"'{text}".replace("\0", "")]
    assert read_sheet(content, "prova.csv")[1] == [text.replace("\0", "").strip()]


@pytest.mark.check(28)
def test_amounts_are_numbers_in_both() -> None:
    amounts = [Decimal("1234.50"), Decimal("-6.00"), 12]
    content = workbook(amounts, heads=3)
    assert re.findall(r"<c r=\"\w2\"[^>]*><v>([^<]*)</v>", parts(content)) == [
        "1234.50",
        "-6.00",
        "12",
    ]
    assert csv_rows(write_csv([amounts])) == [["1234,50", "-6,00", "12"]]
    assert parse.amount(read_sheet(content, "prova.xlsx")[1][0]) == Decimal("1234.50")


def test_days_instants_and_answers_come_back_as_people_type_them() -> None:
    row = [date(2026, 5, 9), NOON, True, False, None, ""]
    expected = ["09/05/2026", "04/05/2026 12:00", "sì", "no", "", ""]
    assert read_sheet(workbook(row, heads=6), "prova.xlsx")[1] == expected
    assert read_sheet(write_csv([row, ["x"]]), "prova.csv")[0] == expected


def test_link_shows_its_text_and_leads_to_its_address() -> None:
    row = [Link("=IPL-1", "https://portale.example.org/pratiche/IPL-1")]
    content = workbook(row)
    assert read_sheet(content, "prova.xlsx")[1] == ["=IPL-1"]
    assert "https://portale.example.org/pratiche/IPL-1" in parts(content)
    assert csv_rows(write_csv([row])) == [["'=IPL-1"]]


def test_semicolons_quotes_and_accents_survive_csv() -> None:
    row = ['Perché; "no"', "due\nrighe"]
    assert csv_rows(write_csv([row])) == [row]
    assert write_csv([row]).startswith(b"\xef\xbb\xbf")


def test_text_longer_than_a_cell_is_cut() -> None:
    found = read_sheet(workbook(["a" * 40_000]), "prova.xlsx")[1][0]
    assert len(found) == spreadsheets.LONGEST_CELL


def test_name_of_a_sheet_is_made_one_that_programs_take() -> None:
    content = write_xlsx([Sheet("Avviso [2026]: a/b" * 4, ["a"], []), Sheet("", ["a"], [])])
    assert read_sheet(content, "prova.xlsx") == [["a"]]


def test_blank_rows_keep_their_place_and_the_last_ones_go() -> None:
    content = write_csv([["Nome"], [""], ["Anna"], [""]])
    assert read_sheet(content, "prova.csv") == [["Nome"], [""], ["Anna"]]
    assert read_sheet(workbook([None], ["Anna"], [None]), "a.xlsx") == [
        ["Colonna 0"],
        [""],
        ["Anna"],
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_of_others_is_read(delimiter: str, encoding: str) -> None:
    content = f"Nome{delimiter}Città\r\nNoè{delimiter}Forlì\r\n".encode(encoding)
    assert read_sheet(content, "elenco.CSV") == [["Nome", "Città"], ["Noè", "Forlì"]]


MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


def ods(body: str) -> bytes:
    """A small document with these rows."""
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    xml = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="Foglio">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", xml)
    return target.getvalue()


CELL = '<table:table-cell{} office:value-type="string"><text:p>Anna</text:p></table:table-cell>'
BLANK = '<table:table-cell table:number-columns-repeated="16384"/>'


def test_ods_is_read_with_the_blanks_programs_write_after_it() -> None:
    blank_rows = f'<table:table-row table:number-rows-repeated="1048575">{BLANK}</table:table-row>'
    content = ods(f"<table:table-row>{CELL.format('')}</table:table-row>{blank_rows}")
    assert read_sheet(content, "elenco.ods") == [["Anna"]]


def bomb(name: str) -> bytes:
    """A workbook of few octets that unpacks to many."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * (spreadsheets.UNPACKED_BYTES + 1))
    return target.getvalue()


def far_cell() -> bytes:
    """A workbook with a cell in its last corner, for which a reader would make room."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        made.add_worksheet().write(1_048_575, 16_383, "x")
    return target.getvalue()


def elsewhere(name: str, cell: str) -> bytes:
    """The same with its sheet in another place, and another way to write the cell's."""
    content, target = io.BytesIO(far_cell()), io.BytesIO()
    with zipfile.ZipFile(content) as found, zipfile.ZipFile(target, "w") as made:
        for each in found.namelist():
            text = found.read(each).decode().replace("worksheets/sheet1.xml", name)
            text = text.replace('r="XFD1048576"', f'r="{cell}"')
            made.writestr(each.replace("worksheets/sheet1.xml", name), text)
    return target.getvalue()


WIDE, LONG = ' table:number-columns-repeated="16384"', ' table:number-rows-repeated="1048576"'
BLANK_ROWS = '<table:table-row table:number-rows-repeated="4999"/>'
CORNER = (
    '<table:table-row><table:table-cell table:number-columns-repeated="99"/>'
    f"{CELL.format('')}</table:table-row>"
)
TOO_LARGE = {
    "bytes.csv": lambda: b"a;" * spreadsheets.BYTES,
    "rows.csv": lambda: b"a\n" * (spreadsheets.MOST_ROWS + 1),
    "columns.csv": lambda: b";".join([b"a"] * (spreadsheets.MOST_COLUMNS + 1)),
    "bomb.xlsx": lambda: bomb("xl/worksheets/sheet1.xml"),
    "far.xlsx": far_cell,
    "elsewhere.xlsx": lambda: elsewhere("pages/one.xml", "XFD1048576"),
    "capitals.xlsx": lambda: elsewhere("WORKSHEETS/SHEET1.XML", "XFD1048576"),
    "zeros.xlsx": lambda: elsewhere("worksheets/sheet1.xml", "XFD0000001048576"),
    "letters.xlsx": lambda: elsewhere("worksheets/sheet1.xml", "AAAAAB2"),
    "hidden.ods": lambda: ods(
        f"<table:table-row/><table:table-row{LONG}>{CELL.format('')}</table:table-row>"
    ),
    "after.ods": lambda: ods(f"<table:table-row>{BLANK}{CELL.format('')}</table:table-row>"),
    "below.ods": lambda: ods(
        f"<table:table-row{LONG}/><table:table-row>{CELL.format('')}</table:table-row>"
    ),
    "sheets.ods": lambda: ods(
        "</table:table><table:table>".join([f"{BLANK_ROWS}{CORNER}"] * 9)  # each within limits
    ),
    "wide.ods": lambda: ods(f"<table:table-row>{CELL.format(WIDE)}</table:table-row>"),
    "long.ods": lambda: ods(f"<table:table-row{LONG}>{CELL.format('')}</table:table-row>"),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_sheet_that_is_too_large_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_sheet(TOO_LARGE[name](), name)
    assert refusal.value.code == "sheet_too_large"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"nothing of the kind", "elenco.xlsx", "sheet_unreadable"),
        (b"PK\x03\x04 cut off", "elenco.ods", "sheet_unreadable"),
        (b'"never closed\n' + b"a" * 200_000, "elenco.csv", "sheet_unreadable"),
        (b"a;b", "elenco.pdf", "sheet_type"),
        (b"a;b", "elenco", "sheet_type"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_sheet(content, name)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "body",
    ["<table:table-row>" * 200_000, "<table:table-row " * 200_000],
    ids=["never closed", "never ended"],
)
def test_rows_that_never_end_are_refused_at_once(body: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Invalid, match="sheet_unreadable"):
        read_sheet(ods(body), "elenco.ods")
    assert time.monotonic() - begun < 5


def test_sheet_that_declares_entities_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("content.xml", "<!DOCTYPE table-row [<!ENTITY a 'a'>]><table-row/>")
    with pytest.raises(Invalid, match="sheet_unreadable"):
        read_sheet(target.getvalue(), "elenco.ods")


def test_blank_rows_of_csv_past_the_limit_count_for_nothing() -> None:
    content = b"Anna\n" + b";;\n" * (spreadsheets.MOST_ROWS + 9)
    assert read_sheet(content, "elenco.csv") == [["Anna"]]
