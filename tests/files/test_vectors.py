"""The uploads and names of tests/golden/uploads.json, each with its written outcome."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal import files
from portal.errors import Invalid
from portal.files import Limits
from tests.files import makers
from tests.files.conftest import Store
from tests.files.vectors import UPLOADS

FILE = Path(__file__).parents[1] / "golden" / "uploads.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
WITH_ZIP = replace(files.DEFAULT, extensions=files.DEFAULT.extensions | {"zip"})
PDF = makers.pdf()[1]


def vectors(field: str) -> list[Any]:
    return [
        pytest.param(vector, id=f"{vector['id']} {vector['why']}")
        for vector in VECTORS
        if vector["field"] == field
    ]


def outcome(store: Store, name: str, content: bytes, limits: Limits) -> str:
    """The code of the refusal, or the name the file is kept under."""
    try:
        received = store.receive(name, content, limits)
    except Invalid as refusal:
        assert store.all_files() == []
        return refusal.code
    (kept,) = store.all_files()
    assert kept.name == received.storage_key
    return received.name


@pytest.mark.check(23, 31)
@pytest.mark.parametrize("vector", vectors("upload"))
def test_upload_has_its_outcome(store: Store, vector: dict[str, Any]) -> None:
    name, content = UPLOADS[vector["id"]]()
    limits = WITH_ZIP if name.endswith(".zip") else files.DEFAULT

    assert outcome(store, name, content, limits) == vector.get("error", name)


@pytest.mark.check(23, 29, 32)
@pytest.mark.parametrize("vector", vectors("upload_name"))
def test_name_has_its_outcome(store: Store, vector: dict[str, Any]) -> None:
    expected = vector.get("error") or vector["kept"]

    assert outcome(store, vector["input"], PDF, files.DEFAULT) == expected


def test_every_upload_of_the_list_is_made() -> None:
    assert {vector["id"] for vector in VECTORS if vector["field"] == "upload"} == set(UPLOADS)
