"""The worker's round: a job, a mail, and so on until nothing is due."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid

from sqlalchemy.exc import DBAPIError, TimeoutError

from portal import jobs, outbox
from portal.db import db

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0


def worker_name() -> str:
    """Return a name no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def work_once(owner: str) -> bool:
    """Do a job and send a mail, each if one is due; False when neither is."""
    jobs_done, mails_sent = jobs.work_once(owner), outbox.send_once(owner)
    db.session.remove()
    return jobs_done or mails_sent


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
        try:
            is_idle = not work_once(owner)
        except (DBAPIError, TimeoutError):
            log.exception("database away")
            db.session.remove()
            is_idle = True
        if is_idle:
            stop.wait(POLL_SECONDS)
