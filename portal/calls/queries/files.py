"""The files of a call as they stand now, and what a new call may start from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.calls.engine import blueprint_names, load_blueprint
from portal.calls.models import Call, CallFile
from portal.calls.queries.calls import get_call, managed_by
from portal.db import db
from portal.errors import NotFound
from portal.i18n import _, pick

MOST_CALLS = 50


def files_of(call: Call) -> dict[str, CallFile]:
    """Return the current file of each attachment, by its key: one query."""
    rows = db.session.scalars(
        select(CallFile).where(CallFile.call_id == call.id, CallFile.removed_at.is_(None))
    )
    return {row.key: row for row in rows}


def get_call_file(code: str, key: str, user: Any) -> CallFile:
    """Return the current file of an attachment of a call that `user` sees; else NotFound."""
    row = files_of(get_call(code, user)).get(key)
    if row is None:
        raise NotFound
    return row


def sources_of_calls(user: Any) -> list[tuple[str, str]]:
    """Return what a new call may start from: the blueprints, then the calls that `user` manages."""
    blueprints = [
        (f"blueprint:{name}", _("Blueprint: %(title)s", title=pick(load_blueprint(name)["title"])))
        for name in blueprint_names()
    ]
    newest = select(Call.code, Call.title).where(managed_by(user)).order_by(Call.id.desc())
    rows = db.session.execute(newest.limit(MOST_CALLS))
    calls = [(f"call:{code}", f"{pick(title)} ({code})") for code, title in rows]
    return [*blueprints, *calls]
