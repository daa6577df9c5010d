"""Making files that take a while: by jobs, in short steps, kept for a day for who asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import delete, select

from portal import audit, chance, clock, documents, files, jobs, permissions
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import get_dossier
from portal.calls.models import Call
from portal.db import db, lock, transaction
from portal.desk.models import PreparedFile, PreparedKind, PreparedPart
from portal.desk.models.prepared import KEPT
from portal.desk.queries.applications import (
    count_matching,
    read_office_listing,
    received_applications,
)
from portal.desk.services.archives import draw_dossier, write_archive
from portal.desk.services.exporting import export_list
from portal.desk.services.sheets import draw_sheet
from portal.errors import Invalid, NotFound, PortalError
from portal.evaluation.models import ScoreSheet
from portal.evaluation.queries import visible_sheets
from portal.i18n import _, in_language
from portal.spreadsheets import MIME

K = PreparedKind
DRAWN_AT_ONCE = 4  # PDFs a job: others get their turn in between
MOST_DOSSIERS = 2_000
LISTS = frozenset({K.XLSX, K.CSV})
PDF, ZIP = "application/pdf", "application/zip"


@transaction()
def prepare_list(
    kind: PreparedKind, address: Mapping[str, Any], base: str, actor: Any
) -> PreparedFile:
    """Have the list at this address of the office's page made into a spreadsheet."""
    permissions.require(actor, "application.list")
    listing = read_office_listing(address)
    total = count_matching(actor, listing)
    return _ask(kind, {"address": dict(address), "base": base}, total, actor)


@transaction()
def prepare_dossier(kind: PreparedKind, application: Application, actor: Any) -> PreparedFile:
    """Have a copy of a dossier made: one PDF, or an archive with all that was sent."""
    permissions.require(actor, "receipt.read", application)
    audit.record("dossier.copy", application, actor, facts={"kind": kind})
    prepared = _ask(kind, {"name": application.practice_code}, 1, actor)
    _add_part(prepared, application.id, 0)
    return prepared


@transaction()
def prepare_call(call: Call, actor: Any) -> PreparedFile:
    """Have all the dossiers of a call that `actor` may read put into one archive."""
    permissions.require(actor, "application.list", call)
    statement = received_applications(actor).where(Application.call_id == call.id)
    ids = list(db.session.scalars(statement.with_only_columns(Application.id)))
    if not ids:
        raise Invalid("none_chosen")
    if len(ids) > MOST_DOSSIERS:
        raise Invalid("too_many_chosen", maximum=MOST_DOSSIERS, chosen=len(ids))
    audit.record("call.copy_dossiers", call, actor, facts={"dossiers": len(ids)})
    prepared = _ask(K.CALL_ZIP, {"name": call.code}, len(ids), actor)
    for position, application_id in enumerate(sorted(ids)):
        _add_part(prepared, application_id, position)
    return prepared


@transaction()
def prepare_sheets(of_round: Any, actor: Any) -> PreparedFile:
    """Have the dossiers that `actor` judges in a round made into one PDF, each with its sheet."""
    permissions.require(actor, "assignment.list")
    ids = list(db.session.scalars(sheets_in(of_round.id, actor)))
    if not ids:
        raise NotFound
    audit.record("round.print_sheets", of_round, actor, facts={"dossiers": len(ids)})
    facts = {"name": of_round.call.code, "round": of_round.id}
    prepared = _ask(K.SHEETS_PDF, facts, len(ids), actor)
    for position, application_id in enumerate(ids):
        _add_part(prepared, application_id, position)
    return prepared


def sheets_in(round_id: int, actor: Any) -> Any:
    """Select the dossiers that `actor` judges in a round, in the order in which he reads them."""
    own = visible_sheets(actor).where(ScoreSheet.round_id == round_id)
    ordered = own.order_by(ScoreSheet.reading_order, ScoreSheet.id)
    return ordered.with_only_columns(ScoreSheet.application_id)


def _ask(kind: PreparedKind, facts: dict[str, Any], total: int, actor: Any) -> PreparedFile:
    prepared = PreparedFile(
        public_id=chance.public_id(),
        kind=kind,
        actor_id=actor.id,
        facts=facts,
        asked_at=clock.now(),
        total=total,
        done=0,
    )
    db.session.add(prepared)
    db.session.flush()
    _go_on(prepared)
    return prepared


def _add_part(prepared: PreparedFile, application_id: int, position: int) -> None:
    db.session.add(
        PreparedPart(prepared_file_id=prepared.id, application_id=application_id, position=position)
    )


def _go_on(prepared: PreparedFile) -> None:
    key = f"prepare:{prepared.id}:{prepared.done}"
    jobs.add_job("desk.prepare", key, prepared_id=prepared.id)


@jobs.handles("desk.prepare")
def make_prepared(prepared_id: int) -> None:
    """Make a file, or the next piece of it; made already, it stays as it is."""
    prepared = db.session.get_one(PreparedFile, prepared_id)
    if prepared.done_at is not None:
        return
    actor = db.session.get_one(User, prepared.actor_id)
    with in_language(actor.language):
        if prepared.kind in LISTS:
            _make_list(prepared, actor)
        elif _draw_some(prepared, actor):
            with transaction():
                _go_on(prepared)
        else:
            _put_together(prepared, actor)


def _make_list(prepared: PreparedFile, actor: Any) -> None:
    listing = read_office_listing(prepared.facts["address"])
    content = export_list(prepared.kind, actor, listing, prepared.facts["base"])
    day = clock.today()
    name = _("applications") + f"-{day:%Y-%m-%d}.{prepared.kind.value}"
    received = files.receive_made(content, name, MIME[prepared.kind])
    _keep(prepared, received)


def _draw_some(prepared: PreparedFile, actor: Any) -> bool:
    """Draw the next few dossiers; False when all of them are drawn."""
    statement = (
        select(PreparedPart)
        .where(PreparedPart.prepared_file_id == prepared.id, PreparedPart.file_id.is_(None))
        .order_by(PreparedPart.position)
        .limit(DRAWN_AT_ONCE)
    )
    parts = list(db.session.scalars(statement).unique())
    for part in parts:
        _draw_part(prepared, part, actor)
    return bool(parts)


def _draw_part(prepared: PreparedFile, part: PreparedPart, actor: Any) -> None:
    """Draw one dossier; one that `actor` may read no more drops out."""
    content = _drawing(prepared, part, actor)
    if content is None:
        with transaction():
            db.session.delete(part)
            prepared.done += 1
        return
    name = f"{code_of(part.application_id)}.pdf"
    received = files.receive_made(content, name, PDF)
    with transaction():
        lock(part)
        if part.file_id is None:
            part.file_id = files.keep_upload(received, None).id
            prepared.done += 1


def _drawing(prepared: PreparedFile, part: PreparedPart, actor: Any) -> bytes | None:
    """Return a dossier as PDF, as its reader may have it; None where he may not any more."""
    if prepared.kind is not K.SHEETS_PDF:
        application = readable(part.application_id, actor)
        return draw_dossier(application, actor.language) if application else None
    statement = visible_sheets(actor).where(
        ScoreSheet.round_id == prepared.facts["round"],
        ScoreSheet.application_id == part.application_id,
    )
    sheet = db.session.scalar(statement)
    return draw_sheet(sheet, actor.language) if sheet else None


def code_of(application_id: int) -> str:
    """Return the code of an application."""
    statement = select(Application.practice_code).where(Application.id == application_id)
    return db.session.scalars(statement).one()


def readable(application_id: int, actor: Any) -> Application | None:
    """Return the application if `actor` may have a copy of its dossier now."""
    try:
        return get_dossier(code_of(application_id), actor)
    except PortalError:
        return None


def _put_together(prepared: PreparedFile, actor: Any) -> None:
    parts = _parts(prepared)
    if not parts:
        raise NotFound
    if prepared.kind is K.DOSSIER_PDF:
        _keep_file(prepared, parts[0])
        return
    if prepared.kind is K.SHEETS_PDF:
        _join_sheets(prepared, parts, actor)
        return
    pairs = list(_pairs(parts, actor))
    write: Callable[..., None] = partial(write_archive, dossiers=iter(pairs))
    received = files.receive_written(write, f"{prepared.facts['name']}.zip", ZIP)
    _keep(prepared, received)


def _join_sheets(prepared: PreparedFile, parts: list[PreparedPart], actor: Any) -> None:
    """Put the dossiers still to be judged by `actor` into one PDF."""
    still = set(db.session.scalars(sheets_in(prepared.facts["round"], actor)))
    kept = [part.file for part in parts if part.file and part.application_id in still]
    if not kept:
        raise NotFound
    title = _("To judge: %(call)s", call=prepared.facts["name"])
    content = documents.join(map(_content, kept), title, actor.language, clock.now())
    name = _("to-judge-%(call)s.pdf", call=prepared.facts["name"])
    _keep(prepared, files.receive_made(content, name, PDF))


def _content(file: files.StoredFile) -> bytes:
    with files.open_file(file) as stream:
        return stream.read()


def _parts(prepared: PreparedFile) -> list[PreparedPart]:
    statement = select(PreparedPart).where(PreparedPart.prepared_file_id == prepared.id)
    return list(db.session.scalars(statement.order_by(PreparedPart.position)).unique())


def _pairs(parts: list[PreparedPart], actor: Any) -> Iterator[tuple[Application, Any]]:
    for part in parts:
        application = readable(part.application_id, actor)
        if application is not None:
            yield application, part.file


@transaction()
def _keep(prepared: PreparedFile, received: files.Received) -> None:
    """Tie the file to what was asked for; of two made at once the first stays."""
    lock(prepared)
    if prepared.done_at is not None:
        return
    prepared.file_id = files.keep_upload(received, None).id
    prepared.done, prepared.done_at = prepared.total, clock.now()
    for part in _parts(prepared):
        if part.file is not None:
            files.remove_file(part.file)


@transaction()
def _keep_file(prepared: PreparedFile, part: PreparedPart) -> None:
    lock(prepared)
    if prepared.done_at is None:
        prepared.file_id, prepared.done_at = part.file_id, clock.now()


@jobs.handles("desk.forget_prepared", daily=True)
@transaction()
def forget_prepared() -> None:
    """Close the files that were kept for a day to everybody, and forget who asked for them."""
    old = db.session.scalars(
        select(PreparedFile).where(PreparedFile.asked_at < clock.now() - KEPT)
    ).unique()
    for prepared in list(old):
        if prepared.is_there:
            continue
        pieces = [prepared.file, *(part.file for part in _parts(prepared))]
        for file in pieces:
            if file is not None:
                files.remove_file(file)
        db.session.execute(delete(PreparedPart).where(PreparedPart.prepared_file_id == prepared.id))
        db.session.delete(prepared)
