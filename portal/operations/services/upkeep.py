"""What is looked after every day: the audit trail, the clocks, and what need not be kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update

from portal import access_log, audit, clock, jobs, outbox, settings
from portal.db import db, transaction
from portal.jobs import Job, WorkState
from portal.operations.models import Care, Upkeep
from portal.operations.queries.self_check import MOST_DRIFT_S, drift
from portal.outbox import Mail

JOB_DAYS = 30
MAIL_DAYS = 180
UPKEEP_DAYS = 400


@jobs.handles("operations.verify_audit", daily=True)
def verify_audit() -> None:
    """Read the whole trail, keep what was found, and mail the office its last hash.

    Kept out of the portal's reach, the hash shows later whether the trail was cut or written anew.
    """
    verdict = audit.verify()
    is_well = verdict.bad_number is None
    facts = {"entries": verdict.entries, "hash": verdict.last_hash, "bad": verdict.bad_number}
    template = "audit_verified" if is_well else "audit_broken"
    with transaction():
        note(Care.AUDIT, is_well, facts)
        mail_office(template, day=clock.today(), reason=verdict.reason, **facts)


@jobs.handles("operations.compare_clocks", daily=True)
def compare_clocks() -> None:
    """Compare the database's clock with this machine's; tell the office when they are apart."""
    apart = drift(db.session.connection())
    is_well = abs(apart) <= MOST_DRIFT_S
    with transaction():
        note(Care.CLOCK, is_well, {"milliseconds": round(apart * 1000)})
        if not is_well:
            mail_office("clocks_apart", day=clock.today(), seconds=round(apart))


def note(kind: Care, is_well: bool, facts: dict[str, Any]) -> None:
    """Write down how a part was found."""
    db.session.add(Upkeep(kind=kind, at=clock.now(), is_well=is_well, facts=facts))


def mail_office(template: str, **context: Any) -> None:
    """Write to the office, once a day for each reason."""
    if office := outbox.current().office:
        outbox.queue_mail(template, office, f"{template}:{clock.today().isoformat()}", **context)


@jobs.handles("operations.forget", daily=True)
@transaction()
def forget() -> None:
    """Delete what was kept long enough; of mails sent, the row stays so that none leaves twice."""
    now = clock.now()
    access_log.forget_before(now - timedelta(days=settings.get("access_log_days")))
    done, sent = now - timedelta(days=JOB_DAYS), now - timedelta(days=MAIL_DAYS)
    db.session.execute(delete(Job).where(Job.state == WorkState.DONE, Job.done_at < done))
    is_old = (Mail.state == WorkState.DONE) & (Mail.done_at < sent)
    old_mails = update(Mail).where(is_old, Mail.recipient != "")
    db.session.execute(old_mails.values(recipient="", subject="", body=""))
    db.session.execute(delete(Upkeep).where(Upkeep.at < now - timedelta(days=UPKEEP_DAYS)))
