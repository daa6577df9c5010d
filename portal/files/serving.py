"""Handing a stored file out."""

from __future__ import annotations

import logging
import unicodedata
from typing import BinaryIO
from urllib.parse import quote

from portal.errors import NotFound
from portal.files.models import StoredFile
from portal.files.storage import current

log = logging.getLogger(__name__)


def open_file(file: StoredFile) -> BinaryIO:
    """Open the content for reading; NotFound when the file was removed, or is lost.

    Raises StoreAway while the store does not answer.
    """
    if file.removed_at is not None:
        raise NotFound
    try:
        return current().open(file.storage_key)
    except FileNotFoundError as error:
        log.error("stored file is missing", extra={"file": file.id})
        raise NotFound from error


def download_headers(file: StoredFile) -> dict[str, str]:
    """Return headers that make a browser save the file and run nothing of it."""
    plain = unicodedata.normalize("NFKD", file.name).encode("ascii", "ignore").decode()
    plain = "".join("_" if character in '"\\%' else character for character in plain)
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
