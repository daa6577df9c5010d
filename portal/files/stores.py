"""What a store of files is: files arrive under a temporary name, and are kept whole or not at all.

A store knows nothing of rows. Each file lies at `<first two characters of its key>/<key>`; the
part of a store under one pair is an area, small enough to be looked through in one go.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from portal.errors import Invalid

FULL = {errno.ENOSPC, errno.EDQUOT}
CHUNK = 256 * 1024
# Where nothing may be kept: what lies at the top of a store is no file of the portal's.
TOP = ""


class StoreAway(Exception):
    """The store does not answer, or refuses: nothing was kept, and trying again may help."""


def place_of(key: str) -> str:
    """Return where in a store the file of a key lies."""
    return f"{key[:2]}/{key}"


class Store(ABC):
    """Where files lie, by their random keys. Methods raise StoreAway when it does not answer."""

    incoming_prefix = "upload-"

    def __init__(self, reserve: int) -> None:
        self.reserve = reserve

    @contextmanager
    def incoming(self, *, may_use_reserve: bool = False) -> Iterator[Path]:
        """Give a temporary file of mode 0600 to write to; it is gone at the end, kept or not.

        Raises Invalid("disk_full") when the disk is at its reserve, or fills up meanwhile.
        """
        if self.free() < (0 if may_use_reserve else self.reserve):
            raise Invalid("disk_full")
        path: Path | None = None
        try:
            with self.answering():
                path = self._temporary_file()
            yield path
        except OSError as error:
            if error.errno in FULL:
                raise Invalid("disk_full") from error
            raise
        finally:
            if path is not None:
                path.unlink(missing_ok=True)

    def _temporary_file(self) -> Path:
        handle, name = tempfile.mkstemp(dir=self.incoming_folder(), prefix=self.incoming_prefix)
        os.close(handle)
        return Path(name)

    def digest(self, key: str) -> tuple[str, int]:
        """Return hash and size of what lies there, read in pieces; FileNotFoundError if nothing."""
        sha256, size = hashlib.sha256(), 0
        with self.open(key) as file, self.answering():
            while piece := file.read(CHUNK):
                sha256.update(piece)
                size += len(piece)
        return sha256.hexdigest(), size

    def free(self) -> int:
        """Return the octets that are free where files arrive."""
        with self.answering():
            return shutil.disk_usage(self.incoming_folder()).free

    def now(self) -> datetime:
        """Return the present by the clock that dates files, which the demo does not move."""
        with self.answering():
            path = self._temporary_file()
        try:
            return written_at(path)
        finally:
            path.unlink(missing_ok=True)

    def sweep_incoming(self, before: datetime) -> int:
        """Remove the temporary files left by processes that died before; return how many."""
        with self.answering():
            left = [
                path
                for path in self.incoming_folder().glob(f"{self.incoming_prefix}*")
                if written_at(path) < before
            ]
            for path in left:
                path.unlink(missing_ok=True)
        return len(left)

    @abstractmethod
    def answering(self) -> AbstractContextManager[None]:
        """Turn what goes wrong inside into StoreAway; a missing file stays FileNotFoundError."""

    @abstractmethod
    def incoming_folder(self) -> Path:
        """Return the folder of this machine where files arrive, made if need be."""

    @abstractmethod
    def reach(self, *, write: bool = False) -> None:
        """Raise StoreAway unless the store answers, and takes a file if `write`."""

    @abstractmethod
    def keep(self, path: Path, key: str) -> None:
        """Take the file at `path` into the store; when this returns it survives a power cut."""

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """Open a stored file for reading; FileNotFoundError when it is not there."""

    @abstractmethod
    def areas(self) -> list[str]:
        """Return the areas something lies in, `TOP` among them."""

    @abstractmethod
    def places(self, area: str) -> list[str]:
        """Return the places of all files in an area, portal's or not."""

    @abstractmethod
    def written_at(self, place: str) -> datetime:
        """Return when the file at a place was written; FileNotFoundError when it is gone."""

    @abstractmethod
    def remove(self, place: str) -> None:
        """Remove the file at a place; one that is not there is removed already."""


def written_at(path: Path) -> datetime:
    """Return when a file of this machine was last written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
