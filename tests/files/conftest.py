"""A store of each test's own, and what a test sees of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal import files
from portal.files import storage
from portal.files.limits import Limits


@dataclass
class Store:
    """The store from outside: its folder, and what lies in it."""

    folder: Path

    def receive(self, name: str, content: bytes, limits: Limits = files.DEFAULT) -> files.Received:
        return files.receive_upload(io.BytesIO(content), name, limits)

    def content(self, file: files.Received | files.StoredFile) -> bytes:
        return (self.folder / file.storage_key[:2] / file.storage_key).read_bytes()

    def all_files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    folder = tmp_path / "store"
    monkeypatch.setattr(storage, "_storage", storage.open_store(folder.as_uri(), reserve=0))
    return Store(folder)
