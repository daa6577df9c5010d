"""The surge before a deadline: 500 people add a file of 1 MB and send, 100 at a time.

Two web processes serve them, on each kind of database as it is run: SQLite with its full syncs, a
PostgreSQL server that writes to the disk. First all add their files, then all send. Every round is
served by the portal, then by the bare app; each begins on a copy of the same database.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from bench.measure import Asked, Result, counted
from portal import create_app
from portal.db import db
from tests.browser.served import environment_of, run
from tests.databases import Databases, open_databases
from tests.faults.clients import Answer, Sender
from tests.faults.invariants import examine
from tests.faults.scene import pdf_of, ready_senders
from tests.faults.served import BrokenPortal, broken_portal, let_go

PEOPLE, AT_ONCE, OCTETS, ROUNDS = 500, 100, 1_000_000, 3
LIMIT = 3.0
SLOWEST_MS = 5_000.0
BARE_READS = 19  # that bare_sending.py asks by itself for one sending
PORTAL, BARE = "wsgi", "bench.bare_sending"


@dataclass(frozen=True)
class Surge:
    """The 95th percentiles of one surge, in milliseconds."""

    adding: float
    sending: float


def surges() -> Iterator[Result]:
    """Yield what each kind of database came to."""
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="portal-surge-") as name:
            folder = Path(name)
            with open_databases(kind, folder, durable=True) as databases:
                yield from surge(kind, databases, folder)


def surge(kind: str, databases: Databases, folder: Path) -> Iterator[Result]:
    """Measure on one kind of database: adding files, then sending."""
    template, senders, asked = prepare(databases, folder)
    more = {"BARE_MORE_READS": str(max(0, asked.reads - BARE_READS))}
    contents = [pdf_of(OCTETS) for _ in range(8)]
    rounds = []
    for number in range(ROUNDS):
        both = []
        for program in (PORTAL, BARE):
            place, url = folder / f"{number}-{program}", databases.copy(template)
            place.mkdir()
            with broken_portal(url, place, program, **more) as portal:
                both.append(one_surge(portal, senders, contents, program == PORTAL))
            databases.drop(url)
            shutil.rmtree(place)
        rounds.append((both[0], both[1]))
    adding, sending = zip(
        *(((x.adding, y.adding), (x.sending, y.sending)) for x, y in rounds), strict=True
    )
    yield replace(result(f"surge, adding ({kind})", adding), limit=None)
    yield replace(result(f"surge ({kind})", sending), queries=asked.together)


def prepare(databases: Databases, folder: Path) -> tuple[str, list[Sender], Asked]:
    """Return a database with people ready to send, the people, and what one sending asks of it.

    To count that, one more person has sent.
    """
    url = databases.make_empty()
    environment = environment_of(url, folder, "test")
    run(environment, "db", "upgrade")
    app = create_app(environment)
    first, *senders = ready_senders(app, PEOPLE + 1)
    with app.app_context():
        engine = db.engine
    client, headers = app.test_client(use_cookies=False), {"Cookie": first.cookie}
    form, path = first.form(), f"{first.address}/invia"
    asked = counted(engine, lambda: client.post(path, data=form, headers=headers).close())
    let_go(app)
    return url, senders, asked


def one_surge(
    portal: BrokenPortal, senders: Sequence[Sender], contents: Sequence[bytes], is_portal: bool
) -> Surge:
    """Let everybody add a file, then everybody send; see that nothing was lost."""
    browser = portal.browser
    version = browser.version_of(senders[0]) if is_portal else "1.bare"
    numbers = {sender.practice_code: number for number, sender in enumerate(senders)}

    def add(sender: Sender) -> Answer:
        content = contents[numbers[sender.practice_code] % len(contents)]
        return browser.attach(sender, content, version)

    adding, sending = at_once(add, senders), at_once(browser.send, senders)
    assert {answer.status for answer in adding} == {303}, "a file was refused"
    assert all(answer.is_receipt for answer in sending), "an application was refused"
    if is_portal:
        wrong = examine(portal, senders, is_drained=False).wrong
        assert wrong == [], wrong
    return Surge(p95(adding), p95(sending))


def at_once(deed: Callable[[Sender], Answer], senders: Sequence[Sender]) -> list[Answer]:
    """Do a deed for everybody, so many at a time."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(deed, senders))


def p95(answers: Sequence[Answer]) -> float:
    """Return within how many milliseconds 95 of 100 were answered."""
    return statistics.quantiles([answer.seconds * 1000 for answer in answers], n=20)[-1]


def result(name: str, rounds: Sequence[tuple[float, float]]) -> Result:
    """Return the line of an operation: medians of the rounds."""
    return Result(
        operation=name,
        median_ms=round(statistics.median(own for own, _ in rounds), 1),
        bare_ms=round(statistics.median(other for _, other in rounds), 1),
        ratio=round(statistics.median(own / other for own, other in rounds), 3),
        limit=LIMIT,
        queries=0,
    )
