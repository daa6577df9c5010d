"""The access log as who watches over it reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from portal.access_log import AccessLogEntry, Outcome
from portal.accounts.models import User
from portal.tables import Listing, Page, Table, like, paginate, read_listing

LOOKS = Table(
    sorts={"at": AccessLogEntry.at},
    default_sort="at",
    tie=AccessLogEntry.id.desc(),
    filters=("outcome",),
    descending=True,
    page_size=50,
)


def read_looks_listing(args: Mapping[str, str]) -> Listing:
    """Read what the address asks of the list."""
    return read_listing(LOOKS, args)


def looks_page(listing: Listing) -> Page[Any]:
    """Return the looks asked for, each with the name of who looked, where it is known."""
    entry = AccessLogEntry
    statement: Any = select(entry, User.name).outerjoin(User, User.id == entry.user_id)
    if listing.search:
        found = like(listing.search)
        statement = statement.where(
            or_(
                entry.record_key.ilike(found, escape="\\"),
                User.name.ilike(found, escape="\\"),
                User.email_key.ilike(found, escape="\\"),
            )
        )
    outcome = listing.filters.get("outcome")
    if outcome in set(Outcome):
        statement = statement.where(entry.outcome == Outcome(outcome))
    return paginate(statement, LOOKS, listing)
