"""Reading a spreadsheet of applications on paper: tried without a trace, then entered row by row.

A row is tried by doing all of it and taking it back: so what the trial says is what will happen.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from portal import audit, chance, clock, jobs, parse, permissions, vault
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import Paper, enter_from_paper
from portal.calls.engine import form_of
from portal.calls.models import Call
from portal.db import db, lock, transaction
from portal.desk.engine.papers import (
    EXAMPLE,
    FIXED,
    cell_name,
    read_entry,
    read_heads,
)
from portal.desk.models import ImportRow, RowOutcome, SheetImport
from portal.desk.queries.imports import profile_for, rows_in
from portal.errors import Invalid, PortalError, WrongState, beside, declare, mark
from portal.i18n import in_language, message, pick
from portal.registry.queries import profile_facts
from portal.registry.services import create_for_somebody
from portal.spreadsheets import read_sheet

MOST = 500
SHEETS = frozenset({"xlsx", "ods", "csv"})
AT_ONCE = 25  # more rows are left to a job
FORGOTTEN_AFTER = timedelta(days=30)

declare(
    {
        "row_twice": mark("The same as in row %(row)s."),
        "nothing_to_enter": mark("No row can be entered. Correct the file and upload it again."),
    }
)


class TakenBackError(Exception):
    """A row was tried, and all of it is taken back."""


@transaction()
def upload_sheet(call: Call, name: str, content: bytes, actor: Any) -> SheetImport:
    """Keep what a sheet says, sealed, to be tried; raises Invalid where it can't be read."""
    permissions.require(actor, "sheet_import.create", call)
    with beside("file"):
        rows = read_sheet(content, name)
    columns = read_heads(rows[0] if rows else [], form_of(call))
    filled = filled_rows(rows, columns)
    sheet = SheetImport(
        public_id=chance.public_id(),
        call_id=call.id,
        actor_id=actor.id,
        name=parse.upload_name(name, SHEETS),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=clock.now(),
    )
    db.session.add(sheet)
    db.session.flush()
    db.session.execute(
        insert(ImportRow),
        [
            {
                "sheet_import_id": sheet.id,
                "number": number,
                "sealed": vault.seal({"cells": each, "columns": columns}),
                "outcome": RowOutcome.WAITING,
                "errors": [],
            }
            for number, each in filled
        ],
    )
    facts = {"rows": len(filled)}
    audit.record("sheet_import.create", sheet, actor, facts=facts)
    jobs.add_job("desk.try_import", f"try_import:{sheet.id}", import_id=sheet.id)
    return sheet


def filled_rows(rows: list[list[str]], columns: dict[str, int]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows to enter with their numbers; raises Invalid for none or too many."""
    cells = [(number, cells_of(row, columns)) for number, row in enumerate(rows[1:], start=2)]
    filled = [(number, each) for number, each in cells if is_filled(each)]
    if not filled:
        raise Invalid("sheet_no_rows", "file")
    if len(filled) > MOST:
        raise Invalid("sheet_many_rows", "file", most=MOST)
    return filled


def cells_of(row: list[str], columns: dict[str, int]) -> dict[str, str]:
    """Return the texts of a row by key."""
    return {key: row[column] if column < len(row) else "" for key, column in columns.items()}


def is_filled(cells: dict[str, str]) -> bool:
    """Tell whether a row is one to enter: not blank, and not the example."""
    is_example = cells["paper.reference"].strip().casefold() == EXAMPLE.casefold()
    return not is_example and any(text.strip() for text in cells.values())


def try_few(sheet: SheetImport) -> None:
    """Try a short sheet at once; the job finds nothing left to do."""
    if len(rows_in(sheet)) <= AT_ONCE:
        try_import(sheet.id)


@jobs.handles("desk.try_import")
def try_import(import_id: int) -> None:
    """Try each row that has not been tried: all is done and taken back."""
    sheet = db.session.get_one(SheetImport, import_id)
    if sheet.tried_at is not None:
        return
    actor = db.session.get_one(User, sheet.actor_id)
    twice = said_twice(sheet)
    for row_id in [row.id for row in rows_in(sheet) if row.outcome is RowOutcome.WAITING]:
        with in_language(actor.language):
            errors = twice.get(row_id) or wrong_in(sheet, row_id, actor)
        with transaction():
            row = db.session.get_one(ImportRow, row_id)
            lock(row)
            row.outcome = RowOutcome.WRONG if errors else RowOutcome.GOOD
            row.errors = errors
    with transaction():
        lock(sheet)
        sheet.tried_at = sheet.tried_at or clock.now()


def said_twice(sheet: SheetImport) -> dict[int, list[dict[str, str]]]:
    """Return the rows that repeat an earlier number of the paper register, with the reason."""
    first: dict[str, int] = {}
    found: dict[int, list[dict[str, str]]] = {}
    for row in rows_in(sheet):
        cells = vault.unseal(row.sealed)["cells"] if row.sealed else {}
        reference = "".join(cells.get("paper.reference", "").split()).casefold()
        if reference and reference in first:
            refusal = Invalid("row_twice", "paper.reference", row=first[reference])
            found[row.id] = told({"paper.reference": refusal}, row)
        elif reference:
            first[reference] = row.number
    return found


def wrong_in(sheet: SheetImport, row_id: int, actor: Any) -> list[dict[str, str]]:
    """Return what is wrong with a row, cell by cell; first what it says, then what it would do."""
    row = db.session.get_one(ImportRow, row_id)
    errors: dict[str, Any] = {}
    try:
        with transaction():
            errors = enter_row(sheet, row, actor)[1]
            raise TakenBackError
    except TakenBackError:
        return told(errors, row)
    except PortalError as refusal:
        return told(refused(refusal), row)


def refused(refusal: PortalError) -> dict[str, Any]:
    """Return a refusal by key; one of no cell stands under a blank."""
    if isinstance(refusal, Invalid):
        return {key or "": error for key, error in refusal.errors.items()}
    return {"": refusal}


def told(errors: dict[str, Any], row: ImportRow) -> list[dict[str, str]]:
    """Return errors as they are kept: cell, column, reason."""
    columns = vault.unseal(row.sealed)["columns"]
    call = db.session.get_one(Call, db.session.get_one(SheetImport, row.sheet_import_id).call_id)
    form = form_of(call)
    labels = {key: str(column.label) for key, column in FIXED.items()}
    labels |= {question.key: pick(question.label) for question in form.questions}
    return [
        {
            "cell": cell_name(columns[key], row.number) if key in columns else "",
            "column": labels.get(key, ""),
            "reason": message(error),
        }
        for key, error in sorted(errors.items(), key=lambda each: columns.get(each[0], -1))
    ]


def enter_row(
    sheet: SheetImport, row: ImportRow, actor: Any
) -> tuple[Application | None, dict[str, Any]]:
    """Enter a row inside the caller's transaction; return the application, or what is wrong."""
    call = db.session.get_one(Call, sheet.call_id)
    cells = vault.unseal(row.sealed)["cells"]
    applicant = profile_for(cells["profile.tax_code"])
    known = None if applicant is None else profile_facts(applicant)
    entry, errors = read_entry(cells, form_of(call), known)
    if errors or entry.received_at is None:
        return None, errors
    paper = Paper(entry.reference, entry.received_at)
    applicant = applicant or create_for_somebody(actor, entry.kind, **entry.profile)
    return enter_from_paper(call, applicant, paper, entry.typed, actor), {}


@transaction()
def enter_sheet(sheet: SheetImport, actor: Any) -> None:
    """Have the good rows entered; asked again, nothing more happens."""
    permissions.require(actor, "sheet_import.edit", sheet)
    lock(sheet)
    if sheet.asked_at is not None:
        return
    if sheet.tried_at is None:
        raise WrongState
    if not any(row.outcome is RowOutcome.GOOD for row in rows_in(sheet)):
        raise Invalid("nothing_to_enter")
    sheet.asked_at = clock.now()
    jobs.add_job("desk.enter_sheet", f"enter_sheet:{sheet.id}", import_id=sheet.id)


def enter_few(sheet: SheetImport) -> None:
    """Enter a short sheet at once; the job finds nothing left to do."""
    if len(rows_in(sheet)) <= AT_ONCE:
        enter_rows(sheet.id)


@jobs.handles("desk.enter_sheet")
def enter_rows(import_id: int) -> None:
    """Enter each good row in a transaction of its own; what is refused now is noted."""
    sheet = db.session.get_one(SheetImport, import_id)
    if sheet.done_at is not None or sheet.asked_at is None:
        return
    actor = db.session.get_one(User, sheet.actor_id)
    for row_id in [row.id for row in rows_in(sheet) if row.outcome is RowOutcome.GOOD]:
        enter_one(sheet, row_id, actor)
    with transaction():
        lock(sheet)
        if sheet.done_at is None:
            sheet.done_at = clock.now()
            entered = [row for row in rows_in(sheet) if row.outcome is RowOutcome.ENTERED]
            audit.record("sheet_import.enter", sheet, actor, facts={"rows": len(entered)})


def enter_one(sheet: SheetImport, row_id: int, actor: Any) -> None:
    """Enter one row, under its lock: another worker finds it done."""
    try:
        with transaction():
            row = db.session.get_one(ImportRow, row_id)
            lock(row)
            if row.outcome is not RowOutcome.GOOD:
                return
            application, errors = enter_row(sheet, row, actor)
            note(row, application, errors, actor)
    except PortalError as refusal:
        with transaction():
            row = db.session.get_one(ImportRow, row_id)
            lock(row)
            if row.outcome is RowOutcome.GOOD:
                note(row, None, refused(refusal), actor)


def note(row: ImportRow, application: Application | None, errors: Any, actor: Any) -> None:
    """Note what became of a row; one that is entered keeps no copy of what was typed."""
    if application is None:
        with in_language(actor.language):
            row.outcome, row.errors = RowOutcome.WRONG, told(errors, row)
        return
    row.outcome, row.application_id, row.sealed = RowOutcome.ENTERED, application.id, ""


@jobs.handles("desk.forget_imports", daily=True)
@transaction()
def forget_imports() -> None:
    """Forget the sheets of a month ago; what was entered stands in the dossiers and the trail."""
    old = select(SheetImport.id).where(SheetImport.uploaded_at < clock.now() - FORGOTTEN_AFTER)
    db.session.execute(delete(ImportRow).where(ImportRow.sheet_import_id.in_(old)))
    db.session.execute(delete(SheetImport).where(SheetImport.id.in_(old)))
