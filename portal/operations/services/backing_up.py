"""Making a back-up: the database first, then the files it names, then the manifest of both.

A file is stored before its row is written, and goes from the store days after its row: so every
row of the dump finds its file. A back-up appears under its name only once it is whole.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import DBAPIError

from portal import clock, vault
from portal.db import db, transaction
from portal.files import StoreAway, storage
from portal.files.folder import outlive_power_cut
from portal.files.stores import place_of
from portal.operations.models import Care, Upkeep
from portal.operations.queries.backups import (
    FILES,
    MANIFEST,
    BackupError,
    Manifest,
    Piece,
    backups_in,
    digest,
    pieces_of,
    write_manifest,
)
from portal.operations.services.dumps import NAMES, Facts, dialect, dump

SEAL = "portal"


def make_backup(folder: Path, keep: int = 0) -> tuple[Path, Manifest]:
    """Make a back-up in `folder` and return it; of the older ones `keep` in all are left, if given.

    How it went is noted in the database, for the operations page.
    """
    try:
        path, manifest = write_backup(folder)
    except (BackupError, OSError, StoreAway, DBAPIError, sqlite3.Error) as error:
        with suppress(DBAPIError):  # a database that is away can't be written to either
            note(False, {"reason": type(error).__name__})
        raise error if isinstance(error, BackupError) else BackupError(str(error)) from error
    for old, _ in list(backups_in(folder))[keep:] if keep else ():
        shutil.rmtree(old)
    facts = {"name": path.name, "octets": manifest.size, "files": len(manifest.files)}
    note(not manifest.missing, {**facts, "missing": len(manifest.missing)})
    return path, manifest


@transaction()
def note(is_well: bool, facts: dict[str, object]) -> None:
    """Write down how a back-up went."""
    db.session.add(Upkeep(kind=Care.BACKUP, at=clock.now(), is_well=is_well, facts=facts))


def write_backup(folder: Path) -> tuple[Path, Manifest]:
    """Write all of it under a temporary name, then give it its own."""
    folder.mkdir(parents=True, exist_ok=True)
    made_at = clock.now()
    name = f"portal-{made_at:%Y%m%dT%H%M%SZ}"
    growing = folder / f".{name}-{secrets.token_hex(4)}"
    growing.mkdir(mode=0o700)
    try:
        manifest = fill(growing, folder, made_at.isoformat(timespec="seconds"))
        outlive_power_cut(growing)
        growing.rename(folder / name)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    outlive_power_cut(folder)
    return folder / name, manifest


def fill(growing: Path, folder: Path, made_at: str) -> Manifest:
    """Write database, files and manifest."""
    place = NAMES[dialect()]
    facts = dump(growing / place)
    outlive_power_cut(growing / place)
    with (growing / place).open("rb") as stream:
        database = Piece(place, *digest(pieces_of(stream)))
    found = list(copy_files(growing, folder, facts))
    manifest = Manifest(
        made_at=made_at,
        dialect=dialect(),
        revision=facts.revision,
        database=database,
        counts=facts.counts,
        audit_number=facts.audit_number,
        audit_hash=facts.audit_hash,
        files=tuple(piece for piece in found if isinstance(piece, Piece)),
        missing=tuple(key for key in found if isinstance(key, str)),
        sealed=vault.seal(SEAL),
    )
    write_manifest(growing, manifest)
    outlive_power_cut(growing / MANIFEST)
    return manifest


def copy_files(growing: Path, folder: Path, facts: Facts) -> Iterator[Piece | str]:
    """Copy each file that a row names; yield it, or its key where the store has it no more.

    A file never changes, so one that the last back-up holds is linked and not copied; its hash is
    looked at all the same.
    """
    last = next((path for path, _ in backups_in(folder)), None)
    for key, sha256, size, is_out in facts.files:
        place = f"{FILES}/{place_of(key)}"
        path = growing / place
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if linked(last / place if last else None, path, (sha256, size)) or copied(
            key, path, (sha256, size)
        ):
            yield Piece(place, sha256, size)
        elif not is_out:  # what its owner took out may be gone
            yield key


def linked(old: Path | None, path: Path, expected: tuple[str, int]) -> bool:
    """Take a file over from an older back-up, if it is there and what it must be."""
    if old is None or not old.is_file():
        return False
    with old.open("rb") as stream:
        if digest(pieces_of(stream)) != expected:
            return False
    try:
        os.link(old, path)
    except OSError:
        return False  # a disk that knows no links
    return True


def copied(key: str, path: Path, expected: tuple[str, int]) -> bool:
    """Copy a file from the store; False when it is gone or is not what it was."""
    try:
        with storage.current().open(key) as stream, path.open("wb") as target:
            found = digest(written(stream, target))
    except FileNotFoundError:
        return False
    path.chmod(0o600)
    outlive_power_cut(path)
    if found != expected:
        path.unlink()
    return found == expected


def written(stream: BinaryIO, target: BinaryIO) -> Iterator[bytes]:
    """Yield what is copied as it passes."""
    for chunk in pieces_of(stream):
        target.write(chunk)
        yield chunk
