"""The filters of the office's list: how each is read, and what it asks of the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from portal import parse, tables
from portal.applications.models import Application, Submission
from portal.applications.states import ApplicationState
from portal.calls.engine import STRAND_LABELS
from portal.calls.models import Call
from portal.clock import midnight
from portal.desk.models import ApplicationTag
from portal.desk.queries.likeness import alike_ids
from portal.desk.queries.tasks import read_task
from portal.errors import Invalid
from portal.protocol import ProtocolEntry
from portal.registry.engine import CITY, ORGANISATION_LABELS
from portal.registry.models import Applicant

Condition = ColumnElement[bool]
PROTOCOL = re.compile(r"0*([0-9]{1,7})(?:/([0-9]{4}))?")
SENT_STATES = [state for state in ApplicationState if state is not ApplicationState.DRAFT]
AREAS = ("bologna", "metropolitan")
YES = "yes"
HANDLERS = ("me", "nobody")


@dataclass(frozen=True)
class Filter:
    """One filter: `read` turns its text into a value or raises Invalid, `ask` into a condition."""

    read: Callable[[str], Any]
    ask: Callable[[Any, Any], Condition]


def one_of(*words: str) -> Callable[[str], str]:
    """Return what reads one of these words."""

    def read(text: str) -> str:
        return parse.choice(text, list(words))

    return read


def as_it_is(text: str) -> str:
    """Return a text that is only compared."""
    return text.replace("\x00", "")[: tables.LONGEST_SEARCH]


def number(text: str) -> int:
    """Return a number that a column can hold."""
    return parse.integer(text, maximum=2**31 - 1)


def of_call(*conditions: Condition) -> Condition:
    """Return the condition that the call is such."""
    return Application.call_id.in_(select(Call.id).where(*conditions))


def of_applicant(*conditions: Condition) -> Condition:
    """Return the condition that the applicant is such."""
    return Application.applicant_id.in_(select(Applicant.id).where(*conditions))


def received(*conditions: Condition) -> Condition:
    """Return the condition that what counts of an application was received so."""
    rows = select(Submission.application_id).where(Submission.is_current, *conditions)
    return Application.id.in_(rows)


def in_area(area: str) -> Condition:
    """Return the condition that the seat is in the city, or elsewhere in the metropolitan area."""
    in_city = Applicant.municipality_code == CITY
    return of_applicant(in_city if area == "bologna" else ~in_city)


def has_tag(tag_id: int) -> Condition:
    """Return the condition that the application bears a tag."""
    rows = select(ApplicationTag.application_id).where(ApplicationTag.tag_id == tag_id)
    return Application.id.in_(rows)


def in_charge(whose: str, user: Any) -> Condition:
    """Return the condition that who looks is in charge, or nobody."""
    is_mine = Application.handled_by_id == user.id
    return is_mine if whose == "me" else Application.handled_by_id.is_(None)


def at_least(amount: Decimal) -> Condition:
    """Return the condition that so much or more is asked for."""
    return Application.requested_amount >= amount


def at_most(amount: Decimal) -> Condition:
    """Return the condition that so much or less is asked for."""
    return Application.requested_amount <= amount


FILTERS: Mapping[str, Filter] = {
    "call": Filter(as_it_is, lambda code, _: of_call(Call.code == code)),
    "state": Filter(
        one_of(*SENT_STATES), lambda state, _: Application.state == ApplicationState(state)
    ),
    "strand": Filter(one_of(*STRAND_LABELS), lambda strand, _: of_call(Call.strand == strand)),
    "type": Filter(
        one_of(*ORGANISATION_LABELS),
        lambda kind, _: of_applicant(Applicant.organisation_type == kind),
    ),
    "area": Filter(one_of(*AREAS), lambda area, _: in_area(area)),
    "sector": Filter(as_it_is, lambda sector, _: Application.sector == sector),
    "since": Filter(parse.date, lambda day, _: received(Submission.received_at >= midnight(day))),
    "until": Filter(
        parse.date,
        lambda day, _: received(Submission.received_at < midnight(day + timedelta(days=1))),
    ),
    "least": Filter(parse.amount, lambda amount, _: at_least(amount)),
    "most": Filter(parse.amount, lambda amount, _: at_most(amount)),
    "window": Filter(number, lambda it, _: Application.assessment_window == it),
    "tag": Filter(number, lambda tag_id, _: has_tag(tag_id)),
    "behalf": Filter(one_of(YES), lambda _yes, _: Application.on_behalf_by_id.is_not(None)),
    "handler": Filter(one_of(*HANDLERS), in_charge),
    "task": Filter(read_task, lambda task, user: task[0].ask(user, task[1])),
    "alike": Filter(one_of(YES), lambda _yes, user: Application.id.in_(alike_ids(user))),
}


def unread(listing: tables.Listing) -> list[str]:
    """Return the names of the filters that can't be read."""
    return [name for name, text in listing.filters.items() if not _is_read(name, text)]


def _is_read(name: str, text: str) -> bool:
    try:
        FILTERS[name].read(text)
    except Invalid:
        return False
    return True


def readable(listing: tables.Listing) -> tables.Listing:
    """Return the listing without the filters that can't be read."""
    left_out = set(unread(listing))
    kept = {name: text for name, text in listing.filters.items() if name not in left_out}
    return replace(listing, filters=kept)


def narrowed(statement: Select[Any], listing: tables.Listing, user: Any) -> Select[Any]:
    """Return the statement narrowed by the filters; those that can't be read narrow nothing."""
    asked = readable(listing).filters
    conditions = [FILTERS[name].ask(FILTERS[name].read(text), user) for name, text in asked.items()]
    return statement.where(*conditions)


def matches(search: str) -> Condition:
    """Return the condition that code, title, applicant or protocol number hold the search."""
    pattern = tables.like(search)
    columns = (Application.practice_code, Application.title, Applicant.name)
    return or_(_has_number(search), *(column.ilike(pattern, escape="\\") for column in columns))


def _has_number(search: str) -> Condition:
    found = PROTOCOL.fullmatch(search)
    if found is None:
        return false()
    number, year = found.groups()
    is_number = ProtocolEntry.number == int(number)
    return and_(is_number, ProtocolEntry.year == int(year)) if year else is_number
