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

PDF = "application/pdf"
SHOWN = frozenset({PDF, "image/png", "image/jpeg"})
CLOSED = "default-src 'none'; sandbox"
# The browser's own reader of PDFs doesn't start in a sandbox; only our own pages may frame it.
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


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


def download_headers(file: StoredFile, name: str = "", in_place: bool = False) -> dict[str, str]:
    """Return headers that make a browser save the file, or show it, and run nothing of it.

    `name` is another name than its own. In place only pictures and PDFs are shown, which were
    checked when they came, on our own pages alone.
    """
    name = name or file.name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if character in '"\\%' else character for character in plain)
    is_shown = in_place and file.media_type in SHOWN
    is_pdf = is_shown and file.media_type == PDF
    disposition = "inline" if is_shown else "attachment"
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": (
            f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": FRAMED if is_pdf else CLOSED,
    }
