"""The content of removed files goes from the store, days after their rows said so.

A back-up of the database that is restored within those days finds every file it names.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.db import db, transaction
from portal.files.models import StoredFile
from portal.files.storage import current
from portal.files.stores import place_of

KEPT_AFTER_REMOVAL = timedelta(days=8)
AT_ONCE = 200


def erase_removed_files() -> int:
    """Erase what was removed long enough ago; return how many files.

    The row says it first: a content that stays all the same is an orphan, and swept.
    """
    erased = 0
    while keys := _mark_erased():
        for key in keys:
            current().remove(place_of(key))
        erased += len(keys)
    return erased


@transaction()
def _mark_erased() -> list[str]:
    now = clock.now()
    statement = (
        select(StoredFile)
        .where(StoredFile.erased_at.is_(None), StoredFile.removed_at < now - KEPT_AFTER_REMOVAL)
        .order_by(StoredFile.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    files = list(db.session.scalars(statement))
    for file in files:
        file.erased_at = now
    return [file.storage_key for file in files]
