"""Uploading the files that go with a call while it is a draft."""

from __future__ import annotations

from typing import Any, BinaryIO

from portal import audit, clock, permissions
from portal.calls.engine import attachments_of
from portal.calls.models import Call, CallFile
from portal.calls.queries import files_of
from portal.calls.services.editing import require_draft
from portal.db import db, lock, transaction
from portal.errors import NotFound
from portal.files import Received, keep_upload, received_upload, remove_file


def add_call_file(call: Call, key: str, stream: BinaryIO, name: str, actor: Any) -> CallFile:
    """Check a file and put it behind an attachment, in the place of the one that stood there.

    It is checked before the transaction; one whose row is refused leaves the store again.
    """
    permissions.require(actor, "call.edit", call)
    require_draft(call)
    with received_upload(stream, name) as received:
        return keep_call_file(call, key, received, actor)


@transaction()
def keep_call_file(call: Call, key: str, received: Received, actor: Any) -> CallFile:
    """Write the row of a received file."""
    lock(call)
    require_draft(call)
    if key not in {attachment.key for attachment in attachments_of(call)}:
        raise NotFound
    close_current(call, key)
    file = keep_upload(received, actor)
    row = CallFile(call_id=call.id, key=key, file=file, added_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record("call.add_file", call, actor, facts={"file": file.id})
    return row


@transaction()
def remove_call_file(call: Call, key: str, actor: Any) -> None:
    """Take the file of an attachment away from a draft; the attachment stays on the list."""
    permissions.require(actor, "call.edit", call)
    lock(call)
    require_draft(call)
    row = close_current(call, key)
    if row is None:
        raise NotFound
    audit.record("call.remove_file", call, actor, facts={"file": row.file_id})


def close_current(call: Call, key: str) -> CallFile | None:
    """Close the file that stands behind an attachment, if there is one."""
    row = files_of(call).get(key)
    if row is not None:
        row.removed_at = clock.now()
        remove_file(row.file)
        db.session.flush()
    return row
