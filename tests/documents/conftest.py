"""Fixtures of the documents: renderers that misbehave, and what a PDF says."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.documents import drawing

Fake = Callable[[str], Path]


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


def text_of(pdf: bytes) -> str:
    """What pdftotext reads, lines and blanks as they stand on the sheet."""
    words = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(words, input=pdf, capture_output=True, check=True).stdout.decode()
