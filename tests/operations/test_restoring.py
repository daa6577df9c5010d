"""Putting a back-up back: what does not fit is refused, and an older portal's fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import audit, files
from portal.db import db as portal_db
from portal.db import transaction
from portal.operations.queries import BackupError
from portal.operations.services import make_backup, restore_backup
from portal.operations.services.dumps import facts_now
from tests.operations.test_backups import count, elsewhere, portal

__all__ = ["elsewhere", "portal"]  # fixtures


def rewrite(path: Path, **facts: Any) -> None:
    """Change what a back-up's manifest says."""
    manifest = path / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **facts}))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"dialect": "oracle"}, "it is a back-up of oracle, the portal is on"),
        ({"counts": {"user": 0}}, "does not hold as many rows as the back-up"),
        ({"audit_hash": "0" * 64}, "does not end where the back-up said"),
    ],
)
def test_backup_that_is_not_what_it_says_is_refused(
    portal: Any, elsewhere: Callable[[], None], tmp_path: Path, facts: dict[str, Any], why: str
) -> None:
    path, _ = make_backup(tmp_path / "backups")
    rewrite(path, **facts)
    elsewhere()
    with pytest.raises(BackupError, match=why):
        restore_backup(path)


def test_backup_of_a_broken_trail_is_told(
    portal: Any, elsewhere: Callable[[], None], tmp_path: Path
) -> None:
    with transaction():
        audit.record("call.publish", None, None)
    with portal_db.engine.begin() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        name = "audit_entry_no_update" if is_sqlite else "audit_entry_no_change"
        connection.execute(
            sa.text(f"DROP TRIGGER {name}" + ("" if is_sqlite else " ON audit_entry"))
        )
        connection.execute(sa.text("UPDATE audit_entry SET action = 'call.close' WHERE number = 1"))
    path, _ = make_backup(tmp_path / "backups")
    elsewhere()
    with pytest.raises(BackupError, match="the audit trail: entry 1"):
        restore_backup(path)


def test_store_that_is_away_keeps_the_database_empty(
    portal: Any, elsewhere: Callable[[], None], tmp_path: Path
) -> None:
    path, _ = make_backup(tmp_path / "backups")
    elsewhere()
    blocked = tmp_path / "a file where a folder should be"
    blocked.write_text("")
    files.configure((blocked / "files").as_uri())
    with pytest.raises(BackupError, match="the file store refuses: StoreAway"):
        restore_backup(path)
    with pytest.raises(sa.exc.DBAPIError):
        facts_now()


@pytest.mark.database
def test_backup_of_an_older_portal_is_put_back_and_brought_up_to_date(
    app: Flask, portal: Any, elsewhere: Callable[[], None], committed: SQLAlchemy, tmp_path: Path
) -> None:
    elsewhere()
    flask_migrate.upgrade(revision="0009")
    path, manifest = make_backup(tmp_path / "backups")
    assert (manifest.revision, "collaborator" in manifest.counts) == ("0009", False)
    elsewhere()
    done = app.test_cli_runner().invoke(args=["backup", "restore", str(path)])
    assert (done.exit_code, "the audit trail is whole" in done.output) == (0, True)
    assert "do not open" not in done.output
    assert count("audit_entry") == 1
    portal_db.session.remove()
    flask_migrate.upgrade()
    assert count("collaborator") == 0
