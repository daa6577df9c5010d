"""How the portal is, said to people: clocks apart, disks that fill, what draws no document."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock, documents, files
from portal.db import transaction
from portal.documents.models import MOST_TRIES, Document
from portal.jobs import WorkState
from portal.operations.models import Care
from portal.operations.queries import Sign, signs
from tests import make
from tests.operations.test_pages import cared, checked

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("cared_for")]

MEGABYTE = 1024 * 1024


@pytest.fixture
def cared_for(db: SQLAlchemy) -> None:
    """A portal that somebody looks after."""
    cared(Care.BACKUP)
    cared(Care.AUDIT)
    checked()


def troubled() -> dict[str, tuple[str, str]]:
    """What each part that is not well says, and how grave it is."""
    return {sign.name: (sign.tone, sign.text) for sign in signs() if sign.tone != "ok"}


def sign_of(name: str) -> Sign:
    """How one part is."""
    return next(sign for sign in signs() if sign.name == name)


def test_tables_of_another_version_and_clocks_apart_are_said(db: SQLAlchemy) -> None:
    with time_machine.travel(clock.system_now() + timedelta(seconds=9), tick=True):
        found = troubled()
    assert found == {"Orologio": ("danger", "La banca dati è fuori di -9 secondi.")}
    with transaction():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert set(troubled()) == {"Tabelle della banca dati"}


def test_mail_that_nobody_fetches_is_graver_than_one_refused(db: SQLAlchemy) -> None:
    make.given_up_mail()
    assert troubled()["E-mail"][0] == "warning"
    since = clock.now() - timedelta(hours=1)
    make.given_up_mail(state=WorkState.WAITING, error=None, next_at=since)
    assert set(troubled()) == {"E-mail"}
    assert troubled()["E-mail"][0] == "danger"


def test_document_that_could_not_be_drawn_and_no_program_to_draw_are_said(db: SQLAlchemy) -> None:
    texts = {"kind": "receipt", "language": "it", "title": "Ricevuta", "html": "<p>x</p>"}
    own = {"public_id": "d1", "key": "receipt:1", "sha256": "0" * 64, "created_at": clock.now()}
    make.add(Document(**texts, **own, tries=MOST_TRIES))
    assert troubled() == {
        "Documenti PDF": ("warning", "Uno non si è potuto creare. La candidatura è al sicuro.")
    }
    documents.configure_drawing(program="no-such-program")
    assert sign_of("Documenti PDF").tone == "danger"


@pytest.mark.parametrize(
    ("free_mb", "tone"), [(2001, "ok"), (2000, "warning"), (501, "warning"), (500, "danger")]
)
def test_disk_that_fills_is_said_before_uploads_stop(
    monkeypatch: pytest.MonkeyPatch, free_mb: int, tone: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free_mb * MEGABYTE))
    assert sign_of("Archivio dei file").tone == tone


def test_store_that_is_away_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "a file where a folder should be"
    blocked.write_text("")
    files.configure((blocked / "files").as_uri())
    assert set(troubled()) == {"Archivio dei file"}
    assert sign_of("Archivio dei file").tone == "danger"


def test_command_says_which_mails_are_tried_again_later(app: Flask) -> None:
    soon = clock.now() + timedelta(minutes=5)
    runner = app.test_cli_runner()
    well = runner.invoke(args=["outbox", "send"])
    assert (well.exit_code, well.output) == (0, "0 mails tried\n")
    make.given_up_mail(state=WorkState.WAITING, error="ConnectionRefusedError", next_at=soon)
    done = runner.invoke(args=["outbox", "send"])
    later = "0 mails tried\n1 mails could not be sent and are tried again later\n"
    assert (done.exit_code, done.output) == (1, later)


def test_folder_with_a_spoiled_backup_is_told(app: Flask, tmp_path: Path) -> None:
    spoiled = tmp_path / "portal-20260504T100000Z"
    spoiled.mkdir()
    (spoiled / "manifest.json").write_text("{}")
    done = app.test_cli_runner().invoke(args=["backup", "list", str(tmp_path)])
    assert (done.exit_code, done.output) == (1, f"{spoiled} holds no back-up that can be read\n")
