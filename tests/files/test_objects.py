"""Files in an S3 store: real requests to a server on loopback."""

from __future__ import annotations

import io
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal import files
from portal.errors import Invalid, NotFound
from portal.files import objects, storage
from portal.files.objects import Objects
from portal.files.storage import open_store
from portal.files.stores import TOP, StoreAway, place_of
from tests.files import makers
from tests.network import free_port
from tests.stores import PREFIX, Bucket

NAME, PDF = makers.pdf()


def access_of(bucket: Bucket) -> files.Access:
    return files.Access(
        endpoint=bucket.endpoint,
        access_key=bucket.access_key,
        secret_key=bucket.secret_key,
        region=bucket.settings["FILES_REGION"],
    )


def use(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Objects:
    """Let the portal keep its files in the bucket."""
    store = open_store(bucket.settings["FILES_URL"], access_of(bucket), reserve=0)
    assert isinstance(store, Objects)
    monkeypatch.setattr(storage, "_storage", store)
    return store


@pytest.fixture
def arrivals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this machine where uploads arrive, to see what is left there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def receive(content: bytes = PDF) -> files.Received:
    return files.receive_upload(io.BytesIO(content), NAME)


def test_file_lies_under_a_random_name_and_comes_back_octet_by_octet(
    db: SQLAlchemy, bucket: Bucket, arrivals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(bucket, monkeypatch)
    large = makers.pdf(pages=300)[1] + b"\n%" + b" " * 3_000_000 + b"\n%%EOF\n"

    file = files.keep_upload(files.receive_made(large, NAME, "application/pdf"), None)

    assert bucket.keys() == [f"{PREFIX}/{place_of(file.storage_key)}"]
    assert re.fullmatch(r"[0-9a-f]{32}", file.storage_key)
    with files.open_file(file) as stream:
        assert b"".join(iter(lambda: stream.read(65_536), b"")) == large
    assert list(arrivals.iterdir()) == []


def test_missing_file_is_not_found(
    db: SQLAlchemy, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(bucket, monkeypatch)
    file = files.keep_upload(receive(), None)
    bucket.delete(bucket.keys()[0])

    with pytest.raises(NotFound):
        files.open_file(file)


def test_file_kept_by_another_machine_is_seen_at_once(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = use(bucket, monkeypatch)
    assert here.areas() == [TOP]

    bucket.put(f"{PREFIX}/ab/{'ab' * 16}", PDF)

    assert here.areas() == [TOP, "ab"]
    assert here.places("ab") == [f"ab/{'ab' * 16}"]
    with here.open("ab" * 16) as stream:
        assert stream.read() == PDF


def test_ways_of_a_store_are_those_of_a_folder(bucket: Bucket, tmp_path: Path) -> None:
    """Both kinds list, date and remove alike, whatever lies in them."""
    folder = open_store((tmp_path / "store").as_uri(), reserve=0)
    remote = open_store(bucket.settings["FILES_URL"], access_of(bucket), reserve=0)
    for store in (folder, remote):
        store.reach(write=True)
        assert store.areas() == [TOP]
        for key in ("ab01", "ab02", "cd01"):
            with store.incoming() as path:
                path.write_bytes(PDF)
                store.keep(path, key)
        assert store.areas() == [TOP, "ab", "cd"]
        assert sorted(store.places("ab")) == ["ab/ab01", "ab/ab02"]
        assert (store.places(TOP), store.places("ef")) == ([], [])
        assert store.digest("cd01")[1] == len(PDF)
        assert store.written_at("cd/cd01").tzinfo is not None
        for _ in range(2):
            store.remove("cd/cd01")
        with pytest.raises(FileNotFoundError):
            store.open("cd01")


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@contextmanager
def closed_port() -> Iterator[int]:
    yield free_port()


@pytest.mark.parametrize("away", [closed_port, silent_port])
def test_store_that_is_away_refuses_soon_and_leaves_nothing(
    bucket: Bucket,
    arrivals: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    away: object,
) -> None:
    monkeypatch.setattr(objects, "READ_SECONDS", 0.2)
    monkeypatch.setattr(objects, "SEND_SECONDS", 0.4)
    with away() as port, caplog.at_level(logging.DEBUG):  # type: ignore[operator]
        use(replace(bucket, endpoint=f"http://127.0.0.1:{port}"), monkeypatch)
        began = time.monotonic()
        with pytest.raises(Invalid) as refused:
            receive()
        with pytest.raises(StoreAway):
            storage.current().open("ab" * 16)
        assert time.monotonic() - began < 4

    assert refused.value.code == "store_away"
    assert list(arrivals.iterdir()) == []
    assert bucket.secret_key not in caplog.text


def test_time_for_an_answer_is_limited() -> None:
    service = objects.connect(files.Access(endpoint="http://127.0.0.1:1", access_key="a"))

    assert service.config_kwargs["connect_timeout"] == 5
    assert service.config_kwargs["read_timeout"] == 20
    assert service.config_kwargs["retries"]["total_max_attempts"] * service.retries == 2


def test_bucket_that_is_not_there_is_told_at_the_start_and_takes_nothing(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = use(replace(bucket, name="altro"), monkeypatch)

    with pytest.raises(StoreAway, match="no such bucket"):
        other.reach()
    with pytest.raises(Invalid, match="store_away"):
        receive()


def test_keys_of_the_store_are_shown_nowhere(bucket: Bucket) -> None:
    assert bucket.secret_key not in repr(access_of(bucket))


def test_many_threads_share_the_store(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    use(bucket, monkeypatch)
    kept: list[str] = []
    threads = [
        threading.Thread(target=lambda: kept.append(receive().storage_key)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(bucket.keys()) == sorted(f"{PREFIX}/{place_of(key)}" for key in kept)
    assert len(kept) == 8
