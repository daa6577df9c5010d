"""How files are kept, and how they are handed out."""

from __future__ import annotations

import errno
import hashlib
import io
import stat
from pathlib import Path
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal import files
from portal.db import transaction
from portal.errors import Invalid, NotFound
from portal.files import Limits, storage
from portal.files.kinds import KINDS
from portal.files.stores import StoreAway
from tests import make
from tests.files import makers
from tests.files.conftest import Store

NAME, PDF = makers.pdf()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_row_says_what_is_stored_and_who_sent_it(db: SQLAlchemy, store: Store) -> None:
    sender = make.user()

    file = files.store_upload(io.BytesIO(PDF), NAME, sender)

    assert (file.size, file.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (file.media_type, file.uploaded_by_id) == ("application/pdf", sender.id)
    with files.open_file(file) as stream:
        assert stream.read() == PDF


def test_same_file_twice_has_two_places_and_two_addresses(db: SQLAlchemy, store: Store) -> None:
    one, two = (files.store_upload(io.BytesIO(PDF), NAME, None) for _ in range(2))

    assert len({one.storage_key, two.storage_key, one.public_id, two.public_id}) == 4


def test_file_row_joins_the_deed_it_belongs_to(db: SQLAlchemy, store: Store) -> None:
    received = files.receive_upload(io.BytesIO(PDF), NAME)

    with pytest.raises(RuntimeError, match="the deed fails"), transaction():
        files.keep_upload(received, None)
        raise RuntimeError("the deed fails")

    assert db.session.query(files.StoredFile).count() == 0
    assert store.content(received) == PDF  # an orphan, never a row without its file


@pytest.mark.check(32)
def test_only_the_portal_may_read_the_store(store: Store) -> None:
    received = store.receive(NAME, PDF)

    path = store.folder / received.storage_key[:2] / received.storage_key
    modes = [mode_of(each) for each in (store.folder, path.parent, path)]
    assert modes == [0o700, 0o700, 0o600]


def test_removed_file_is_closed_to_everybody(db: SQLAlchemy, store: Store) -> None:
    file = files.store_upload(io.BytesIO(PDF), NAME, None)
    files.remove_file(file)
    first = file.removed_at
    files.remove_file(file)

    with pytest.raises(NotFound):
        files.open_file(file)
    assert file.removed_at == first
    assert store.content(file) == PDF


def test_lost_file_is_not_found(db: SQLAlchemy, store: Store) -> None:
    file = files.store_upload(io.BytesIO(PDF), NAME, None)
    store.all_files()[0].unlink()

    with pytest.raises(NotFound):
        files.open_file(file)


@pytest.mark.check(34)
def test_upload_is_refused_when_the_disk_is_at_its_reserve(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = storage.open_store(store.folder.as_uri(), reserve=2**62)
    monkeypatch.setattr(storage, "_storage", full)

    with pytest.raises(Invalid) as refused:
        store.receive(NAME, PDF)

    assert refused.value.code == "disk_full"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_disk_that_fills_up_meanwhile_leaves_nothing(store: Store, code: int) -> None:
    class Filling(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError(code, "full")

    with pytest.raises(Invalid) as refused:
        files.receive_upload(Filling(), NAME)

    assert refused.value.code == "disk_full"
    assert store.all_files() == []


def test_upload_that_breaks_off_leaves_nothing(store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.receive_upload(Broken(), NAME)

    assert store.all_files() == []


@pytest.mark.check(33)
@pytest.mark.parametrize(
    ("sent", "media_type"),
    [
        (makers.pdf(), "application/pdf"),
        (makers.picture(), "image/png"),
        (makers.picture("JPEG"), "image/jpeg"),
        (makers.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (makers.xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (("d.pdf.p7m", makers.envelope(PDF)), "application/pkcs7-mime"),
        (makers.packed("tavole.zip", {"a.pdf": PDF}), "application/zip"),
    ],
    ids=["pdf", "png", "jpg", "docx", "xlsx", "p7m", "zip"],
)
def test_download_is_saved_and_never_run(
    db: SQLAlchemy, store: Store, sent: makers.Made, media_type: str
) -> None:
    name, content = sent
    limits = Limits(extensions=frozenset(KINDS))
    file = files.store_upload(io.BytesIO(content), name, None, limits)

    assert files.download_headers(file) == {
        "Content-Type": media_type,
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


@pytest.mark.check(29)
@pytest.mark.parametrize(
    ("name", "plain", "coded"),
    [
        ("perché €.pdf", "perche .pdf", "perch%C3%A9%20%E2%82%AC.pdf"),
        ('a"; filename=b.pdf', "a_; filename=b.pdf", "a%22%3B%20filename%3Db.pdf"),
        (
            "предложение.pdf",
            ".pdf",
            "%D0%BF%D1%80%D0%B5%D0%B4%D0%BB%D0%BE%D0%B6%D0%B5%D0%BD%D0%B8%D0%B5.pdf",
        ),
    ],
)
def test_download_carries_any_name_safely(
    db: SQLAlchemy, store: Store, name: str, plain: str, coded: str
) -> None:
    file = files.store_upload(io.BytesIO(PDF), name, None)

    header = files.download_headers(file)["Content-Disposition"]

    assert header == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"


def test_folder_that_cannot_be_made_refuses_and_is_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "store").touch()
    here = storage.open_store((tmp_path / "store" / "files").as_uri(), reserve=0)
    monkeypatch.setattr(storage, "_storage", here)

    with pytest.raises(Invalid) as refused:
        files.receive_upload(io.BytesIO(PDF), NAME)

    assert refused.value.code == "store_away"
    with pytest.raises(StoreAway):
        here.reach()
    with pytest.raises(StoreAway):
        files.receive_made(PDF, NAME, "application/pdf")


def test_folder_that_takes_nothing_is_told_at_the_start(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.current().reach(write=True)
    monkeypatch.setattr("os.access", lambda *_: False)

    with pytest.raises(StoreAway, match="not writable"):
        storage.current().reach()


def test_what_the_portal_makes_may_use_the_reserve(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt of what was sent is drawn though the disk takes no more uploads."""
    full = storage.open_store(store.folder.as_uri(), reserve=2**62)
    monkeypatch.setattr(storage, "_storage", full)

    assert store.content(files.receive_made(PDF, NAME, "application/pdf")) == PDF
