"""The check of the store names what is lost, changed or nobody's, and removes only the last."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from portal import clock, files, jobs
from portal.files import checking, storage
from portal.files.checking import ORPHAN_AGE
from portal.files.stores import StoreAway, place_of
from portal.operations.services import store_care
from tests import make
from tests.files import makers
from tests.files.conftest import Store
from tests.files.test_objects import use
from tests.stores import PREFIX, Bucket

NAME, PDF = makers.pdf()
STRAY = "ab/" + "ab" * 16

pytestmark = pytest.mark.check(35)


def keep() -> files.StoredFile:
    return files.store_upload(io.BytesIO(PDF), NAME, None)


def check(*, removes: bool = False) -> files.FileCheck:
    begun = files.begin_check(removes=removes)
    assert files.go_on_checking(begun.id, 60)
    return begun


def drop_stray(store: Store, place: str, hours: float) -> Path:
    """Put a file into the store past the portal, written so many hours ago."""
    path = store.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stray")
    age = path.stat().st_mtime - hours * 3600
    os.utime(path, (age, age))
    return path


def counts(one: files.FileCheck) -> tuple[int, int, int, int, int]:
    return one.seen, one.missing, one.changed, one.orphans, one.removed


def test_store_as_it_should_be_is_well(db: SQLAlchemy, store: Store) -> None:
    for _ in range(3):
        keep()

    one = check(removes=True)

    assert (counts(one), one.is_well) == ((3, 0, 0, 0, 0), True)
    assert files.last_check() is one


def test_lost_and_changed_files_are_named_and_left_as_they_are(
    db: SQLAlchemy, store: Store
) -> None:
    lost, flipped, cut, sound = (keep() for _ in range(4))
    path_of = {file: store.folder / place_of(file.storage_key) for file in (lost, flipped, cut)}
    path_of[lost].unlink()
    path_of[flipped].write_bytes(bytes([PDF[0] ^ 1]) + PDF[1:])
    path_of[cut].write_bytes(PDF[:-1])

    one = check(removes=True)

    assert (counts(one), one.is_well) == ((4, 1, 2, 0, 0), False)
    assert one.named["missing"] == [lost.storage_key]
    assert sorted(one.named["changed"]) == sorted([flipped.storage_key, cut.storage_key])
    assert path_of[cut].read_bytes() == PDF[:-1]
    assert store.content(sound) == PDF


@pytest.mark.parametrize("place", [STRAY, "stray.txt", "other/deep/stray.txt", "incoming/upload-x"])
def test_file_of_nobody_goes_after_two_days_and_only_where_asked(
    db: SQLAlchemy, store: Store, place: str
) -> None:
    kept = keep()
    young, old = (
        drop_stray(store, place, 47),
        drop_stray(store, f"{place}2", 49),
    )
    is_temporary = place.startswith("incoming")

    assert counts(check()) == (1, 0, 0, 0 if is_temporary else 2, 0)
    assert old.exists()

    one = check(removes=True)

    assert (one.orphans, one.removed) == (0 if is_temporary else 2, 1)
    assert (young.exists(), old.exists()) == (True, False)
    assert one.named["orphans"] == ([] if is_temporary else sorted([place, f"{place}2"]))
    assert store.content(kept) == PDF


def test_database_without_files_removes_nothing(db: SQLAlchemy, store: Store) -> None:
    """It is more likely the wrong database than right about a store full of files."""
    old = drop_stray(store, STRAY, 1000)

    assert counts(check(removes=True)) == (0, 0, 0, 1, 0)
    assert old.exists()


def test_file_that_was_removed_is_still_a_file_and_erased_after_eight_days(
    db: SQLAlchemy, store: Store
) -> None:
    file, other = keep(), keep()
    files.remove_file(file)

    with clock.at(clock.now() + timedelta(days=7, hours=23)):
        assert files.erase_removed_files() == 0
    assert counts(check(removes=True)) == (2, 0, 0, 0, 0)

    with clock.at(clock.now() + timedelta(days=8, seconds=1)):
        assert (files.erase_removed_files(), files.erase_removed_files()) == (1, 0)

    assert [path.name for path in store.all_files()] == [other.storage_key]
    assert counts(check(removes=True)) == (1, 0, 0, 0, 0)


def test_content_that_survived_its_erasing_is_swept(
    db: SQLAlchemy, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = keep(), keep()
    files.remove_file(file)
    with (
        clock.at(clock.now() + timedelta(days=9)),
        monkeypatch.context() as patch,
        pytest.raises(StoreAway),
    ):
        patch.setattr(storage.current(), "remove", broken)
        files.erase_removed_files()
    drop_stray(store, place_of(file.storage_key), 49)

    assert counts(check(removes=True)) == (1, 0, 0, 1, 1)


def broken(_place: str) -> None:
    raise StoreAway("no reason")


def test_only_so_many_are_named_and_all_are_counted(
    db: SQLAlchemy, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_NAMED", 2)
    for number in range(5):
        drop_stray(store, f"a{number}/{number}", 1)

    one = check()

    assert (one.orphans, len(one.named["orphans"])) == (5, 2)


def test_check_goes_on_where_it_stands_and_counts_nothing_twice(
    db: SQLAlchemy, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        keep()
    begun = files.begin_check(removes=True)
    steps = 0
    ticks: Iterator[int] = iter(range(10_000))
    monkeypatch.setattr(checking, "monotonic", lambda: next(ticks))  # an area each second
    while not files.go_on_checking(begun.id, 2):
        steps += 1

    assert steps > 1
    assert counts(begun) == (6, 0, 0, 0, 0)
    assert files.go_on_checking(begun.id, 2)
    assert begun.seen == 6


def test_store_that_is_away_is_no_store_of_missing_files(
    db: SQLAlchemy, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep()
    monkeypatch.setattr(storage.current(), "open", broken)
    begun = files.begin_check(removes=True)

    with pytest.raises(StoreAway):
        files.go_on_checking(begun.id, 60)

    assert (begun.missing, begun.ended_at) == (0, None)


def test_check_of_an_s3_store(
    db: SQLAlchemy, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(bucket, monkeypatch)
    lost, flipped, sound = (keep() for _ in range(3))
    bucket.delete(f"{PREFIX}/{place_of(lost.storage_key)}")
    bucket.put(f"{PREFIX}/{place_of(flipped.storage_key)}", bytes([PDF[0] ^ 1]) + PDF[1:])
    bucket.put(f"{PREFIX}/{STRAY}", b"stray")
    bucket.put("elsewhere/file", b"another's")

    assert counts(check(removes=True)) == (3, 1, 1, 1, 0)

    monkeypatch.setattr(checking, "ORPHAN_AGE", -ORPHAN_AGE)  # what was just put there is old
    one = check(removes=True)

    assert (counts(one), one.named["orphans"]) == ((3, 1, 1, 1, 1), [STRAY])
    assert "elsewhere/file" in bucket.keys()
    assert f"{PREFIX}/{STRAY}" not in bucket.keys()
    assert one.named["missing"] == [lost.storage_key]
    with files.open_file(sound) as stream:
        assert stream.read() == PDF


def test_worker_checks_once_a_day(app: Flask, db: SQLAlchemy, store: Store) -> None:
    make.user()
    keep()
    jobs.add_daily_jobs()
    while jobs.work_once("worker"):
        pass

    one = files.last_check()
    assert one is not None
    assert (counts(one), one.removes) == ((1, 0, 0, 0, 0), True)


def test_large_store_is_checked_in_many_short_jobs(
    app: Flask, db: SQLAlchemy, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_care, "SECONDS_A_JOB", 0)
    monkeypatch.setattr(store_care, "SECONDS_A_STEP", 0)
    for _ in range(4):
        keep()
    store_care.begin_daily_check()
    while jobs.work_once("worker"):
        pass

    kinds = db.session.scalars(select(jobs.Job.kind)).all()
    assert kinds.count("files.check_on") > 2
    one = files.last_check()
    assert one is not None
    assert counts(one) == (4, 0, 0, 0, 0)
    assert counts(store_care.check_files(removes=False)) == (4, 0, 0, 0, 0)


def test_file_that_goes_while_it_is_looked_at_is_no_orphan(
    db: SQLAlchemy, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep()
    here = storage.current()
    listed = here.places
    monkeypatch.setattr(here, "places", lambda area: [*listed(area), f"{area}/gone"])

    assert check(removes=True).removed == 0


def test_command_tells_what_is_wrong_and_ends_with_one(
    app: Flask, db: SQLAlchemy, store: Store
) -> None:
    lost, _ = keep(), keep()
    (store.folder / place_of(lost.storage_key)).unlink()
    old = drop_stray(store, STRAY, 49)
    run = app.test_cli_runner().invoke

    told = run(args=["files", "check"])
    assert (told.exit_code, told.output.splitlines()) == (
        1,
        [
            f"missing: {lost.storage_key}",
            f"orphan: {STRAY}",
            "2 files looked at: 1 missing, 0 changed, 1 without a row, 0 removed",
        ],
    )
    assert old.exists()

    run(args=["files", "check", "--repair-orphans"])
    assert not old.exists()

    store.folder.joinpath(place_of(lost.storage_key)).write_bytes(PDF)
    assert run(args=["files", "check"]).exit_code == 0


def test_command_says_that_the_store_is_away(
    app: Flask, db: SQLAlchemy, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.current(), "areas", lambda: broken(""))

    told = app.test_cli_runner().invoke(args=["files", "check"])

    assert (told.exit_code, told.stderr) == (1, "the file store does not answer (no reason)\n")
