"""The worker's round: a job, a mail, and so on until nothing is due."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError, TimeoutError

from portal import clock, jobs, outbox
from portal.db import db

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
DAILY_LOOK = timedelta(minutes=1)


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


def look_for_daily_jobs(looked_at: datetime | None) -> datetime:
    """Write the jobs of the day, unless looked for a minute ago; return when that was."""
    now = clock.now()
    if looked_at is not None and looked_at <= now < looked_at + DAILY_LOOK:
        return looked_at
    jobs.add_daily_jobs()
    return now


def work_forever(stop: threading.Event) -> None:
    """Work until `stop` is set; an error of the database is waited out, not died of."""
    owner, looked_at = worker_name(), None
    while not stop.is_set():
        try:
            looked_at = look_for_daily_jobs(looked_at)
            is_idle = not work_once(owner)
        except (DBAPIError, TimeoutError):
            log.exception("database away")
            db.session.remove()
            is_idle = True
        if is_idle:
            stop.wait(POLL_SECONDS)
