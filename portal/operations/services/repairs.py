"""Trying again what was given up, by who looks after the portal."""

from __future__ import annotations

from typing import Any

from portal import audit, jobs, permissions
from portal.db import lock, transaction
from portal.jobs import Job, Leased
from portal.outbox import Mail


@transaction()
def retry_job(job: Job, actor: Any) -> None:
    """Have a job that was given up done again, with all its tries."""
    begin_again(job, actor)


@transaction()
def retry_mail(mail: Mail, actor: Any) -> None:
    """Have a mail tried again now: one that was given up, or one that waits for its next try."""
    begin_again(mail, actor)


def begin_again(work: Leased, actor: Any) -> None:
    """Put a row back into the queue, as if it had never been tried."""
    permissions.require(actor, "operations.repair")
    lock(work)
    jobs.begin_again(work)
    audit.record("operations.repair", work, actor)
