"""Limits of space: for an application and for a person, never passed by two uploads at once."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from portal import clock, files, settings
from portal.accounts.models import User
from portal.applications import queries, services
from portal.applications.models import Application
from portal.applications.services import attachments
from portal.applications.states import ApplicationState
from portal.db import db as portal_db
from portal.db import transaction
from portal.errors import Invalid
from portal.files import storage
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.at_once import came_to
from tests.files import makers
from tests.files.conftest import Store

MEGABYTE = 1024 * 1024


PDF = makers.pdf()[1]
END = PDF[PDF.rindex(b"startxref") :]


def file_of(octets: int) -> io.BytesIO:
    """A sound PDF of exactly so many octets: its end comes again behind a long remark."""
    return io.BytesIO(PDF + b"%" + b" " * (octets - len(PDF) - len(END) - 2) + b"\n" + END)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One megabyte for an application, two for a person."""
    sizes = {"application_quota_mb": MEGABYTE, "person_quota_mb": 2 * MEGABYTE}
    monkeypatch.setattr(attachments, "megabytes", sizes.__getitem__)


def attach(application: Application, octets: int, owner: Any = None) -> Any:
    owner = owner or stories.owner_of(application)
    return services.attach_file(application, "budget", file_of(octets), "conti.pdf", owner)


def refusal_of(application: Application, octets: int, owner: Any = None) -> Invalid:
    with pytest.raises(Invalid) as refused:
        attach(application, octets, owner)
    return refused.value


@pytest.mark.check(34)
def test_application_takes_files_up_to_its_limit(
    db: SQLAlchemy, store: Store, small_limits: None
) -> None:
    application = stories.draft()
    first = attach(application, 700 * 1024)

    refused = refusal_of(application, 400 * 1024)

    assert (refused.code, refused.field) == ("application_quota", "budget")
    assert refused.facts == {
        "size": "400 kB",
        "used": "700 kB",
        "left": "324 kB",
        "maximum": "1 MB",
    }
    assert len(store.all_files()) == 1  # what was refused does not stay

    attach(application, 324 * 1024)
    services.remove_attachment(application, first.file.public_id, stories.owner_of(application))
    attach(application, 700 * 1024)


@pytest.mark.check(34)
def test_person_has_a_limit_over_all_applications_and_what_was_replaced(
    db: SQLAlchemy, store: Store, small_limits: None
) -> None:
    owner = make.user()
    one, other = (stories.draft(owner=owner, applicant=make.body(owner)) for _ in range(2))
    gone = attach(one, 900 * 1024, owner)
    services.remove_attachment(one, gone.file.public_id, owner)
    attach(one, 900 * 1024, owner)

    refused = refusal_of(other, 300 * 1024, owner)

    assert (refused.code, refused.field) == ("person_quota", "budget")
    assert (refused.facts["used"], refused.facts["left"]) == ("1,8 MB", "248 kB")
    attach(other, 248 * 1024, owner)
    attach(stories.draft(), 300 * 1024)  # another person


@pytest.mark.check(34)
def test_erased_file_counts_no_more(db: SQLAlchemy, store: Store, small_limits: None) -> None:
    owner = make.user()
    application = stories.draft(owner=owner)
    for _ in range(2):
        attachment = attach(application, MEGABYTE, owner)
        services.remove_attachment(application, attachment.file.public_id, owner)
        files.remove_file(attachment.file)
    assert refusal_of(application, MEGABYTE, owner).code == "person_quota"

    with clock.at(clock.now() + timedelta(days=9)):
        files.erase_removed_files()

    attach(application, MEGABYTE, owner)


@pytest.mark.check(34)
@pytest.mark.database
@pytest.mark.parametrize("same", [True, False], ids=["one application", "one person"])
def test_uploads_at_once_never_pass_a_limit(
    committed: Any, app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    sizes = {"application_quota_mb": 20 if same else 1000, "person_quota_mb": 1000 if same else 20}
    monkeypatch.setattr(attachments, "megabytes", lambda name: sizes[name] * 1024)
    monkeypatch.setattr(attachments, "require_room", lambda *_: None)  # two files are the most
    owner = make.user()
    drafts = [
        stories.draft(owner=owner, applicant=make.body(owner)) for _ in range(1 if same else 4)
    ]
    ids, owner_id = [draft.id for draft in drafts], owner.id

    def send(number: int) -> None:
        application = portal_db.session.get_one(Application, ids[number % len(ids)])
        attach(application, 8 * 1024, portal_db.session.get_one(User, owner_id))

    outcomes = sorted(came_to(app, [partial(send, number) for number in range(8)]))
    code = "application_quota" if same else "person_quota"
    assert outcomes == sorted([code] * 6 + ["done"] * 2)
    total = portal_db.session.scalar(select(func.sum(files.StoredFile.size)))
    assert total == 16 * 1024
    assert len(store.all_files()) == 2


def test_limit_is_judged_in_the_transaction_that_uses_it_up(db: SQLAlchemy) -> None:
    with pytest.raises(RuntimeError, match="outside transaction"):
        files.require_person_room(make.user(), 1, 1)


def test_limits_are_those_of_the_settings_page(db: SQLAlchemy) -> None:
    assert attachments.megabytes("application_quota_mb") == 100 * MEGABYTE
    assert attachments.megabytes("person_quota_mb") == 500 * MEGABYTE

    settings.change_setting("application_quota_mb", "30", make.user(Role.ADMIN))

    assert attachments.megabytes("application_quota_mb") == 30 * MEGABYTE


@pytest.mark.check(37)
def test_replaced_file_is_kept_until_the_application_is_closed(
    db: SQLAlchemy, store: Store
) -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    old = attach(application, 9_000, owner).file
    services.remove_attachment(application, old.public_id, owner)
    new = attach(application, 10_000, owner).file
    services.submit_application(application, owner, stories.KEY, application.started_at)

    attachments.release_files()
    assert (old.removed_at, store.content(old)) == (None, file_of(9_000).getvalue())
    sent = queries.snapshot_of(queries.get_submission(application))["files"]
    assert [file["sha256"] for file in sent] == [new.sha256]

    with transaction():
        set_closed(application)
    attachments.release_files()
    assert (old.removed_at is not None, new.removed_at) == (True, None)
    assert store.content(old) == file_of(9_000).getvalue()

    with clock.at(clock.now() + timedelta(days=9)):
        files.erase_removed_files()
    assert [path.name for path in store.all_files()] == [new.storage_key]


def set_closed(application: Application) -> None:
    """Bring it to its end past the workflow, which has its own tests."""
    portal_db.session.execute(
        portal_db.update(Application)
        .where(Application.id == application.id)
        .values(state=ApplicationState.REFUSED)
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of twelve megabytes; it takes root to make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.check(34)
def test_disk_that_is_really_full_refuses_and_keeps_no_piece(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        folder = request.getfixturevalue("small_disk")
        reserve = 0
    except (subprocess.CalledProcessError, FileNotFoundError):
        # Not root: the reserve stands for the end of the disk.
        folder = tmp_path
        reserve = shutil.disk_usage(folder).free - 11 * MEGABYTE
    monkeypatch.setattr(storage, "_storage", storage.open_store(folder.as_uri(), reserve=reserve))
    kept = []
    with pytest.raises(Invalid, match="disk_full"):
        for _ in range(20):
            kept.append(files.receive_upload(file_of(2 * MEGABYTE), "conti.pdf"))

    lying = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert lying == sorted(received.storage_key for received in kept)
    assert len(kept) >= 3
