"""Lists that span features: the office's applications, and one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from portal import permissions, tables
from portal.access_log import AccessLogEntry
from portal.accounts.models import User
from portal.applications.models import Application, Submission
from portal.applications.queries import own_applications, visible_applications
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.calls.queries import closings_for, takes
from portal.db import db
from portal.evaluation.models import ScoreSheet
from portal.evaluation.states import SheetState
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant

S = ApplicationState

APPLICATIONS = tables.Table(
    sorts={
        "received": Submission.received_at,
        "applicant": func.lower(Applicant.name),
        "title": func.lower(Application.title),
        "state": Application.state,
        "amount": Application.requested_amount,
    },
    default_sort="received",
    descending=True,
    tie=Application.id,
    filters=("call", "state"),
)
PROTOCOL = re.compile(r"0*([0-9]{1,7})(?:/([0-9]{4}))?")

# What applicants ask for, in their words: the states behind each.
GROUPS: Mapping[str, frozenset[ApplicationState]] = {
    "draft": frozenset({S.DRAFT}),
    "sent": frozenset({S.SUBMITTED}),
    "working": frozenset({S.FORMAL_CHECK, S.ADMITTED, S.UNDER_EVALUATION}),
    "incomplete": frozenset({S.INTEGRATION_REQUESTED}),
    "accepted": frozenset({S.SELECTED, S.RESERVE}),
    "refused": frozenset({S.INADMISSIBLE, S.REFUSED, S.WITHDRAWN}),
}


@dataclass(frozen=True)
class Line:
    """An application in the office's list."""

    id: int
    practice_code: str
    protocol: str
    applicant: str
    title: str
    call_code: str
    call_title: Mapping[str, str]
    state: ApplicationState
    amount: Decimal | None
    received_at: datetime
    sheets_sent: int = 0
    sheets: int = 0


def applications_page(user: Any, listing: tables.Listing) -> tables.Page[Line]:
    """Return one page of the applications the office has received: three queries in all."""
    permissions.require(user, "application.list")
    received = _received(user, listing)
    lines = _with_columns(received, listing)
    counted = lines if listing.search else received.with_only_columns(Application.id)
    found = tables.paginate(lines, APPLICATIONS, listing, counted)
    progress = sheets_of([row.id for row in found.items])
    items = [_line(row, progress.get(row.id, (0, 0))) for row in found.items]
    return tables.Page(items, found.total, found.number, found.pages)


def _received(user: Any, listing: tables.Listing) -> Select[Any]:
    """Return what was sent, narrowed by the filters: every one has its submission and number."""
    filters = listing.filters
    statement = visible_applications(user).where(Application.state != S.DRAFT)
    if "call" in filters:
        wanted = select(Call.id).where(Call.code == filters["call"])
        statement = statement.where(Application.call_id.in_(wanted))
    if filters.get("state") in set(S):
        statement = statement.where(Application.state == S(filters["state"]))
    return statement


def _with_columns(statement: Select[Any], listing: tables.Listing) -> Select[Any]:
    statement = (
        statement.join(Application.submission)
        .join(ProtocolEntry, ProtocolEntry.id == Submission.protocol_entry_id)
        .join(Applicant, Applicant.id == Application.applicant_id)
        .join(Call, Call.id == Application.call_id)
        .with_only_columns(
            Application.id,
            Application.practice_code,
            Application.title,
            Application.state,
            Application.requested_amount,
            Applicant.name.label("applicant"),
            Call.code.label("call_code"),
            Call.title.label("call_title"),
            Submission.received_at,
            ProtocolEntry.number,
            ProtocolEntry.year,
        )
    )
    return statement.where(_matches(listing.search)) if listing.search else statement


def _matches(search: str) -> ColumnElement[bool]:
    """Return the condition that code, title, applicant or protocol number hold the search."""
    pattern = tables.like(search)
    columns = (Application.practice_code, Application.title, Applicant.name)
    return or_(_has_number(search), *(column.ilike(pattern, escape="\\") for column in columns))


def _has_number(search: str) -> ColumnElement[bool]:
    found = PROTOCOL.fullmatch(search)
    if found is None:
        return false()
    number, year = found.groups()
    is_number = ProtocolEntry.number == int(number)
    return and_(is_number, ProtocolEntry.year == int(year)) if year else is_number


def sheets_of(application_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return for each application how many score sheets were sent, and how many assigned."""
    if not application_ids:
        return {}
    is_sent = case((ScoreSheet.state == SheetState.SENT, 1), else_=0)
    rows = db.session.execute(
        select(ScoreSheet.application_id, func.sum(is_sent), func.count())
        .where(ScoreSheet.application_id.in_(application_ids))
        .group_by(ScoreSheet.application_id)
    )
    return {application_id: (int(sent), total) for application_id, sent, total in rows}


def _line(row: Any, progress: tuple[int, int]) -> Line:
    return Line(
        id=row.id,
        practice_code=row.practice_code,
        protocol=f"{row.number:07d}/{row.year}",
        applicant=row.applicant,
        title=row.title,
        call_code=row.call_code,
        call_title=row.call_title,
        state=row.state,
        amount=row.requested_amount,
        received_at=row.received_at,
        sheets_sent=progress[0],
        sheets=progress[1],
    )


def calls_with_applications(user: Any) -> list[tuple[str, Mapping[str, str]]]:
    """Return code and title of the calls whose received applications `user` may read."""
    received = visible_applications(user).where(Application.state != S.DRAFT)
    any_received = received.where(Application.call_id == Call.id).exists()
    rows = db.session.execute(
        select(Call.code, Call.title).where(any_received).order_by(Call.opens_at.desc())
    )
    return [(code, title) for code, title in rows]


def read_applications_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address how the list is to be shown."""
    return tables.read_listing(APPLICATIONS, args)


@dataclass(frozen=True)
class OwnLine:
    """One of the applications a person acts for; `can_send` while its call takes drafts."""

    application: Application
    can_send: bool
    closes_at: datetime | None


def own_lines(user: Any, group: str = "") -> list[OwnLine]:
    """Return the applications `user` acts for, those of one group if it is named."""
    states = GROUPS.get(group)
    own = [each for each in own_applications(user) if states is None or each.state in states]
    closings = closings_for(own)
    return [
        OwnLine(
            each, each.state is S.DRAFT and takes(each.call, closings[each.id]), closings[each.id]
        )
        for each in own
    ]


@dataclass(frozen=True)
class Work:
    """What waits for a person in the roles held; None where the role is not held."""

    to_take_in_charge: int | None
    sheets_to_send: int | None


def work_of(user: Any) -> Work:
    """Return how much work waits for `user`."""
    return Work(
        _count_new(user) if permissions.could(user, "application.list") else None,
        _count_sheets(user) if permissions.could(user, "assignment.list") else None,
    )


def _count_new(user: Any) -> int:
    new = visible_applications(user).where(Application.state == S.SUBMITTED)
    return db.session.scalar(select(func.count()).select_from(new.subquery())) or 0


def _count_sheets(user: Any) -> int:
    statement = select(func.count()).where(
        ScoreSheet.evaluator_id == user.id, ScoreSheet.state != SheetState.SENT
    )
    return db.session.scalar(statement) or 0


def looks_at(application: Application, most: int = 50) -> list[tuple[AccessLogEntry, str | None]]:
    """Return who looked at an application or tried to, the latest first, with their names."""
    entry = AccessLogEntry
    statement = (
        select(entry, User.name)
        .outerjoin(User, User.id == entry.user_id)
        .where(entry.record_key == application.practice_code)
        .order_by(entry.at.desc(), entry.id.desc())
        .limit(most)
    )
    return [(look, name) for look, name in db.session.execute(statement)]
