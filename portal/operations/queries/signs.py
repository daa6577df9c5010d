"""How the portal is, said to people: each part, whether it is well, and what to do if not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from portal import clock, documents, files
from portal.db import db
from portal.files import storage
from portal.i18n import _, format_instant, format_number, format_size, ngettext
from portal.jobs import Job, WorkState
from portal.operations.models import Care
from portal.operations.queries import health
from portal.operations.queries.self_check import MOST_DRIFT_S, drift, schema_state
from portal.outbox import Mail


@dataclass(frozen=True)
class Sign:
    """One part: its name, how it is in words, and what to do, empty when it is well."""

    name: str
    text: str
    advice: str = ""
    tone: str = "ok"


def signs() -> list[Sign]:
    """Return how each part is, the troubled ones first."""
    found = [*database_signs(db.session.connection())]
    found += [worker_sign(), failed_sign(), mail_sign(), documents_sign()]
    found += [*disk_signs(), backup_sign(), files_sign(), audit_sign()]
    order = {"danger": 0, "warning": 1, "ok": 2}
    return sorted(found, key=lambda sign: order[sign.tone])


def database_signs(connection: Connection) -> Iterator[Sign]:
    """Say how tables and clock are."""
    name, state = _("Database tables"), schema_state(connection)
    if state == "current":
        yield Sign(name, _("Those this version of the portal needs."))
    else:
        yield Sign(name, _("Of another version."), _("Have the update finished."), "warning")
    apart = drift(connection)
    name = _("Clock")
    if abs(apart) <= MOST_DRIFT_S:
        yield Sign(name, _("Portal and database agree."))
    else:
        seconds = format_number(round(apart))
        words = _("The database is %(seconds)s seconds off.", seconds=seconds)
        advice = _("Have both machines set their clocks by the network: deadlines depend on it.")
        yield Sign(name, words, advice, "danger")


def worker_sign() -> Sign:
    """Say whether somebody does the work that waits."""
    name, due = _("Background work"), health.oldest_due(Job)
    if not health.is_late(due):
        return Sign(name, _("Done as it comes."))
    words = _("Something has been waiting since %(since)s.", since=said(due))
    return Sign(
        name, words, _("The worker is not running or is stuck: have it restarted."), "danger"
    )


def failed_sign() -> Sign:
    """Say whether work was given up."""
    name, failed = _("Work given up"), health.count_failed(Job)
    if not failed:
        return Sign(name, _("None."))
    words = ngettext("One, after five tries.", "%(num)s, after five tries each.", failed)
    return Sign(name, words, _("Look at the reason below and try again."), "warning")


def mail_sign() -> Sign:
    """Say whether mail leaves."""
    name, failed, due = _("E-mail"), health.count_failed(Mail), health.oldest_due(Mail)
    if refused := count_refused():
        words = ngettext(
            "One could not leave and is tried again.",
            "%(num)s could not leave and are tried again.",
            refused,
        )
        return Sign(name, words, _("Ask who runs the mail server if this goes on."), "warning")
    if health.is_late(due):
        words = _("One has been waiting since %(since)s.", since=said(due))
        return Sign(name, words, _("The worker is not running: have it restarted."), "danger")
    if failed:
        words = ngettext("One could not be delivered.", "%(num)s could not be delivered.", failed)
        advice = _("The address may be wrong: reach the person some other way, then try again.")
        return Sign(name, words, advice, "warning")
    return Sign(name, _("All those written have left."))


def count_refused() -> int:
    """Return how many mails were tried in vain and wait for their next try."""
    statement = select(func.count(Mail.id)).where(
        Mail.state == WorkState.WAITING, Mail.error.is_not(None)
    )
    return db.session.scalar(statement) or 0


def documents_sign() -> Sign:
    """Say whether PDFs are drawn."""
    name, failed = _("PDF documents"), documents.count_failed_documents()
    if documents.sandbox_mode() == "missing":
        return Sign(
            name,
            _("Nothing draws them."),
            _("Have the programs that draw them installed."),
            "danger",
        )
    if not failed:
        return Sign(name, _("All drawn, or about to be."))
    words = ngettext(
        "One could not be drawn. Its application is safe.",
        "%(num)s could not be drawn. Their applications are safe.",
        failed,
    )
    return Sign(
        name, words, _("Open the application and have the document drawn again."), "warning"
    )


def disk_signs() -> Iterator[Sign]:
    """Say how much room the database has, where the portal sees its disk, and files have."""
    name, room = _("Disk of the database"), health.free_for_database()
    if room is not None:
        yield room_sign(name, room)
    name = _("Store of files")
    if health.ask_store()["files"] == "ok":
        yield room_sign(name, storage.current().free())
    else:
        words = _("It does not answer: nobody can upload or download files.")
        advice = _("Have disk, network and keys of the store looked at.")
        yield Sign(name, words, advice, "danger")


def room_sign(name: str, room: int) -> Sign:
    """Say how much of a disk is free."""
    words = _("%(size)s free.", size=format_size(room))
    if room <= health.LEAST_FREE_BYTES:
        return Sign(name, words, _("Have room made today: uploads are about to stop."), "danger")
    if room <= 4 * health.LEAST_FREE_BYTES:
        return Sign(name, words, _("Have room made this week."), "warning")
    return Sign(name, words)


def backup_sign() -> Sign:
    """Say how old the last back-up is."""
    name, last = _("Back-up"), health.last_care(Care.BACKUP, well=True)
    advice = _("Have the nightly back-up looked at: without it a broken disk loses applications.")
    if last is None:
        return Sign(name, _("None was ever made."), advice, "warning")
    words = _("The last good one is of %(instant)s.", instant=said(last.at))
    return Sign(name, words, advice, "warning") if health.is_old(last) else Sign(name, words)


def files_sign() -> Sign:
    """Say what the last look at all files found."""
    name = _("Check of the files")
    last = files.last_check()
    if last is None:
        return Sign(name, _("Not made yet: it runs every night."))
    instant = said(last.ended_at)
    if last.is_well:
        return Sign(name, _("All as they were uploaded, on %(instant)s.", instant=instant))
    words = _(
        "On %(instant)s %(missing)s were missing and %(changed)s had changed.",
        instant=instant,
        missing=last.missing,
        changed=last.changed,
    )
    return Sign(name, words, _("Have them put back from a back-up, and find out why."), "danger")


def audit_sign() -> Sign:
    """Say how the trail was when it was last read."""
    name, last = _("Audit trail"), health.last_care(Care.AUDIT)
    if last is None:
        return Sign(name, _("Not verified yet: it is every night."))
    words = _("Verified on %(instant)s.", instant=said(last.at))
    if last.is_well:
        return Sign(name, words)
    words = _("On %(instant)s it was found broken.", instant=said(last.at))
    advice = _(
        "Somebody changed the database by hand. Keep it as it is and call who looks after it."
    )
    return Sign(name, words, advice, "danger")


def said(instant: datetime | None) -> str:
    """Return an instant as people read it."""
    return format_instant(instant or clock.now())


def revision() -> str:
    """Return the revision of the tables, for who looks after the portal."""
    return str(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar())
