"""What a visit must remember for a few minutes and nobody may read: sealed, and bound to a person.

Such a note travels in the visit's own cookie, so that a page can be reloaded without the database
ever holding what is shown on it once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal import clock, vault
from portal.accounts.models import User

HOLDS_FOR = timedelta(minutes=20)


def seal_note(user: User, kind: str, value: Any) -> str:
    """Return the note as text."""
    ends_at = int((clock.now() + HOLDS_FOR).timestamp())
    return vault.seal({"user": user.id, "kind": kind, "ends_at": ends_at, "value": value})


def open_note(user: User, kind: str, sealed: str | None) -> Any:
    """Return what was noted for this person; None when there is nothing, or it is too old."""
    if not sealed:
        return None
    try:
        note = vault.unseal(sealed)
    except vault.Unsealable:
        return None
    is_theirs = (note["user"], note["kind"]) == (user.id, kind)
    return note["value"] if is_theirs and clock.now().timestamp() < note["ends_at"] else None
