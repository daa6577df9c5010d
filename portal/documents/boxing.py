"""The box a renderer runs in: it must be assumed to obey whoever wrote the HTML.

An empty environment, limits on time, memory and output, and where the kernel allows it a network
namespace of its own. When the time is up, the renderer ends with all it started.
"""

from __future__ import annotations

import functools
import os
import select
import signal
import subprocess
import time
from enum import StrEnum
from typing import IO

FOLDERS = "/usr/local/bin:/usr/bin:/bin"
MOST_MEMORY = 1_500_000_000
MOST_OCTETS = 50_000_000


class DrawingFailed(RuntimeError):
    """The PDF could not be made; the message says why, without anything of the document."""


class SandboxMode(StrEnum):
    """What keeps the renderer off the network."""

    USERNS = "userns"  # a network namespace of its own, as a plain user
    NETNS = "netns"  # the same, as root
    PROXY = "proxy"  # the renderer's own settings alone: a proxy that does not exist, no fetching
    MISSING = "missing"  # there is no renderer


UNSHARE = {SandboxMode.USERNS: ["unshare", "-rn"], SandboxMode.NETNS: ["unshare", "-n"]}


@functools.cache
def best_mode() -> SandboxMode:
    """Return the strongest box that this machine allows, found out once."""
    return next((mode for mode, words in UNSHARE.items() if _runs(words)), SandboxMode.PROXY)


def _runs(words: list[str]) -> bool:
    try:
        tried = subprocess.run(  # noqa: S603 - our own words
            [*words, "true"], env={"PATH": FOLDERS}, capture_output=True, check=False
        )
    except OSError:
        return False
    return tried.returncode == 0


def boxed(words: list[str], mode: SandboxMode, home: str, seconds: float) -> list[str]:
    """Return the words that run `words` in the box, with `home` as the one folder to write to."""
    limits = [f"--as={MOST_MEMORY}", f"--fsize={MOST_OCTETS}", "--nproc=4096", "--core=0"]
    environment = [
        f"PATH={FOLDERS}",
        "LANG=C.UTF-8",
        f"HOME={home}",
        f"XDG_RUNTIME_DIR={home}",
        "QT_QPA_PLATFORM=offscreen",
        "QT_HASH_SEED=0",  # the same page gives the same octets
        "MALLOC_ARENA_MAX=1",  # each thread would lay claim to 64 MB of addresses of its own
    ]
    # `timeout` ends it even if this process is killed meanwhile.
    timeout = ["timeout", "-k", "2", f"{seconds + 1:.1f}"]
    namespace = UNSHARE.get(mode, [])
    return [*timeout, "prlimit", *limits, "--", *namespace, "env", "-i", *environment, *words]


def run(words: list[str], page: IO[bytes], deadline: float, name: str) -> tuple[int, bytes]:
    """Return how the renderer called `name` ended and what it wrote.

    Raises DrawingFailed at the `deadline`, and for more than `MOST_OCTETS`.
    """
    process = subprocess.Popen(  # noqa: S603 - our own words; the page comes by standard input
        words,
        stdin=page,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": FOLDERS},
        start_new_session=True,
    )
    try:
        with process.stdout as output:  # type: ignore[union-attr]
            content = _read(output, deadline, name)
        code = process.wait(timeout=max(deadline - time.monotonic(), 0.1))
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise DrawingFailed(f"{name} did not end in time") from error
        raise
    return code, content


def _read(output: IO[bytes], deadline: float, name: str) -> bytes:
    content = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([output], [], [], left)[0]:
            raise DrawingFailed(f"{name} did not end in time")
        chunk = os.read(output.fileno(), 65_536)
        if not chunk:
            return bytes(content)
        content += chunk
        if len(content) > MOST_OCTETS:
            raise DrawingFailed("the PDF is too large")
