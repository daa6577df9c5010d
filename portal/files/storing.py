"""The rows of stored files."""

from __future__ import annotations

from typing import Any, BinaryIO

from portal import chance, clock
from portal.db import db, transaction
from portal.files.limits import DEFAULT, Limits
from portal.files.models import StoredFile
from portal.files.receiving import Received, receive_upload


def store_upload(stream: BinaryIO, name: str, actor: Any, limits: Limits = DEFAULT) -> StoredFile:
    """Receive, check and keep an upload; raises Invalid as `receive_upload` does.

    The row joins the caller's transaction. Where that one is open already, other writers wait
    while the file is checked: a service had better call the two halves.
    """
    return keep_upload(receive_upload(stream, name, limits), actor)


@transaction()
def keep_upload(received: Received, actor: Any) -> StoredFile:
    """Write the row of a received file; a second call with the same one is refused by its key."""
    file = StoredFile(
        public_id=chance.public_id(),
        storage_key=received.storage_key,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        uploaded_at=clock.now(),
        uploaded_by_id=None if actor is None else actor.id,
    )
    db.session.add(file)
    db.session.flush()
    return file


@transaction()
def remove_file(file: StoredFile) -> None:
    """Close a file to everybody; its content stays until retention ends."""
    if file.removed_at is None:
        file.removed_at = clock.now()
