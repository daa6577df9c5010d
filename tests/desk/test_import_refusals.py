"""Sheets of what arrived on paper: what is refused in them, and who may no longer enter them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.applications.models import Application
from portal.db import db as portal_db
from portal.desk import services
from portal.desk.engine.papers import cell_name
from portal.desk.models import SheetImport
from portal.desk.services.imports import AT_ONCE, enter_rows, try_import
from portal.errors import Invalid
from portal.jobs import Job
from portal.permissions import Role
from portal.registry.models import Applicant
from portal.spreadsheets import read_sheet, write_csv
from tests import make
from tests.desk.test_imports import (
    CODES,
    call_for_paper,
    errors,
    row_for,
    sheet_of,
    states,
    uploaded,
)
from tests.make_definitions import COLUMNS, FORM, question

pytestmark = pytest.mark.usefixtures("db")

BODY = {
    "profile__type": "aps",
    "profile__name": "Orti insieme APS",
    "profile__tax_code": make.BODY_TAX_CODE,
    "profile__birth_date": "",
    "profile__representative_name": "Anna Bianchi",
    "profile__representative_tax_code": CODES[1],
}
FILL = "Compila questo campo: serve per andare avanti."
CHOOSE = "Scegli una delle risposte dell'elenco."
NOT_BORN_THEN = "La data di nascita non è quella scritta nel codice fiscale. Controlla tutte e due."
OF_A_PERSON = "Questo è il codice fiscale di una persona. Scrivi quello dell'ente: ha 11 cifre."
FORBIDDEN = "Il tuo profilo non può fare questa operazione."


def wrong_in(call: Any, row: dict[str, str]) -> dict[str, str]:
    """What is wrong with a row alone in its sheet: key of the column and reason."""
    keys = {cell_name(number, 3): key for number, key in enumerate(row)}
    (found,) = errors(uploaded(call, make.user(Role.STAFF), row))
    return {keys.get(cell, ""): reason for cell, reason in found}


def many(call: Any) -> list[dict[str, str]]:
    """More rows than are done at once: the first is good, the others say a number alone."""
    good = row_for(call)
    blank = dict.fromkeys(good, "")
    return [good, *({**blank, "paper.reference": f"A{n}"} for n in range(AT_ONCE))]


def entered_in_all() -> int:
    """How many applications there are."""
    return portal_db.session.scalar(select(func.count(Application.id))) or 0


def test_body_is_entered_with_its_own_columns() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    sheet = uploaded(call, staff, row_for(call, **BODY))
    assert errors(sheet) == [[]]
    services.enter_sheet(sheet, staff)
    enter_rows(sheet.id)
    body = portal_db.session.scalars(select(Applicant)).one()
    found = (body.kind.value, body.organisation_type.value, body.representative_name)
    assert found == ("body", "aps", "Anna Bianchi")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({**BODY, "profile__type": "bottega"}, {"profile.type": CHOOSE}),
        ({"profile__tax_code": CODES[1]}, {"profile.tax_code": NOT_BORN_THEN}),
        ({**BODY, "profile__tax_code": CODES[0]}, {"profile.tax_code": OF_A_PERSON}),
        (
            {"profile__name": "", "profile__phone": " "},
            {"profile.name": FILL, "profile.phone": FILL},
        ),
        ({"sector": "Pesca"}, {"sector": CHOOSE}),
    ],
)
def test_what_cannot_be_is_refused_at_its_cell(
    change: dict[str, str], wrong: dict[str, str]
) -> None:
    call = call_for_paper()
    assert wrong_in(call, row_for(call, **change)) == wrong
    assert entered_in_all() == 0


def test_rows_without_a_number_are_not_the_same_paper() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    rows = [row_for(call, paper__reference="", profile__tax_code=code) for code in CODES]
    rows[1]["profile.birth_date"] = "01/12/1985"
    assert errors(uploaded(call, staff, *rows)) == [[("A3", FILL)], [("A4", FILL)]]


def test_line_of_a_table_with_too_many_parts_is_refused() -> None:
    table = question("costs", "table", "Costi", columns=COLUMNS)
    section = {"key": "more", "title": {"it": "Altro", "en": "More"}, "questions": [table]}
    call = call_for_paper(form={"sections": [*FORM["sections"], section]})
    assert list(wrong_in(call, row_for(call, costs="Forno | 2 | 1.000 | 50"))) == ["costs"]


def test_column_of_ones_own_is_passed_over() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    rows = read_sheet(sheet_of(call, row_for(call)), "a.csv")
    noted = write_csv([["Note nostre", *rows[0]], *(["da rivedere", *row] for row in rows[1:])])
    sheet = services.upload_sheet(call, "carta.csv", noted, staff)
    try_import(sheet.id)
    assert (states(sheet), errors(sheet)) == (["good"], [[]])


def test_file_that_is_no_spreadsheet_is_refused_at_the_file() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    with pytest.raises(Invalid) as refusal:
        services.upload_sheet(call, "carta.xlsx", b"PK\x03\x04 no sheet", staff)
    assert list(refusal.value.errors) == ["file"]
    assert portal_db.session.scalars(select(SheetImport)).all() == []


def test_long_sheet_is_left_to_the_worker() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    sheet = services.upload_sheet(call, "a.csv", sheet_of(call, *many(call)), staff)
    services.try_few(sheet)
    assert set(states(sheet)) == {"waiting"}
    try_import(sheet.id)
    services.enter_sheet(sheet, staff)
    services.enter_few(sheet)
    assert states(sheet) == ["good"] + ["wrong"] * AT_ONCE
    enter_rows(sheet.id)
    assert states(sheet) == ["entered"] + ["wrong"] * AT_ONCE


@pytest.mark.database
def test_entering_asked_twice_is_one_entry() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    sheet = uploaded(call, staff, row_for(call))
    services.enter_sheet(sheet, staff)
    asked = sheet.asked_at
    services.enter_sheet(sheet, staff)
    assert sheet.asked_at == asked
    kinds = portal_db.session.scalars(select(Job.kind).where(Job.kind == "desk.enter_sheet")).all()
    assert kinds == ["desk.enter_sheet"]
    enter_rows(sheet.id)
    assert entered_in_all() == 1


def test_who_left_the_office_meanwhile_enters_nothing() -> None:
    call, staff = call_for_paper(), make.user(Role.STAFF)
    good = uploaded(call, staff, row_for(call))
    untried = services.upload_sheet(call, "a.csv", sheet_of(call, row_for(call)), staff)
    services.enter_sheet(good, staff)
    make.end_quietly(staff.roles[0])
    try_import(untried.id)
    enter_rows(good.id)
    for sheet in (untried, good):
        (((cell, reason),),) = errors(sheet)
        assert (states(sheet), cell, reason.startswith(FORBIDDEN)) == (["wrong"], "", True)
    assert entered_in_all() == 0
