"""From HTML to PDF with wkhtmltopdf, which must be assumed to obey whoever wrote the HTML.

pdfkit builds the command line, but not from the page (its `meta` options are switched off), and
does not run it: it has no time limit. The command runs with an empty environment, limits on time,
memory and output, no scripts, no local files, and no network: a proxy that does not exist, and
where the kernel allows it a network namespace of its own.
"""

from __future__ import annotations

import functools
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import pdfkit

FOLDERS = "/usr/local/bin:/usr/bin:/bin"
MOST_MEMORY = 1_500_000_000
MOST_OCTETS = 50_000_000
OPTIONS = {
    "page-size": "A4",
    "encoding": "UTF-8",
    "margin-top": "16mm",
    "margin-bottom": "20mm",
    "margin-left": "18mm",
    "margin-right": "18mm",
    "disable-local-file-access": True,
    "disable-javascript": True,
    "disable-plugins": True,
    "proxy": "http://127.0.0.1:1",
    "load-error-handling": "ignore",
    "load-media-error-handling": "ignore",
}


class DrawingFailed(RuntimeError):
    """The PDF could not be made; the message says why, without anything of the document."""


class SandboxMode(StrEnum):
    """What keeps the renderer off the network."""

    USERNS = "userns"  # a network namespace of its own, as a plain user
    NETNS = "netns"  # the same, as root
    PROXY = "proxy"  # the line that names a proxy which does not exist, alone
    MISSING = "missing"  # there is no renderer


UNSHARE = {SandboxMode.USERNS: ["unshare", "-rn"], SandboxMode.NETNS: ["unshare", "-n"]}


@dataclass(frozen=True)
class Drawing:
    """How this process draws."""

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
    program = _program()
    if program is None:
        return SandboxMode.MISSING
    return _drawing.mode or _best_mode()


def _program() -> str | None:
    return shutil.which(_drawing.program or "wkhtmltopdf", path=FOLDERS)


@functools.cache
def _best_mode() -> SandboxMode:
    return next((mode for mode, words in UNSHARE.items() if _runs(words)), SandboxMode.PROXY)


def _runs(words: list[str]) -> bool:
    try:
        tried = subprocess.run(  # noqa: S603 - our own words
            [*words, "true"], env={"PATH": FOLDERS}, capture_output=True, check=False
        )
    except OSError:
        return False
    return tried.returncode == 0


class Command(pdfkit.PDFKit):  # type: ignore[misc]
    """The command line, without the options that pdfkit would take from the page itself."""

    def _find_options_in_meta(self, content: object) -> dict[str, str]:
        return {}


def command_line(html: str, program: str, mode: SandboxMode, home: str) -> list[str]:
    """Return the words that draw `html`, read from standard input, to standard output."""
    configuration = pdfkit.configuration(wkhtmltopdf=program, environ={"LANG": "C"})
    command = Command(html, "string", options=OPTIONS, configuration=configuration)
    limits = [f"--as={MOST_MEMORY}", f"--fsize={MOST_OCTETS}", "--nproc=4096", "--core=0"]
    environment = [
        f"PATH={FOLDERS}",
        "LANG=C.UTF-8",
        f"HOME={home}",
        f"XDG_RUNTIME_DIR={home}",
        "QT_QPA_PLATFORM=offscreen",
    ]
    # `timeout` ends it even if this process is killed meanwhile.
    timeout = ["timeout", "-k", "2", str(_drawing.seconds + 1)]
    sandbox = ["prlimit", *limits, "--", *UNSHARE.get(mode, []), "env", "-i", *environment]
    return [*timeout, *sandbox, *command.command()]


def draw(html: str) -> bytes:
    """Return the PDF; raises DrawingFailed when there is none in time, or it is too large.

    wkhtmltopdf ends with 1 when a picture was refused, although the PDF is whole and nothing was
    fetched. Such a PDF is taken: a reader needs the text, and a refused picture must not cost a
    person their receipt. `stamping` judges whether it is whole.
    """
    program, mode = _program(), sandbox_mode()
    if program is None:
        raise DrawingFailed("wkhtmltopdf is not installed")
    with (
        tempfile.TemporaryDirectory(dir=_drawing.scratch) as home,
        tempfile.TemporaryFile(dir=_drawing.scratch) as page,
    ):
        page.write(html.encode())
        page.seek(0)
        code, content = _run(command_line(html, program, mode, home), page)
    if code not in {0, 1}:
        raise DrawingFailed(f"wkhtmltopdf ended with {code}")
    if not content:
        raise DrawingFailed(f"wkhtmltopdf ended with {code} and drew nothing")
    return content


def _run(words: list[str], page: IO[bytes]) -> tuple[int, bytes]:
    process = subprocess.Popen(  # noqa: S603 - our own words; the page comes by standard input
        words,
        stdin=page,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": FOLDERS},
        start_new_session=True,
    )
    deadline = time.monotonic() + _drawing.seconds
    try:
        with process.stdout as output:  # type: ignore[union-attr]
            content = _read(output, deadline)
        code = process.wait(timeout=max(deadline - time.monotonic(), 0.1))
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise DrawingFailed("wkhtmltopdf did not end in time") from error
        raise
    return code, content


def _read(output: IO[bytes], deadline: float) -> bytes:
    content = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([output], [], [], left)[0]:
            raise DrawingFailed("wkhtmltopdf did not end in time")
        chunk = os.read(output.fileno(), 65_536)
        if not chunk:
            return bytes(content)
        content += chunk
        if len(content) > MOST_OCTETS:
            raise DrawingFailed("the PDF is too large")
