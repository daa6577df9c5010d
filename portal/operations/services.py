"""The worker's round: jobs, then mails, until nothing is due."""

from __future__ import annotations

import os
import socket
import threading
import uuid

from portal import jobs, outbox
from portal.db import db

POLL_SECONDS = 1.0


def worker_name() -> str:
    """Return a name no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def work_until_idle(owner: str) -> int:
    """Do every job and send every mail that is due; return how many."""
    done = 0
    while jobs.work_once(owner) or outbox.send_once(owner):
        done += 1
    db.session.remove()
    return done


def send_due_mails(owner: str) -> int:
    """Send the mails that are due; return how many were tried."""
    tried = 0
    while outbox.send_once(owner):
        tried += 1
    return tried


def work_forever(stop: threading.Event) -> None:
    """Work until `stop` is set; an error of the database is waited out, not died of."""
    owner = worker_name()
    while not stop.is_set():
        if not work_until_idle(owner):
            stop.wait(POLL_SECONDS)
