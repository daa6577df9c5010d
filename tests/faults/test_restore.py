"""F12: a back-up made while people send, put back into an empty portal."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.browser.served import environment_of, run
from tests.databases import Databases
from tests.faults.clients import Sender
from tests.faults.conftest import Senders, Story
from tests.faults.scene import pdf_of
from tests.faults.served import BrokenPortal, broken_portal
from tests.make import PASSWORD

pytestmark = pytest.mark.faults

PEOPLE, BEFORE, AT_ONCE = 80, 20, 12


@pytest.mark.check(67)
def test_restore(
    place: Databases, portal: BrokenPortal, kind: str, senders: Senders, tmp_path: Path
) -> None:
    """F12 back-up in a surge, restored elsewhere"""
    people, browser = senders(PEOPLE), portal.browser
    content = pdf_of(30_000)

    def apply(sender: Sender) -> None:
        assert browser.attach(sender, content).status == 303
        assert browser.send(sender).is_receipt

    reset = browser.ask_for_reset(people[0].email)
    assert reset.status == 303
    for sender in people[:BEFORE]:
        apply(sender)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        rest = [threads.submit(apply, sender) for sender in people[BEFORE:]]
        portal.command("backup", "make", str(tmp_path / "copies"))
        for deed in rest:
            deed.result()
    (made,) = [path for path in (tmp_path / "copies").iterdir() if path.is_dir()]
    restored = restore(place, made, tmp_path / "restored")
    with broken_portal(restored, tmp_path / "restored") as again:
        story = Story(again, "F12 back-up in a surge, restored", kind)
        story.accepted = {sender.practice_code: sender for sender in people[:BEFORE]}
        story.requests = 2 * PEOPLE
        again.mails.taken += portal.mails.taken
        again.unsent |= portal.unsent
        ways_in_are_void(again, people[0])
        story.settle()
    portal.drain()


def restore(place: Databases, made: Path, folder: Path) -> str:
    """Put a back-up back where there was nothing; return the address of the database."""
    folder.mkdir()
    url = place.make_empty()
    environment = environment_of(url, folder, "test")
    assert "the audit trail is whole" in run(environment, "backup", "restore", str(made))
    run(environment, "db", "upgrade")
    return url


def ways_in_are_void(portal: BrokenPortal, sender: Sender) -> None:
    """See that old sessions and links lead nowhere, and that signing in does."""
    assert portal.browser.get(sender.address, sender.cookie).status == 303
    statement = "SELECT body FROM mail WHERE recipient = :who AND body LIKE '%/password/nuova/%'"
    link = re.search(r"/password/nuova/\S+", str(portal.value(statement, who=sender.email)))
    assert link
    assert portal.browser.get(link.group()).status == 410
    assert portal.browser.sign_in(sender.email, PASSWORD).status == 303
