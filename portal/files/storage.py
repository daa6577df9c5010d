"""The store of this process: chosen once by its URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from portal.files.folder import Folder
from portal.files.objects import Access, Objects
from portal.files.stores import Store

RESERVE = 200_000_000  # octets left free for the database, the logs and the mails


def open_store(url: str, access: Access | None = None, reserve: int = RESERVE) -> Store:
    """Return the store at `url`: `file:///folder`, or `s3://bucket/prefix`."""
    if url.startswith("s3://"):
        return Objects(url, access or Access(), reserve)
    return Folder(Path(unquote(urlsplit(url).path)), reserve)


_storage: Store | None = None


def configure(url: str, access: Access | None = None, reserve: int = RESERVE) -> None:
    """Keep the store of this process."""
    global _storage  # noqa: PLW0603 - one store a process, set once by create_app
    _storage = open_store(url, access, reserve)


def current() -> Store:
    """Return the store; a RuntimeError says create_app has not run."""
    if _storage is None:
        raise RuntimeError("files.configure has not been called")
    return _storage
