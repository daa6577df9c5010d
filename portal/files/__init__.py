"""Files people upload and files the portal makes: received, checked, stored, handed out.

A file is received and checked before the transaction (`receive_upload`), its row is written inside
it (`keep_upload`): a transaction that fails leaves a stored file without a row, which is swept
later, and never a row without its file. `received_upload` clears it away at once where the row is
refused. `store_upload` does both. Stored names are random; what a
person called the file is kept in the row and never used as a path.

Files are handed out by `open_file` with `download_headers`, by a view that has judged access.
"""

from __future__ import annotations

from portal.errors import declare, mark
from portal.files.bare import bare_copy, has_bare_copy
from portal.files.checking import begin_check, get_check, go_on_checking, last_check
from portal.files.erasing import erase_removed_files
from portal.files.limits import DEFAULT, MEGABYTE, Limits
from portal.files.models import FileCheck, StoredFile
from portal.files.objects import Access
from portal.files.quotas import require_person_room, require_quota
from portal.files.receiving import (
    Received,
    discard_upload,
    receive_made,
    receive_upload,
    receive_written,
    received_upload,
)
from portal.files.serving import download_headers, open_file
from portal.files.signed import contents_of, is_signed_pdf, pdf_signers, read_received, signers_of
from portal.files.storage import configure
from portal.files.stores import StoreAway
from portal.files.storing import keep_upload, remove_file, store_upload

declare(
    {
        "disk_full": mark(
            "There is no room for new files at the moment. All you wrote is kept, and you can send "
            "without this file where it isn't required. Try again in an hour, or write to us."
        ),
        "application_quota": mark(
            "This file takes %(size)s, and %(left)s of the %(maximum)s for an application are "
            "left: %(used)s are used. Make it smaller, or remove another file."
        ),
        "person_quota": mark(
            "This file takes %(size)s, and %(left)s of the %(maximum)s for your account are left: "
            "%(used)s are used, by replaced files too. Make it smaller, or write to us."
        ),
        "store_away": mark(
            "We can't keep files just now. All you wrote is kept: try again in a few minutes."
        ),
    }
)

__all__ = [
    "DEFAULT",
    "MEGABYTE",
    "Access",
    "FileCheck",
    "Limits",
    "Received",
    "StoreAway",
    "StoredFile",
    "bare_copy",
    "begin_check",
    "configure",
    "contents_of",
    "discard_upload",
    "download_headers",
    "erase_removed_files",
    "get_check",
    "go_on_checking",
    "has_bare_copy",
    "is_signed_pdf",
    "keep_upload",
    "last_check",
    "open_file",
    "pdf_signers",
    "read_received",
    "receive_made",
    "receive_upload",
    "receive_written",
    "received_upload",
    "remove_file",
    "require_person_room",
    "require_quota",
    "signers_of",
    "store_upload",
]
