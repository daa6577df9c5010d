"""The files of a call: its notice, acts and templates, as they stand now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.calls.models import Call, CallFile
from portal.calls.queries.calls import get_call
from portal.db import db
from portal.errors import NotFound


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
