"""What stands beside an application in the dossier of the office."""

from __future__ import annotations

from sqlalchemy import select

from portal.access_log import AccessLogEntry
from portal.accounts.models import User
from portal.applications.models import Application
from portal.db import db


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
