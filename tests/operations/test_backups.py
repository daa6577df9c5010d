"""The restore drill: a back-up made while people write, put back into an empty portal."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import make_url

from portal import audit, clock, files, vault
from portal.accounts.models import Purpose
from portal.accounts.queries import session_by_token
from portal.accounts.services import authenticate, open_session
from portal.accounts.services.links import issue_link
from portal.applications.services import attach_file
from portal.db import Base, transaction
from portal.db import db as portal_db
from portal.errors import Invalid
from portal.files import StoredFile, storage
from portal.operations.models import Upkeep
from portal.operations.queries import BackupError, Manifest, backups_in, self_check
from portal.operations.services import make_backup, opens_seals, restore_backup
from portal.operations.services.dumps import environment, facts_now
from portal.operations.services.restoring import INVITATIONS, WAYS_IN
from tests import make
from tests.applications import stories
from tests.databases import Databases
from tests.files.makers import pdf

pytestmark = pytest.mark.check(67)


@pytest.fixture
def portal(committed: SQLAlchemy, tmp_path: Path) -> Iterator[Any]:
    """A portal with a person, a session, a mailed link and an attachment in a store of its own."""
    files.configure((tmp_path / "store").as_uri())
    application = stories.filled()
    owner = stories.owner_of(application)
    name, content = pdf()
    attach_file(application, "budget", io.BytesIO(content), name, owner)
    yield owner


@pytest.fixture
def elsewhere(
    portal: Any, committed: SQLAlchemy, databases: Databases, tmp_path: Path
) -> Iterator[Any]:
    """Called: the portal is bound to an empty database and an empty store."""
    made: list[tuple[str, sa.Engine]] = []
    there = portal_db.engines[None]

    def move() -> None:
        portal_db.session.remove()
        url = databases.make_empty()
        portal_db.engines[None] = sa.create_engine(url)
        files.configure((tmp_path / "other").as_uri())
        made.append((url, portal_db.engine))

    yield move
    portal_db.session.remove()
    portal_db.engines[None] = there
    for url, engine in made:
        engine.dispose()
        databases.drop(url)


class Writer(threading.Thread):
    """Somebody who goes on making accounts."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app, self.stop, self.made = app, threading.Event(), 0

    def run(self) -> None:
        with self.app.app_context():
            while not self.stop.is_set():
                make.user()
                self.made += 1


def store_of() -> list[tuple[str, tuple[str, int]]]:
    """Return what the store holds for each row, by its content."""
    rows = portal_db.session.execute(sa.select(StoredFile.storage_key).order_by(StoredFile.id))
    return [(key, storage.current().digest(key)) for key in rows.scalars()]


def backup_under_writing(app: Flask, folder: Path) -> tuple[Path, Manifest]:
    """Make a back-up while somebody writes, and see that it holds a moment of that."""
    before = facts_now().counts["user"]
    portal_db.session.remove()
    writer = Writer(app)
    writer.start()
    try:
        path, manifest = make_backup(folder)
    finally:
        writer.stop.set()
        writer.join(20)
    assert writer.made > 0
    assert before <= manifest.counts["user"] <= before + writer.made
    return path, manifest


@pytest.mark.database
def test_drill(app: Flask, portal: Any, elsewhere: Any, tmp_path: Path) -> None:
    email, token, held = portal.email, open_session(portal), store_of()
    with transaction():
        issue_link(portal, Purpose.RESET)
    path, manifest = backup_under_writing(app, tmp_path / "backups")
    elsewhere()
    assert restore_backup(path) == manifest
    assert {**manifest.counts, "audit_entry": manifest.audit_number + 1} == facts_now().counts
    last = sa.select(audit.AuditEntry.hash).where(audit.AuditEntry.number == manifest.audit_number)
    assert portal_db.session.scalar(last) == manifest.audit_hash
    assert audit.verify().bad_number is None
    assert [one for one in self_check() if one.trouble] == []
    assert store_of() == held
    assert session_by_token(token) is None
    assert count("mailed_link WHERE used_at IS NULL") == 0
    assert authenticate(email, make.PASSWORD, "::1").email == email
    assert opens_seals(manifest)


def count(what: str) -> Any:
    """Return how many rows there are of something."""
    return portal_db.session.execute(sa.text(f"SELECT count(*) FROM {what}")).scalar()


def test_every_way_in_is_closed_after_it() -> None:
    hashed = {name for name, table in Base.metadata.tables.items() if "token_hash" in table.c}
    assert hashed - {"kept_form"} == {*WAYS_IN, *INVITATIONS}  # a kept form lets nobody in


@pytest.mark.database
def test_database_that_is_not_empty_is_overwritten_only_when_told(
    portal: Any, tmp_path: Path
) -> None:
    path, manifest = make_backup(tmp_path / "backups")
    newcomer = make.user().email
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(path)
    portal_db.session.remove()
    restore_backup(path, replace=True)
    assert facts_now().counts["user"] == manifest.counts["user"]
    with pytest.raises(Invalid, match="sign_in_failed"):
        authenticate(newcomer, make.PASSWORD, "::1")


@pytest.mark.database
def test_database_in_use_is_left_alone(app: Flask, portal: Any, tmp_path: Path) -> None:
    path, _ = make_backup(tmp_path / "backups")
    users = facts_now().counts["user"]
    other = sa.create_engine(portal_db.engine.url)
    with other.connect() as connection:
        connection.execute(sa.text("SELECT count(*) FROM job")).scalar()
        with pytest.raises(BackupError, match="in use"):
            restore_backup(path, replace=True)
    other.dispose()
    assert facts_now().counts["user"] == users


@pytest.mark.parametrize("harm", ["flip", "lose", "forge"])
def test_damaged_backup_is_refused_before_anything_is_touched(
    portal: Any, tmp_path: Path, harm: str
) -> None:
    path, manifest = make_backup(tmp_path / "backups")
    users = facts_now().counts["user"]
    piece = path / manifest.files[0].place
    if harm == "flip":
        content = bytearray(piece.read_bytes())
        content[-1] ^= 1
        piece.write_bytes(content)
    elif harm == "lose":
        piece.unlink()
    else:
        (path / "manifest.json").write_text("{}")
    with pytest.raises(BackupError, match="damaged" if harm != "forge" else "can be read"):
        restore_backup(path, replace=True)
    assert facts_now().counts["user"] == users


def test_file_the_store_has_lost_is_named_and_noted(
    app: Flask, portal: Any, tmp_path: Path
) -> None:
    key, _ = store_of()[0]
    (tmp_path / "store" / key[:2] / key).unlink()
    done = app.test_cli_runner().invoke(args=["backup", "make", str(tmp_path / "backups")])
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == "files lost or changed in the store: 1"
    (_, manifest), *others = backups_in(tmp_path / "backups")
    assert (manifest.missing, others) == ((key,), [])
    assert notes() == [(False, 1)]


def notes() -> list[tuple[bool, Any]]:
    """Return how back-ups went, as the operations page is told."""
    rows = portal_db.session.execute(sa.select(Upkeep.is_well, Upkeep.facts).order_by(Upkeep.id))
    return [(is_well, facts.get("missing")) for is_well, facts in rows]


def test_older_ones_go_and_unchanged_files_are_kept_once(portal: Any, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made: list[tuple[Path, Manifest]] = []
    for day in range(3):
        with clock.at(make.NOON + timedelta(days=day)):
            made.append(make_backup(folder, keep=2))
    assert [path for path, _ in backups_in(folder)] == [made[2][0], made[1][0]]
    assert sorted(folder.iterdir()) == sorted([made[1][0], made[2][0]])
    place = made[2][1].files[0].place
    assert (made[2][0] / place).stat().st_ino == (made[1][0] / place).stat().st_ino
    modes = {path.stat().st_mode & 0o777 for path in made[2][0].rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_failed_one_leaves_nothing_and_is_noted(portal: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "backups"
    with clock.at(make.NOON):
        make_backup(blocked)
        with pytest.raises(BackupError):
            make_backup(blocked)
    assert len(list(blocked.iterdir())) == 1
    assert notes() == [(True, 0), (False, None)]


def test_database_that_is_away_is_told_in_a_word(app: Flask, portal: Any, tmp_path: Path) -> None:
    there = portal_db.engines[None]
    portal_db.session.remove()
    portal_db.engines[None] = sa.create_engine("sqlite:////nonexistent/portal.db")
    try:
        done = app.test_cli_runner().invoke(args=["backup", "make", str(tmp_path / "backups")])
    finally:
        portal_db.session.remove()
        portal_db.engines[None] = there
    assert (done.exit_code, done.output) == (1, "unable to open database file\n")
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.database
def test_commands_tell_what_was_done(
    app: Flask, portal: Any, elsewhere: Any, tmp_path: Path
) -> None:
    runner, folder = app.test_cli_runner(), tmp_path / "backups"
    portal_db.session.remove()
    made = runner.invoke(args=["backup", "make", str(folder), "--keep", "3"])
    (path, manifest), *_ = backups_in(folder)
    assert (made.exit_code, manifest.audit_hash in made.output) == (0, True)
    assert "VAULT_KEYS are not in it" in made.output
    assert path.name in runner.invoke(args=["backup", "list", str(folder)]).output
    refused = runner.invoke(args=["backup", "restore", str(path)])
    assert (refused.exit_code, "not empty" in refused.output) == (1, True)
    elsewhere()
    vault.configure([vault.key_from("another portal's secret")])
    done = runner.invoke(args=["backup", "restore", str(path)])
    assert (done.exit_code, "These VAULT_KEYS do not open" in done.output) == (0, True)


def test_password_goes_by_the_environment_and_the_manifest_holds_none() -> None:
    url = "postgresql+psycopg://portal:p%40ss@db.example.org:5433/calls?sslmode=require"
    found = environment(make_url(url))
    assert {name: found[name] for name in found if name.startswith("PG")} == {
        "PGHOST": "db.example.org",
        "PGPORT": "5433",
        "PGUSER": "portal",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "calls",
        "PGSSLMODE": "require",
    }


def test_manifest_names_nobody(portal: Any, tmp_path: Path) -> None:
    path, _ = make_backup(tmp_path / "backups")
    text = (path / "manifest.json").read_text()
    assert json.loads(text)["counts"]["user"] >= 1
    assert portal.email not in text
    assert portal.name not in text
