"""Keeping views of the office's list under a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from portal import clock, parse, permissions
from portal.db import db, lock, transaction
from portal.desk.models import SavedView
from portal.errors import Invalid, Stale, beside

LONGEST_NAME = 60
MOST_VIEWS = 40


@transaction()
def save_view(name: str, address: Mapping[str, Any], is_shared: bool, actor: Any) -> SavedView:
    """Keep a view under a name that is none of one's own; `address` is that of the list."""
    permissions.require(actor, "saved_view.create")
    lock(actor)  # two clicks at once find one another
    count = select(func.count(SavedView.id)).where(SavedView.owner_id == actor.id)
    if (db.session.scalar(count) or 0) >= MOST_VIEWS:
        raise Invalid("too_many_views", "name", maximum=MOST_VIEWS)
    view = SavedView(owner_id=actor.id, **_facts(name, address, is_shared, actor))
    db.session.add(view)
    db.session.flush()
    return view


@transaction()
def change_view(view: SavedView, name: str, is_shared: bool, actor: Any, seen: int) -> SavedView:
    """Rename a view, share it or keep it to oneself; Stale when it changed since version `seen`."""
    permissions.require(actor, "saved_view.edit", view)
    lock(view)
    if view.version != seen:
        raise Stale
    for field, value in _facts(name, view.address, is_shared, actor, view.id).items():
        setattr(view, field, value)
    return view


@transaction()
def delete_view(view: SavedView, actor: Any) -> None:
    """Forget a view; what it showed stays as it is."""
    permissions.require(actor, "saved_view.edit", view)
    db.session.delete(view)


def _facts(
    name: str, address: Mapping[str, Any], is_shared: bool, actor: Any, own_id: int = 0
) -> dict[str, Any]:
    with beside("name"):
        words = parse.line(name, LONGEST_NAME)
    key = words.casefold()
    taken = select(SavedView.id).where(
        SavedView.owner_id == actor.id, SavedView.name_key == key, SavedView.id != own_id
    )
    if db.session.scalar(taken) is not None:
        raise Invalid("view_name_taken", "name")
    kept = {each: value for each, value in address.items() if each != "page"}
    return {
        "name": words,
        "name_key": key,
        "is_shared": is_shared,
        "address": kept,
        "saved_at": clock.now(),
    }
