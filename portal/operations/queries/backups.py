"""Back-ups as they lie in a folder: each is a folder of its own with a manifest of all it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

MANIFEST = "manifest.json"
FILES = "files"
FORMAT = 1
CHUNK = 1024 * 1024


class BackupError(RuntimeError):
    """A back-up could not be made, read or put back; the message says why."""


@dataclass(frozen=True)
class Piece:
    """One file of a back-up: where it lies in it, and what it must be."""

    place: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What a back-up holds, and what the database said of itself at that moment."""

    made_at: str
    dialect: str
    revision: str
    database: Piece
    counts: Mapping[str, int]
    audit_number: int
    audit_hash: str
    files: tuple[Piece, ...]
    missing: tuple[str, ...]  # files that a row named and the store had lost or changed
    sealed: str  # opens only with the VAULT_KEYS of the portal it was made of

    @property
    def size(self) -> int:
        """Return the octets of database and files together."""
        return self.database.size + sum(piece.size for piece in self.files)

    @property
    def instant(self) -> datetime:
        """Return when it was made."""
        return datetime.fromisoformat(self.made_at)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, the last file of a back-up."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, sort_keys=True)
    path = folder / MANIFEST
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a back-up; BackupError where there is none that can be read."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if held.pop("format") != FORMAT:
            raise BackupError(f"{folder} was made by another version of the portal")
        database, files = held.pop("database"), held.pop("files")
        missing = tuple(held.pop("missing"))
        pieces = tuple(Piece(**piece) for piece in files)
        return Manifest(**held, database=Piece(**database), files=pieces, missing=missing)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{folder} holds no back-up that can be read") from error


def backups_in(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    """Yield the whole back-ups in a folder, the newest first."""
    found = sorted((path.parent for path in folder.glob(f"portal-*/{MANIFEST}")), reverse=True)
    for path in found:
        yield path, read_manifest(path)


def damaged(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield the pieces of a back-up that are gone or not what they were."""
    for piece in (manifest.database, *manifest.files):
        try:
            with (folder / piece.place).open("rb") as stream:
                found = digest(pieces_of(stream))
        except OSError:
            yield piece.place
            continue
        if found != (piece.sha256, piece.size):
            yield piece.place


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what a stream holds, bit by bit."""
    while chunk := stream.read(CHUNK):
        yield chunk


def digest(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Return hash and size of what passes by."""
    sha256, size = hashlib.sha256(), 0
    for chunk in chunks:
        sha256.update(chunk)
        size += len(chunk)
    return sha256.hexdigest(), size
