"""The store as objects of an S3 service, reached over the network and shared by all machines.

A file is checked on this machine and sent in one piece: readers see all of it or nothing. Times
are limited and tries few, because a person waits; who waits is told to try again.
"""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec

from portal.files.stores import FULL, TOP, Store, StoreAway, place_of

log = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS = 5, 20
TRIES = 2
# For a whole sending: while the library waits to be told to go on, no other limit holds.
SEND_SECONDS = 45
READ_AHEAD = 1024 * 1024  # octets asked for at once when a file is handed out


@dataclass(frozen=True)
class Access:
    """How an S3 service is reached; what is empty is found as Amazon's tools find it."""

    endpoint: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    region: str = ""


class Objects(Store):
    """Files as objects under a prefix of one bucket."""

    incoming_prefix = "portal-upload-"

    def __init__(self, url: str, access: Access, reserve: int) -> None:
        super().__init__(reserve)
        self.root = url.removeprefix("s3://").rstrip("/")
        self.access = access
        self._made_by, self._filesystem = 0, None

    @contextmanager
    def answering(self) -> Iterator[None]:
        """The words of an error may name keys or addresses: only its kind is told."""
        try:
            yield
        except (FileNotFoundError, StoreAway):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise  # the disk of this machine, where files arrive
            log.warning("file store away", extra={"reason": type(error).__name__})
            raise StoreAway(type(error).__name__) from error

    def incoming_folder(self) -> Path:
        return Path(tempfile.gettempdir())

    def reach(self, *, write: bool = False) -> None:
        bucket, _, prefix = self.root.partition("/")
        with self.answering():
            try:
                self.service.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1)
                if write:
                    probe = f"{self.root}/probe-{secrets.token_hex(8)}"
                    self.service.pipe_file(probe, b"x", timeout=SEND_SECONDS)
                    self.service.rm_file(probe)
            except FileNotFoundError as error:
                raise StoreAway("no such bucket") from error

    def keep(self, path: Path, key: str) -> None:
        with self.answering():
            try:
                place = f"{self.root}/{place_of(key)}"
                self.service.put_file(str(path), place, timeout=SEND_SECONDS)
            except FileNotFoundError as error:
                raise StoreAway("no such bucket") from error

    def open(self, key: str) -> BinaryIO:
        with self.answering():
            file = self.service.open(
                f"{self.root}/{place_of(key)}",
                "rb",
                block_size=READ_AHEAD,
                cache_type="readahead",
            )
        return cast(BinaryIO, file)

    def areas(self) -> list[str]:
        folders = [entry["name"] for entry in self._listed(self.root) if entry["type"] != "file"]
        return [TOP, *sorted(name.rpartition("/")[2] for name in folders)]

    def places(self, area: str) -> list[str]:
        if area == TOP:
            found = self._listed(self.root)
        else:
            with self.answering():
                found = list(self.service.find(f"{self.root}/{area}", detail=True).values())
        names = [entry["name"] for entry in found if entry["type"] == "file"]
        return [name.removeprefix(f"{self.root}/") for name in names]

    def written_at(self, place: str) -> datetime:
        with self.answering():
            return cast(datetime, self.service.modified(f"{self.root}/{place}"))

    def remove(self, place: str) -> None:
        with self.answering():
            self.service.rm_file(f"{self.root}/{place}")

    def _listed(self, folder: str) -> list[dict[str, Any]]:
        with self.answering():
            try:
                return list(self.service.ls(folder, detail=True))
            except FileNotFoundError:
                return []  # nothing has been kept yet

    @property
    def service(self) -> Any:
        """The connection of this process: one made before a fork can't be shared after it."""
        if self._made_by != os.getpid():
            self._filesystem, self._made_by = connect(self.access), os.getpid()
        return self._filesystem


def connect(access: Access) -> Any:
    """Return an S3 file system that asks anew each time and gives up soon."""
    retries = {"mode": "standard", "total_max_attempts": TRIES}
    config: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "retries": retries,
    }
    if access.endpoint:
        # Services that are not Amazon's seldom give each bucket a name of its own.
        config["s3"] = {"addressing_style": "path"}
    service = fsspec.filesystem(
        "s3",
        key=access.access_key or None,
        secret=access.secret_key or None,
        endpoint_url=access.endpoint or None,
        client_kwargs={"region_name": access.region} if access.region else {},
        config_kwargs=config,
        use_listings_cache=False,  # another machine may have written since
        skip_instance_cache=True,
    )
    service.retries = 1  # the tries are those of `retries`
    return service
