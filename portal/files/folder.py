"""The store in a folder of this machine, or of a disk that several machines share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from portal.errors import Invalid
from portal.files.stores import FULL, TOP, Store, StoreAway, place_of, written_at

INCOMING = "incoming"


class Folder(Store):
    """Files as files, readable by the portal's user alone."""

    def __init__(self, folder: Path, reserve: int) -> None:
        super().__init__(reserve)
        self.folder = folder

    @contextmanager
    def answering(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno in FULL:
                raise  # `incoming` says so
            raise StoreAway(type(error).__name__) from error

    def incoming_folder(self) -> Path:
        return self._private_folder(INCOMING)

    def reach(self, *, write: bool = False) -> None:
        with self.answering():
            folder = self.incoming_folder()
            if not os.access(folder, os.W_OK):
                raise StoreAway("not writable")
        # A full disk is no reason not to start: `free` tells of it.
        with suppress(Invalid):
            if write:
                with self.incoming(may_use_reserve=True) as path:
                    path.write_bytes(b"x")

    def keep(self, path: Path, key: str) -> None:
        with self.answering():
            folder = self._private_folder(key[:2])
            path.chmod(0o600)
            outlive_power_cut(path)
            path.replace(folder / key)
            outlive_power_cut(folder)

    def open(self, key: str) -> BinaryIO:
        with self.answering():
            return (self.folder / place_of(key)).open("rb")

    def areas(self) -> list[str]:
        with self.answering():
            self.incoming_folder()  # makes the store, where nothing has been kept yet
            folders = [path.name for path in self.folder.iterdir() if path.is_dir()]
        return [TOP, *sorted(name for name in folders if name != INCOMING)]

    def places(self, area: str) -> list[str]:
        with self.answering():
            folder = self.folder / area
            found = folder.iterdir() if area == TOP else folder.rglob("*")
            return [str(path.relative_to(self.folder)) for path in found if not path.is_dir()]

    def written_at(self, place: str) -> datetime:
        with self.answering():
            return written_at(self.folder / place)

    def remove(self, place: str) -> None:
        with self.answering():
            (self.folder / place).unlink(missing_ok=True)

    def _private_folder(self, name: str) -> Path:
        folder = self.folder / name
        if not folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            outlive_power_cut(self.folder)
        return folder


def outlive_power_cut(path: Path) -> None:
    """Have what was written to a file, or into a folder, reach the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
