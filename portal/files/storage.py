"""The store: a folder of this machine, or whatever else fsspec reaches by URL.

A file arrives under a temporary name and is moved to its own when it is whole and on the disk.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from portal.errors import Invalid

RESERVE = 200_000_000  # octets left free for the database, the logs and the mails
INCOMING = "incoming"


class Storage:
    """Where files lie, by their random keys."""

    def __init__(self, url: str, reserve: int = RESERVE) -> None:
        self.filesystem, self.root = fsspec.core.url_to_fs(url)
        self.reserve = reserve
        self.folder = Path(self.root) if isinstance(self.filesystem, LocalFileSystem) else None

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """Give a temporary file of mode 0600 to write to; it is gone at the end, kept or not.

        Raises Invalid("disk_full") when the disk is at its reserve, or fills up meanwhile.
        """
        folder = None if self.folder is None else self._private_folder(self.folder / INCOMING)
        self._require_room(folder)
        handle, name = tempfile.mkstemp(dir=folder)
        os.close(handle)
        try:
            yield Path(name)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise Invalid("disk_full") from error
            raise
        finally:
            Path(name).unlink(missing_ok=True)

    def keep(self, path: Path, key: str) -> None:
        """Take the file at `path` into the store; when this returns it survives a power cut."""
        if self.folder is None:
            self.filesystem.put_file(str(path), self._place(key))
            return
        folder = self._private_folder(self.folder / key[:2])
        _sync(path)
        path.chmod(0o600)
        path.replace(folder / key)
        _sync(folder)

    def open(self, key: str) -> BinaryIO:
        """Open a stored file for reading; FileNotFoundError when it is not there."""
        return cast(BinaryIO, self.filesystem.open(self._place(key), "rb"))

    def _place(self, key: str) -> str:
        return f"{self.root}/{key[:2]}/{key}"

    def _private_folder(self, folder: Path) -> Path:
        for each in (cast(Path, self.folder), folder):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _require_room(self, folder: Path | None) -> None:
        if shutil.disk_usage(folder or tempfile.gettempdir()).free < self.reserve:
            raise Invalid("disk_full")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_storage: Storage | None = None


def configure(url: str, reserve: int = RESERVE) -> None:
    """Keep the store of this process: `file:///folder`, or the URL of a remote one."""
    global _storage  # noqa: PLW0603 - one store a process, set once by create_app
    _storage = Storage(url, reserve)


def current() -> Storage:
    """Return the store; a RuntimeError says create_app has not run."""
    if _storage is None:
        raise RuntimeError("files.configure has not been called")
    return _storage
