"""How large and how complex a file may be."""

from __future__ import annotations

from dataclasses import dataclass

from portal.parse.texts import UPLOAD_EXTENSIONS

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What an upload may be; a call that takes archives adds `zip` to the extensions."""

    extensions: frozenset[str] = UPLOAD_EXTENSIONS
    size: int = 20 * MEGABYTE
    pages: int = 300
    unpacked: int = 100_000_000  # octets: each stream of a PDF, all entries of an archive
    unpacked_pdf: int = 2_000_000_000  # octets: all streams of a PDF together
    entries: int = 1_000
    pixels: int = 50_000_000
    objects: int = 150_000  # dictionaries and streams of a PDF


DEFAULT = Limits()
