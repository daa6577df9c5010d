"""The views of the office's list: those that always stand, one's own, those shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from portal import permissions
from portal.accounts.models import User
from portal.db import db
from portal.desk.models import SavedView
from portal.errors import NotFound
from portal.i18n import lazy


@dataclass(frozen=True)
class StandingView:
    """A view that everybody has."""

    name: Any
    address: dict[str, Any]


STANDING = (
    StandingView(lazy("All received"), {}),
    StandingView(
        lazy("To take in charge"), {"state": "submitted", "sort": "received", "dir": "asc"}
    ),
    StandingView(
        lazy("Under formal check"), {"state": "formal_check", "sort": "received", "dir": "asc"}
    ),
    StandingView(lazy("Yours"), {"handler": "me", "sort": "received", "dir": "asc"}),
    StandingView(
        lazy("Possible duplicates"),
        {
            "alike": "yes",
            "sort": "title",
            "dir": "asc",
            "columns": ["practice", "applicant", "project", "call", "received", "state", "flags"],
        },
    ),
)


def views_for(user: Any) -> list[SavedView]:
    """Return one's own views and those shared, one's own first, by name."""
    statement = (
        select(SavedView)
        .where(or_(SavedView.owner_id == user.id, SavedView.is_shared))
        .order_by(SavedView.owner_id != user.id, SavedView.name_key, SavedView.id)
    )
    return list(db.session.scalars(statement).unique())


def view_links(user: Any) -> list[tuple[str, dict[str, Any], str]]:
    """Return the same views as name, address, and whose they are where they are another's."""
    rows = db.session.execute(
        select(SavedView.name, SavedView.address, SavedView.owner_id, User.name)
        .join(User, User.id == SavedView.owner_id)
        .where(or_(SavedView.owner_id == user.id, SavedView.is_shared))
        .order_by(SavedView.owner_id != user.id, SavedView.name_key, SavedView.id)
    )
    return [
        (name, address, "" if owner_id == user.id else owner)
        for name, address, owner_id, owner in rows
    ]


def get_view(view_id: int, user: Any) -> SavedView:
    """Return a view that is one's own to change, or raise NotFound."""
    view = db.session.get(SavedView, view_id)
    if view is None or not permissions.can(user, "saved_view.edit", view):
        raise NotFound
    return view
