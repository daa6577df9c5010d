"""How much a person may keep in the store, judged under a lock: two at once never pass it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from portal import i18n
from portal.db import db, lock
from portal.errors import Invalid
from portal.files.models import StoredFile


def require_person_room(actor: Any, size: int, maximum: int) -> None:
    """Raise `person_quota` where `size` octets more are too many for the person.

    Everything of theirs that lies in the store counts, what was replaced too, until it is erased.
    """
    lock(actor)
    sizes = select(func.coalesce(func.sum(StoredFile.size), 0))
    used = db.session.scalar(
        sizes.where(StoredFile.uploaded_by_id == actor.id, StoredFile.erased_at.is_(None))
    )
    require_quota("person_quota", int(used or 0), size, maximum)


def require_quota(code: str, used: int, size: int, maximum: int) -> None:
    """Raise Invalid(code), with what is used and left, where `size` octets more are too many."""
    if used + size > maximum:
        raise Invalid(
            code,
            size=i18n.format_size(size),
            used=i18n.format_size(used),
            left=i18n.format_size(max(maximum - used, 0)),
            maximum=i18n.format_size(maximum),
        )
