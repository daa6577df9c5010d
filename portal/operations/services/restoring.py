"""Putting a back-up back: looked at before, put back whole, looked at after, old ways in closed.

Whoever was signed in then, and every link mailed before, would come back to life with the old
rows: a session that was ended since, a link that was used. So all of them are void after it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from portal import audit, clock, vault
from portal.db import Base, db, transaction
from portal.errors import Invalid
from portal.files import StoreAway, storage
from portal.files.stores import Store
from portal.operations.queries.backups import (
    BackupError,
    Manifest,
    Piece,
    damaged,
    pieces_of,
    read_manifest,
)
from portal.operations.services.backing_up import SEAL
from portal.operations.services.dumps import dialect, facts_now, is_empty, put_back

# Tables of ways in, by the column that says when one ended.
WAYS_IN = {"user_session": "ended_at", "mailed_link": "used_at", "api_token": "ended_at"}
# Tables of invitations: their links open nothing any more, and can be sent again.
INVITATIONS = ("collaborator", "mandate_invitation")


def restore_backup(folder: Path, *, replace: bool = False) -> Manifest:
    """Put the back-up at `folder` back, into an empty portal unless `replace` is given."""
    manifest = read_manifest(folder)
    if manifest.dialect != dialect():
        raise BackupError(f"it is a back-up of {manifest.dialect}, the portal is on {dialect()}")
    if not replace and not is_empty():
        raise BackupError("the database is not empty: --replace overwrites all of it")
    if broken := list(damaged(folder, manifest)):
        raise BackupError(f"the back-up is damaged: {', '.join(broken[:3])}")
    put_back_files(folder, manifest)
    put_back(folder / manifest.database.place)
    require_same(manifest)
    close_ways_in(manifest)
    return manifest


def opens_seals(manifest: Manifest) -> bool:
    """Tell whether this portal's VAULT_KEYS open what is sealed in the back-up."""
    try:
        return bool(vault.unseal(manifest.sealed) == SEAL)
    except vault.Unsealable:
        return False


def put_back_files(folder: Path, manifest: Manifest) -> None:
    """Store every file that the store doesn't hold already; then all of them are there."""
    store = storage.current()
    try:
        for piece in manifest.files:
            if not is_there(store, piece):
                put_back_file(store, folder, piece)
            if not is_there(store, piece):
                raise BackupError(f"the store did not keep {piece.place}")
    except (StoreAway, Invalid, OSError) as error:
        raise BackupError(f"the file store refuses: {type(error).__name__} {error}") from error


def key_of(piece: Piece) -> str:
    """Return the key under which the store knows a file."""
    return piece.place.rpartition("/")[2]


def is_there(store: Store, piece: Piece) -> bool:
    """Tell whether the store holds a file as it must be."""
    try:
        return store.digest(key_of(piece)) == (piece.sha256, piece.size)
    except FileNotFoundError:
        return False


def put_back_file(store: Store, folder: Path, piece: Piece) -> None:
    """Store one file again under its own key."""
    with store.incoming(may_use_reserve=True) as path:
        with (folder / piece.place).open("rb") as stream, path.open("wb") as target:
            for chunk in pieces_of(stream):
                target.write(chunk)
        store.keep(path, key_of(piece))


def require_same(manifest: Manifest) -> None:
    """Raise BackupError unless the database is row for row what the back-up said it was."""
    facts = facts_now()
    if (facts.counts, facts.revision) != (dict(manifest.counts), manifest.revision):
        raise BackupError("the restored database does not hold as many rows as the back-up")
    verdict = audit.verify()
    db.session.rollback()
    if verdict.bad_number is not None:
        raise BackupError(f"the audit trail: entry {verdict.bad_number}: {verdict.reason}")
    if (verdict.entries, verdict.last_hash) != (manifest.audit_number, manifest.audit_hash):
        raise BackupError("the audit trail does not end where the back-up said")


@transaction()
def close_ways_in(manifest: Manifest) -> None:
    """End the sessions, links and keys of then, and put the restoring on record.

    An older portal's back-up lacks tables that came later: `db upgrade` makes them after it.
    """
    for name, column in WAYS_IN.items():
        if name in manifest.counts:
            ended = Base.metadata.tables[name].c[column]
            statement = update(ended.table).where(ended.is_(None)).values({column: clock.now()})
            db.session.execute(statement)
    for name in INVITATIONS:
        if name in manifest.counts:
            db.session.execute(update(Base.metadata.tables[name]).values(token_hash=None))
    audit.record("backup.restore", None, None, facts={"made_at": manifest.instant})
