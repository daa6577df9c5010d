"""Fixtures of the documents: renderers that misbehave, and what a PDF says."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal import documents
from portal.db import transaction
from portal.documents import drawing
from portal.documents.boxing import SandboxMode

Fake = Callable[[str], Path]
SECRET = "parola segretissima"


@pytest.fixture(params=list(drawing.Engine))
def engine(request: pytest.FixtureRequest) -> drawing.Engine:
    """Draw with each engine in turn."""
    documents.configure_drawing(engine=request.param)
    return request.param


@pytest.fixture
def proxy_alone() -> None:
    """The weakest box: no network namespace, only what the engine itself refuses."""
    documents.configure_drawing(mode=SandboxMode.PROXY)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that nobody should see."""
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


def receipt_facts(**typed: str) -> dict[str, Any]:
    """What a receipt says; the applicant's own words can be given."""
    files = [{"question": "Bilancio", "name": "bilancio.pdf", "size": "1 kB", "sha256": "ab" * 32}]
    return {
        "protocol": "2026/000007",
        "practice_code": "SOC-2026-7KQ2M",
        "received_local": "22 novembre 2026, 10:15:32",
        "received_utc": "2026-11-22 09:15:32.123",
        "call_title": "Innovazione sociale",
        "application_title": "Orto di quartiere",
        "applicant": "Associazione Perché no",
        "tax_code": "01234567890",
        "office": {"name": "Ufficio bandi", "owner": "Anna Bianchi", "phone": "051 000 0001"},
        "decision_due": "20 febbraio 2027",
        "is_ranked": True,
        "snapshot_sha256": "cd" * 32,
        "verify_code": "7KQ2M9XHBD3FTRWE",
        "files": files,
        **typed,
    }


def issue_receipt(**typed: Any) -> documents.Document:
    """Issue the portal's own receipt."""
    with transaction():
        return documents.issue_document(
            "receipt",
            key="receipt:1",
            title="Ricevuta della candidatura SOC-2026-7KQ2M",
            language="it",
            template="receipt",
            **receipt_facts(**typed),
        )


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Draw with a shell script instead of wkhtmltopdf, and wait for it one second at most."""

    def install(script: str) -> Path:
        program = tmp_path / "wkhtmltopdf"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        settings = drawing.Drawing(program=str(program), scratch=tmp_path, seconds=1)
        monkeypatch.setattr(drawing, "_drawing", settings)
        return program

    return install


def text_of(pdf: bytes, order: str = "-layout") -> str:
    """What pdftotext reads, lines and blanks as they stand on the sheet; `-raw`: as drawn."""
    words = ["pdftotext", order, "-", "-"]
    return subprocess.run(words, input=pdf, capture_output=True, check=True).stdout.decode()
