"""Which calls a person sees, and lists of them by phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from portal import i18n, permissions, tables
from portal.calls.engine import STRAND_LABELS, suits, takes_place, takes_type
from portal.calls.models import Call, Strand
from portal.calls.queries.money import money_left_of
from portal.calls.states import CallState, Phase
from portal.db import db
from portal.errors import Invalid, NotFound, declare, mark
from portal.permissions import Role
from portal.registry.engine import ORGANISATION_LABELS
from portal.registry.models import Applicant
from portal.sources.engine import Room

declare(
    {
        "applicant_not_eligible": mark(
            "This call is not for this kind of applicant. Look at who can apply, or choose "
            "another profile."
        ),
        "applicant_elsewhere": mark(
            "This call is for applicants of another place. Look at where the seat or residence "
            "must be."
        ),
    }
)

NEVER = datetime.max.replace(tzinfo=UTC)
MANAGERS = frozenset({Role.STAFF, Role.AUDITOR, Role.ADMIN})

CALLS = tables.Table(
    sorts={
        "code": Call.code,
        "opens": Call.opens_at,
        "closes": Call.closes_at,
        "state": Call.state,
    },
    default_sort="closes",
    descending=True,
    tie=Call.id,
    filters=("state",),
)


def managed_by(user: Any) -> ColumnElement[bool]:
    """The condition that a call lies within a role by which `user` manages calls."""
    scopes = [
        and_(
            true() if held.strand is None else Call.strand == held.strand,
            true() if held.call_code is None else Call.code == held.call_code,
        )
        for held in user.roles
        if held.role in MANAGERS
    ]
    return or_(false(), *scopes)


def visible_calls(user: Any) -> Select[Any]:
    """Every call that has been published, and the drafts that `user` manages."""
    return select(Call).where(or_(Call.state != CallState.DRAFT, managed_by(user)))


def get_call(code: str, user: Any) -> Call:
    """Return the call of this code; NotFound where there is none or `user` may not see it."""
    call: Call | None = db.session.scalar(visible_calls(user).where(Call.code == code))
    if call is None:
        raise NotFound
    return call


def get_managed_call(code: str, user: Any) -> Call:
    """Return the call of this code that `user` manages, else NotFound."""
    call = db.session.scalar(select(Call).where(managed_by(user), Call.code == code))
    if call is None:
        raise NotFound
    return call


@dataclass(frozen=True)
class CallsByPhase:
    """What a visitor finds, each list with what matters first."""

    open: list[Call]
    coming: list[Call]
    closed: list[Call]

    @cached_property
    def money(self) -> Mapping[str, Room]:
        """Return how the money of limited calls stands, by their codes: one query."""
        return money_left_of([*self.open, *self.coming])


def public_calls(strand: str = "", organisation_type: str = "") -> CallsByPhase:
    """Return the published calls: open and coming ones by date, the closed ones last first.

    Narrowed to a strand, and to those that take a type of applicant, where these are given.
    """
    shown = (CallState.PUBLISHED, CallState.EXHAUSTED)
    statement = select(Call).where(Call.state.in_(shown)).order_by(Call.id)
    if strand in set(Strand):
        statement = statement.where(Call.strand == Strand(strand))
    calls = list(db.session.scalars(statement))
    if organisation_type in ORGANISATION_LABELS:
        calls = [call for call in calls if takes_type(call, organisation_type)]
    by_phase = {phase: [call for call in calls if phase_of(call) is phase] for phase in Phase}
    return CallsByPhase(
        open=sorted(by_phase[Phase.OPEN], key=end_of),
        coming=sorted(by_phase[Phase.COMING], key=lambda call: call.opens_at),
        closed=sorted(by_phase[Phase.CLOSED], key=end_of, reverse=True),
    )


def end_of(call: Call) -> datetime:
    """Return when the call closes; one without a closing comes after all others."""
    return call.closes_at or NEVER


def phase_of(call: Call) -> Phase:
    """Return the call's phase as people live it: one without money or cancelled is closed."""
    if call.state in (CallState.EXHAUSTED, CallState.CANCELLED):
        return Phase.CLOSED
    return call.phase()


def require_eligible(call: Call, applicant: Applicant) -> None:
    """Refuse an applicant of a type or from a place that the call is not for."""
    if not takes_type(call, applicant.organisation_type.value):
        raise Invalid("applicant_not_eligible", "applicant")
    if not takes_place(call, applicant.municipality_code):
        raise Invalid("applicant_elsewhere", "applicant")


def open_calls_for(organisation_type: str, place: str, besides: Call) -> list[Call]:
    """Return the other open calls that take this type of applicant, from this place."""
    open_ones = public_calls().open
    return [c for c in open_ones if c.id != besides.id and suits(c, organisation_type, place)]


def managed_calls(user: Any, listing: tables.Listing) -> tables.Page[Call]:
    """Return one page of the calls that `user` manages: two queries."""
    permissions.require(user, "call.manage")
    statement = select(Call).where(managed_by(user))
    if listing.search:
        statement = statement.where(Call.code.ilike(tables.like(listing.search), escape="\\"))
    if listing.filters.get("state") in set(CallState):
        statement = statement.where(Call.state == CallState(listing.filters["state"]))
    return tables.paginate(statement, CALLS, listing)


def read_calls_listing(args: Mapping[str, str]) -> tables.Listing:
    """Read from the address how the list of managed calls is to be shown."""
    return tables.read_listing(CALLS, args)


def scope_strands() -> list[tuple[str, Any]]:
    """Return the strands that a role can be limited to."""
    return list(STRAND_LABELS.items())


def scope_calls() -> list[tuple[str, Any]]:
    """Return the calls that a role can be limited to, the newest first."""
    calls = db.session.execute(
        select(Call.code, Call.title).order_by(Call.closes_at.desc().nulls_first(), Call.id)
    )
    return [(code, f"{i18n.pick(title)} ({code})") for code, title in calls]
