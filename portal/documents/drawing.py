"""From HTML to PDF, by the engine that the settings name, in the box of `boxing.py`."""

from __future__ import annotations

import ctypes.util
import functools
import importlib.util
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal.documents import boxing, heads, webkit
from portal.documents.boxing import DrawingFailed, SandboxMode

WEASY = Path(__file__).with_name("weasy.py")
LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset")


class Engine(StrEnum):
    """What draws."""

    WKHTMLTOPDF = "wkhtmltopdf"
    WEASYPRINT = "weasyprint"


@dataclass(frozen=True)
class Drawing:
    """How this process draws."""

    engine: Engine = Engine.WKHTMLTOPDF
    program: str | None = None
    scratch: Path | None = None
    seconds: float = 20
    mode: SandboxMode | None = None  # None: the best this machine allows


_drawing = Drawing()


def configure_drawing(**changes: Any) -> None:
    """Change how this process draws; what is not given stays."""
    global _drawing  # noqa: PLW0603 - one renderer a process, set once by create_app
    _drawing = replace(_drawing, **changes)


def sandbox_mode() -> SandboxMode:
    """Return what keeps the renderer off the network on this machine, found out once."""
    if _program() is None:
        return SandboxMode.MISSING
    return _drawing.mode or boxing.best_mode()


def engine_name() -> str:
    """Return the name of the engine in use."""
    return _drawing.engine.value


def _program() -> str | None:
    if _drawing.program or _drawing.engine is Engine.WKHTMLTOPDF:
        return shutil.which(_drawing.program or "wkhtmltopdf", path=boxing.FOLDERS)
    return sys.executable if _has_weasyprint() else None


@functools.cache
def _has_weasyprint() -> bool:
    found = importlib.util.find_spec("weasyprint") is not None
    return found and all(ctypes.util.find_library(name) for name in LIBRARIES)


def draw(html: str) -> bytes:
    """Return the PDF; raises DrawingFailed when there is none in time, or it is too large."""
    program, name = _program(), engine_name()
    if program is None:
        raise DrawingFailed(f"{name} is not installed")
    deadline = time.monotonic() + _drawing.seconds
    if _drawing.engine is Engine.WEASYPRINT:
        code, content = _run([program, "-I", str(WEASY)], html, deadline)
        if code != 0:
            raise DrawingFailed(f"{name} ended with {code}")
        return content
    return heads.repeat(
        webkit.true_to_scale(html), lambda text: _draw_with_webkit(text, program, deadline)
    )


def _draw_with_webkit(html: str, program: str, deadline: float) -> bytes:
    return webkit.judge(*_run(webkit.command(html, program), html, deadline))


def _run(words: list[str], html: str, deadline: float) -> tuple[int, bytes]:
    name = engine_name()
    seconds = max(deadline - time.monotonic(), 0)
    with (
        tempfile.TemporaryDirectory(dir=_drawing.scratch) as home,
        tempfile.TemporaryFile(dir=_drawing.scratch) as page,
    ):
        page.write(html.encode())
        page.seek(0)
        box = boxing.boxed(words, sandbox_mode(), home, seconds)
        code, content = boxing.run(box, page, deadline, name)
    if code in {0, 1} and not content:
        raise DrawingFailed(f"{name} ended with {code} and drew nothing")
    return code, content
