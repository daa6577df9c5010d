"""F6: the program that draws PDFs hangs, crashes, eats memory, or isn't there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.conftest import Senders, Story
from tests.faults.served import BrokenPortal, wait_until

pytestmark = pytest.mark.faults

MARK = "4242.42"  # seconds that no other process sleeps
SECONDS = 2
PROGRAMS = {
    "hangs": f"#!/bin/sh\nsleep {MARK} &\nsleep {MARK}\n",
    "crashes": "#!/bin/sh\nkill -SEGV $$\n",
    "eats memory": "#!/usr/bin/env python3\nx = bytearray(2_000_000_000)\nprint(len(x))\n",
    "is missing": "",
}
SAID = {
    "hangs": "did not end in time",
    "crashes": "ended with",
    "eats memory": "ended with",
    "is missing": "not installed",
}


@pytest.mark.check(41)
@pytest.mark.check(64)
@pytest.mark.parametrize("trouble", PROGRAMS)
def test_drawing(portal: BrokenPortal, story: Story, senders: Senders, trouble: str) -> None:
    story.fault = f"F6 wkhtmltopdf {trouble}"
    portal.drain()
    (sender,) = senders(1)
    story.note(sender, portal.browser.send(sender))
    fake = write_program(portal.folder, PROGRAMS[trouble])
    error = "SELECT error FROM document WHERE key = :key"
    key = f"receipt:{sender.practice_code}"
    with portal.worker(program=str(fake), seconds=SECONDS):
        wait_until(
            lambda: SAID[trouble] in str(portal.value(error, key=key)), "it was not said why"
        )
        receipt = portal.browser.get(f"{sender.address}/ricevuta", sender.cookie)
        assert (receipt.status, sender.practice_code in receipt.text) == (200, True)
        pdf = portal.browser.get(f"{sender.address}/ricevuta.pdf", sender.cookie)
        assert pdf.status == 404
        wait_until(lambda: not sleepers(), "what the renderer started still runs")
    with portal.worker("mended", program="wkhtmltopdf", seconds=20):
        wait_until(lambda: portal.waiting() == 0, "the job was not tried again")
    assert portal.browser.get(f"{sender.address}/ricevuta.pdf", sender.cookie).status == 200
    story.settle()


def write_program(folder: Path, text: str) -> Path:
    """Write a program that stands in for the renderer; none where there is no text."""
    program = folder / "fake-renderer"
    program.unlink(missing_ok=True)
    if text:
        program.write_text(text)
        program.chmod(0o755)
    return program


def sleepers() -> list[str]:
    """Return the processes that a hanging renderer has left."""
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if is_ours(path)]


def is_ours(path: Path) -> bool:
    """Tell a process of the hanging renderer."""
    try:
        return MARK.encode() in path.read_bytes()
    except OSError:
        return False
