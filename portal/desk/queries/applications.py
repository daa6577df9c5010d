"""The office's list of applications: filtered, sorted, its columns chosen, at a constant cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, case, func, select

from portal import permissions, tables
from portal.applications.models import Application
from portal.applications.queries import opened_applications
from portal.audit import AuditEntry
from portal.calls.models import Call
from portal.db import db
from portal.desk.models import ApplicationTag, Tag
from portal.desk.queries.filters import FILTERS, matches, narrowed
from portal.desk.queries.likeness import likeness_of
from portal.desk.queries.lines import (
    COLUMNS,
    DEFAULT_COLUMNS,
    SORTS,
    Line,
    joins_of,
    line_of,
    with_columns,
)
from portal.evaluation.models import ScoreSheet
from portal.evaluation.states import GONE, SheetState

# Programs filter by what their document names; people by all there is.
APPLICATIONS = tables.Table(
    sorts=SORTS,
    default_sort="received",
    descending=True,
    tie=Application.id,
    filters=("call", "state"),
)
OFFICE = tables.Table(
    sorts=SORTS,
    default_sort="received",
    descending=True,
    tie=Application.id,
    filters=tuple(FILTERS),
    columns=tuple(COLUMNS),
)
PIECE = 500  # lines whose tags, sheets and so on are read at once
OF_PROGRAMS = ("protocol", "applicant", "project", "call", "amount", "received", "sheets")


def read_applications_listing(args: Mapping[str, Any]) -> tables.Listing:
    """Read from the address of a program how the list is to be shown."""
    return tables.read_listing(APPLICATIONS, args)


def read_office_listing(args: Mapping[str, Any]) -> tables.Listing:
    """Read from the address of the office's page how the list is to be shown."""
    return tables.read_listing(OFFICE, args)


def columns_of(listing: tables.Listing) -> tuple[str, ...]:
    """Return the columns shown: those chosen, or the usual ones; the code leads to the dossier."""
    chosen = listing.columns or DEFAULT_COLUMNS
    return chosen if "practice" in chosen else ("practice", *chosen)


def applications_page(
    user: Any, listing: tables.Listing, columns: Sequence[str] = OF_PROGRAMS
) -> tables.Page[Line]:
    """Return one page of the applications the office has received, with these columns."""
    permissions.require(user, "application.list")
    received = narrowed(received_applications(user), listing, user)
    lines = _lines(received, listing, columns)
    counted = lines if listing.search else received.with_only_columns(Application.id)
    found = tables.paginate(lines, OFFICE, listing, counted)
    items = filled(user, [line_of(row) for row in found.items], columns)
    return tables.Page(items, found.total, found.number, found.pages)


def received_applications(user: Any) -> Select[Any]:
    """Select what was sent and a role opens to `user`: each has its submission and number."""
    return opened_applications(user)


def _lines(received: Select[Any], listing: tables.Listing, columns: Sequence[str]) -> Select[Any]:
    joins = joins_of(columns, listing.sort, listing.search)
    lines = with_columns(received, joins)
    return lines.where(matches(listing.search)) if listing.search else lines


def all_lines(
    user: Any, listing: tables.Listing, only: Sequence[int] | None = None
) -> Iterator[Line]:
    """Yield every line of the list in its order, or of these applications alone."""
    permissions.require(user, "application.list")
    columns, statement = columns_of(listing), received_applications(user)
    if only is None:
        statement = _lines(narrowed(statement, listing, user), listing, columns)
    else:
        statement = with_columns(statement, joins_of(columns, listing.sort))
    rows = db.session.execute(tables.in_order_of(statement, OFFICE, listing)).all()
    wanted = None if only is None else set(only)
    lines = [line_of(row) for row in rows if wanted is None or row.id in wanted]
    for start in range(0, len(lines), PIECE):
        yield from filled(user, lines[start : start + PIECE], columns)


def matching_ids(user: Any, listing: tables.Listing) -> list[int]:
    """Return the ids of all that match the filters, in the order of the list."""
    permissions.require(user, "application.list")
    received = narrowed(received_applications(user), listing, user)
    lines = tables.in_order_of(_lines(received, listing, ()), OFFICE, listing)
    return [row.id for row in db.session.execute(lines)]


def ids_of_codes(user: Any, codes: Sequence[str]) -> list[int]:
    """Return the ids of the applications with these codes, in the same order, if there are any."""
    statement = received_applications(user).where(Application.practice_code.in_(codes))
    rows = db.session.execute(
        statement.with_only_columns(Application.practice_code, Application.id)
    )
    found = {code: application_id for code, application_id in rows}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def count_matching(user: Any, listing: tables.Listing) -> int:
    """Return how many match the filters."""
    received = narrowed(received_applications(user), listing, user)
    found = _lines(received, listing, ()) if listing.search else received
    ids = found.with_only_columns(Application.id).subquery()
    return db.session.scalar(select(func.count()).select_from(ids)) or 0


def filled(user: Any, lines: list[Line], columns: Sequence[str]) -> list[Line]:
    """Fill in what hangs on the lines: one query for each such column that is shown."""
    ids = [line.id for line in lines]
    for column, fill in HANGING.items():
        if column in columns:
            found = fill(user, ids)
            for line in lines:
                _put(line, column, found.get(line.id))
    return lines


def _put(line: Line, column: str, found: Any) -> None:
    if column == "sheets":
        line.sheets_sent, line.sheets = found or (0, 0)
    elif column == "changed":
        line.changed_at = found
    elif found:
        setattr(line, {"tags": "tags", "flags": "likeness"}[column], found)


def sheets_of(application_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return for each application how many score sheets were sent, and how many assigned."""
    if not application_ids:
        return {}
    is_sent = case((ScoreSheet.state == SheetState.SENT, 1), else_=0)
    rows = db.session.execute(
        select(ScoreSheet.application_id, func.sum(is_sent), func.count())
        .where(ScoreSheet.application_id.in_(application_ids), ScoreSheet.state.not_in(GONE))
        .group_by(ScoreSheet.application_id)
    )
    return {application_id: (int(sent), total) for application_id, sent, total in rows}


def tags_of(application_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return for each application the names of its tags, by name."""
    found: dict[int, list[str]] = {}
    if not application_ids:
        return found
    rows = db.session.execute(
        select(ApplicationTag.application_id, Tag.name)
        .join(Tag, Tag.id == ApplicationTag.tag_id)
        .where(ApplicationTag.application_id.in_(application_ids))
        .order_by(Tag.name_key)
    )
    for application_id, name in rows:
        found.setdefault(application_id, []).append(name)
    return found


def last_changes(application_ids: Sequence[int]) -> dict[int, Any]:
    """Return for each application when the last deed was done on it."""
    if not application_ids:
        return {}
    rows = db.session.execute(
        select(AuditEntry.record_id, func.max(AuditEntry.at))
        .where(
            AuditEntry.record_kind == Application.__tablename__,
            AuditEntry.record_id.in_(application_ids),
        )
        .group_by(AuditEntry.record_id)
    )
    return {application_id: at for application_id, at in rows if application_id is not None}


HANGING: Mapping[str, Callable[[Any, Sequence[int]], Mapping[int, Any]]] = {
    "sheets": lambda _user, ids: sheets_of(ids),
    "changed": lambda _user, ids: last_changes(ids),
    "tags": lambda _user, ids: tags_of(ids),
    "flags": likeness_of,
}


def calls_with_applications(user: Any) -> list[tuple[str, Mapping[str, str]]]:
    """Return code and title of the calls whose received applications `user` may read."""
    any_received = received_applications(user).where(Application.call_id == Call.id).exists()
    rows = db.session.execute(
        select(Call.code, Call.title).where(any_received).order_by(Call.opens_at.desc())
    )
    return [(code, title) for code, title in rows]


def sectors_with_applications(user: Any) -> list[str]:
    """Return the sectors that received applications name."""
    sectors = received_applications(user).where(Application.sector.is_not(None))
    statement = (
        sectors.with_only_columns(Application.sector).distinct().order_by(Application.sector)
    )
    return list(db.session.scalars(statement))
