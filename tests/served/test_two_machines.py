"""Two machines, one database, one file store: whichever answers, it is the same portal.

It brings its own PostgreSQL, so it runs once, with the tests on SQLite.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.served import environment_of, free_port, process, run, wait_until_open
from tests.databases import open_databases
from tests.faults.clients import Browser, Sender
from tests.faults.invariants import examine
from tests.faults.scene import pdf_of, ready_senders
from tests.faults.served import BrokenPortal, broken_portal, wait_until
from tests.make import PASSWORD
from tests.stores import make_bucket, running_object_server

PEOPLE, TRIES = 6, 10
FILE_PAGE = re.compile(r'href="(/domande/[^"]+/allegati/[^"]+)"')


@dataclass(frozen=True)
class Machines:
    """The two web processes as browsers reach them, and what stands behind both."""

    portal: BrokenPortal
    first: Browser
    second: Browser


@pytest.fixture
def machines(catalogue: None, tmp_path: Path) -> Iterator[Machines]:
    """Two web processes and two workers on one PostgreSQL and one S3 store."""
    with ExitStack() as stack:
        databases = stack.enter_context(open_databases("postgresql", tmp_path))
        bucket = make_bucket(stack.enter_context(running_object_server()))
        url = databases.make_empty()
        run(environment_of(url, tmp_path, "test"), "db", "upgrade")
        settings = {**bucket.settings, "WEB_CONCURRENCY": "1"}
        portal = stack.enter_context(broken_portal(url, tmp_path, "wsgi", **settings))
        port = free_port()
        environment = {**portal.environment, "PORT": str(port), "MAIL_URL": portal.mails.url}
        log, address = tmp_path / "second.log", f"http://127.0.0.1:{port}"
        web = stack.enter_context(process(log, environment, "gunicorn"))
        words = ("flask", "--app", "wsgi", "worker")
        for name in ("worker-1.log", "worker-2.log"):
            stack.enter_context(process(tmp_path / name, environment, *words))
        wait_until_open(BrokenPortal(address, environment, portal.engine), web, log)
        yield Machines(portal, portal.browser, Browser(address))


@pytest.mark.check(3)
@pytest.mark.check(64)
def test_one_journey_over_two_machines(machines: Machines) -> None:
    first, second, portal = machines.first, machines.second, machines.portal
    people = ready_senders(portal.app, PEOPLE)
    walk(machines, people[0])
    for number, sender in enumerate(people):
        browser = (first, second)[number % 2]
        assert browser.send(sender).is_receipt
    wait_until(lambda: portal.waiting() == 0, "the workers did not end")
    assert examine(portal, people).wrong == []
    assert len(portal.mails.taken) == len(set(portal.mails.taken))
    assert portal.value("SELECT count(DISTINCT owner) FROM job WHERE kind = 'documents.draw'") == 2
    for number, sender in enumerate(people):
        other = (second, first)[number % 2]
        receipt = other.get(f"{sender.address}/ricevuta.pdf", sender.cookie)
        assert (receipt.status, receipt.text[:5]) == (200, "%PDF-")


def walk(machines: Machines, sender: Sender) -> None:
    """Sign in on one machine, go on on the other; tries are counted by both together."""
    first, second = machines.first, machines.second
    entered = first.sign_in(sender.email, PASSWORD)
    assert entered.status == 303
    assert second.get(sender.address, entered.cookie).status == 200
    content = pdf_of(20_000)
    assert first.attach(sender, content).status == 303
    page = second.get(f"{sender.address}/sezioni/money", sender.cookie)
    found = FILE_PAGE.search(page.text)
    assert found, "the other machine does not show the file"
    fetched = second.fetch(found[1], sender.cookie)
    assert hashlib.sha256(fetched).digest() == hashlib.sha256(content).digest()
    tries = [
        (first, second)[number % 2].sign_in("nobody@esempio.example.org", "wrong").status
        for number in range(TRIES + 2)
    ]
    assert tries == [422] * TRIES + [429] * 2
