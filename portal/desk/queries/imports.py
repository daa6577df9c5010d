"""Spreadsheets of applications on paper: which calls take them, what was tried and entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import verified_profile
from portal.calls.engine import form_of
from portal.calls.models import Call
from portal.calls.queries import get_call
from portal.calls.states import CallState
from portal.db import db
from portal.desk.engine.samples import sheets_of as sheets_of_form
from portal.desk.models import ImportRow, RowOutcome, SheetImport
from portal.errors import Invalid, NotFound
from portal.registry.engine import read_body_code
from portal.registry.models import Applicant
from portal.spreadsheets import write_xlsx


def calls_for_paper(user: Any) -> list[Call]:
    """Return the published calls to which `user` may enter what arrived on paper."""
    permissions.require(user, "sheet_import.create")
    published = select(Call).where(Call.state == CallState.PUBLISHED).order_by(Call.opens_at.desc())
    found = db.session.scalars(published)
    return [call for call in found if permissions.can(user, "sheet_import.create", call)]


def get_call_for_paper(code: str, user: Any) -> Call:
    """Return one of these calls; NotFound or Forbidden otherwise."""
    call = get_call(code, user)
    permissions.require(user, "sheet_import.create", call)
    if call.state is not CallState.PUBLISHED:
        raise NotFound
    return call


def template_for(call: Call) -> bytes:
    """Return the spreadsheet to fill in, made from the form of the call."""
    return write_xlsx(sheets_of_form(form_of(call)))


def get_import(public_id: str, user: Any) -> SheetImport:
    """Return a sheet that `user` uploaded, or raise NotFound."""
    found = db.session.scalar(select(SheetImport).where(SheetImport.public_id == public_id))
    if found is None or not permissions.can(user, "sheet_import.edit", found):
        raise NotFound
    return found


def call_of(sheet: SheetImport) -> Call:
    """Return the call that a sheet is for."""
    return db.session.get_one(Call, sheet.call_id)


def rows_in(sheet: SheetImport) -> list[ImportRow]:
    """Return the rows of a sheet in their order."""
    statement = select(ImportRow).where(ImportRow.sheet_import_id == sheet.id)
    return list(db.session.scalars(statement.order_by(ImportRow.number)))


@dataclass(frozen=True)
class RowLine:
    """A row with the code of the application it has become."""

    row: ImportRow
    practice_code: str


def lines_of(sheet: SheetImport) -> list[RowLine]:
    """Return the rows of a sheet with what became of them: one query."""
    rows = db.session.execute(
        select(ImportRow, Application.practice_code)
        .outerjoin(Application, Application.id == ImportRow.application_id)
        .where(ImportRow.sheet_import_id == sheet.id)
        .order_by(ImportRow.number)
    )
    return [RowLine(row, code or "") for row, code in rows]


def imports_of(user: Any) -> list[tuple[SheetImport, str, int]]:
    """Return the sheets that `user` uploaded lately, with the call's code and how many rows."""
    rows = db.session.execute(
        select(SheetImport, Call.code, func.count(ImportRow.id))
        .join(Call, Call.id == SheetImport.call_id)
        .join(ImportRow, ImportRow.sheet_import_id == SheetImport.id)
        .where(SheetImport.actor_id == user.id)
        .group_by(SheetImport.id, Call.code)
        .order_by(SheetImport.id.desc())
        .limit(20)
    )
    return [(sheet, code, count) for sheet, code, count in rows]


def profile_for(text: str) -> Applicant | None:
    """Return the own profile of who has this tax code, or the oldest that the office wrote.

    One that somebody acts for is taken only where the office has verified it: anybody can write
    down anybody's code, and would read what is on the paper.
    """
    try:
        code = read_body_code(text)
    except Invalid:
        return None
    verified = verified_profile(code)
    if verified is not None:
        return verified
    own = (Applicant.tax_code == code, Applicant.is_test.is_(False), ~Applicant.mandates.any())
    return db.session.scalars(select(Applicant).where(*own).order_by(Applicant.id)).first()


GOOD, WRONG, ENTERED = RowOutcome.GOOD, RowOutcome.WRONG, RowOutcome.ENTERED
