"""Receiving a file: streamed to a temporary name, measured, checked, moved into the store."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal import i18n, parse
from portal.errors import Invalid, PortalError
from portal.files import kinds
from portal.files.limits import DEFAULT, Limits
from portal.files.storage import current
from portal.files.stores import CHUNK, Store, StoreAway, place_of


@dataclass(frozen=True)
class Received:
    """A file that lies in the store and has no row yet."""

    storage_key: str
    name: str
    media_type: str
    size: int
    sha256: str


def receive_upload(stream: BinaryIO, name: str, limits: Limits = DEFAULT) -> Received:
    """Check what a person sends and take it into the store; call it before the transaction.

    Its type must follow from its name and from its content. Pictures are written anew without
    their hidden data; everything else stays byte for byte. Raises Invalid with a `file_` code,
    `disk_full`, or `store_away`; then nothing of it is left.
    """
    name = parse.upload_name(name, limits.extensions)
    kind = kinds.kind_of(name)
    try:
        return _receive(stream, name, kind, limits)
    except StoreAway as error:
        raise Invalid("store_away") from error


@contextlib.contextmanager
def received_upload(stream: BinaryIO, name: str, limits: Limits = DEFAULT) -> Iterator[Received]:
    """Receive a file for the block that writes its row; refused there, it leaves the store."""
    received = receive_upload(stream, name, limits)
    try:
        yield received
    except PortalError:
        discard_upload(received)
        raise


def _receive(stream: BinaryIO, name: str, kind: kinds.Kind, limits: Limits) -> Received:
    store = current()
    with store.incoming() as path:
        if _copy(stream, path, limits.size) == 0:
            raise Invalid("file_empty")
        kinds.require_sound(path, name, limits)
        if kind.rewrite is None:
            return _take(store, path, name, kind.media_type)
        with store.incoming() as clean:
            kind.rewrite(path, clean)
            return _take(store, clean, name, kind.media_type)


def _copy(stream: BinaryIO, path: Path, maximum: int) -> int:
    size = 0
    with path.open("wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > maximum:
                raise Invalid("file_too_large", maximum=i18n.format_size(maximum))
            file.write(chunk)
    return size


def receive_made(content: bytes, name: str, media_type: str) -> Received:
    """Take a file the portal has made into the store, unchecked; its room is the reserve too."""
    store = current()
    with store.incoming(may_use_reserve=True) as path:
        path.write_bytes(content)
        return _take(store, path, name, media_type)


def receive_written(write: Callable[[BinaryIO], None], name: str, media_type: str) -> Received:
    """Take a large file the portal writes piece by piece into the store, unchecked."""
    store = current()
    with store.incoming() as path:
        with path.open("wb") as file:
            write(file)
        return _take(store, path, name, media_type)


def _take(store: Store, path: Path, name: str, media_type: str) -> Received:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    key = secrets.token_hex(16)
    store.keep(path, key)
    return Received(key, name, media_type, size, sha256)


def discard_upload(received: Received) -> None:
    """Remove a received file whose row was refused; one that stays all the same is swept later."""
    with contextlib.suppress(StoreAway):
        current().remove(place_of(received.storage_key))
