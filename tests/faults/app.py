"""The portal with places where it can be held: what the processes of these tests serve.

Nothing of this stands in the portal itself: functions and events are wrapped here, at the start of
a process that a test began. `FAULTS` names the folder in which a test and a process meet. A file
`armed/<point>` holds the first process that comes by: it takes the file away, writes its number to
`held/<point>`, and goes on when `go/<point>` appears, if nobody has killed it by then.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, create_app, documents, jobs, outbox, protocol
from portal.documents import issuing
from portal.files import folder, storage

FOLDER = Path(os.environ["FAULTS"])
WAIT_LIMIT_S = 60
MOST_PAGES = 2**30

sending = threading.local()  # what this thread is about to commit, if it took a number


def pause(point: str) -> None:
    """Stay here if a test wants it; killed here, or let go on."""
    try:
        (FOLDER / "armed" / point).unlink()
    except FileNotFoundError:
        return
    held = FOLDER / "held" / point
    held.with_suffix(".new").write_text(str(os.getpid()))
    held.with_suffix(".new").replace(held)
    limit = time.monotonic() + WAIT_LIMIT_S
    while not (FOLDER / "go" / point).exists() and time.monotonic() < limit:
        time.sleep(0.01)


def hold_around(module: Any, name: str, before: str = "", after: str = "") -> None:
    """Let a function be held before it begins, or after it has ended."""
    function: Callable[..., Any] = getattr(module, name)

    def held(*args: Any, **kwargs: Any) -> Any:
        if before:
            pause(before)
        result = function(*args, **kwargs)
        if after:
            pause(after)
        return result

    setattr(module, name, held)


def hold_sending() -> None:
    """Let a submission be held where it is half done."""
    take_number, append = protocol.register, audit.append_entries

    def register(*args: Any) -> Any:
        pause("before_number")
        entry = take_number(*args)
        sending.is_so = True
        pause("after_number")
        return entry

    def append_entries(*args: Any) -> None:
        append(*args)
        pause_sending("after_audit")

    protocol.register, audit.append_entries = register, append_entries
    hold_around(folder.Folder, "keep", after="after_upload")
    sa.event.listen(sa.Engine, "commit", lambda _connection: pause_sending("before_commit"))
    sa.event.listen(Session, "after_commit", lambda _session: pause_sending("after_commit"))
    sa.event.listen(Session, "after_commit", forget_sending)
    sa.event.listen(Session, "after_rollback", forget_sending)


def pause_sending(point: str) -> None:
    """Stay here if this thread is sending an application and a test wants it."""
    if getattr(sending, "is_so", False):
        pause(point)


def forget_sending(_session: Session) -> None:
    """Note that the transaction is over."""
    sending.is_so = False


def hold_work() -> None:
    """Let a worker be held in the middle of a mail or of a drawing, or when it is done."""
    hold_around(outbox, "send", before="before_mail", after="after_mail")
    hold_around(issuing, "draw", before="before_drawing", after="after_drawing")
    hold_around(issuing, "keep_drawing", before="before_keeping", after="after_keeping")


def hurry() -> None:
    """Shorten what a test would wait for, as `FAULTS_SETTINGS` says."""
    given = json.loads(os.environ.get("FAULTS_SETTINGS", "{}"))
    if "lease" in given:
        jobs.LEASE = timedelta(seconds=given["lease"])
    if "first_wait" in given:
        jobs.FIRST_WAIT = timedelta(seconds=given["first_wait"])
    if "smtp_timeout" in given:
        outbox.SMTP_TIMEOUT = given["smtp_timeout"]
    if "reserve" in given:
        storage.current().reserve = given["reserve"]
    if given.get("limits_pages"):
        sa.event.listen(sa.Engine, "begin", limit_pages)
    drawing = {key: given[key] for key in ("program", "seconds") if key in given}
    if drawing:
        documents.configure_drawing(**drawing)
    if "sheet" in given:
        sheet = Path(given["sheet"]).read_bytes()
        issuing.draw = lambda _html: sheet


def limit_pages(connection: sa.Connection) -> None:
    """Let the SQLite file grow no further while a file says so, as on a disk that is full."""
    if connection.dialect.name == "sqlite":
        limit = FOLDER / "most_pages"
        pages = int(limit.read_text()) if limit.exists() else MOST_PAGES
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


app = create_app()
hurry()
hold_sending()
hold_work()
