"""Mail: rows written in the business transaction, sent by workers after the commit.

Subject and text are rendered in the reader's language when the row is written, through the
template environment that create_app hands over: `templates/mail/<template>.txt`, whose first line
is the subject. A mail leaves at least once, always under the same Message-ID.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock, i18n, jobs
from portal.db import Base, db, in_transaction, insert_unless_there
from portal.errors import WrongState

log = logging.getLogger(__name__)

SMTP_TIMEOUT = 10
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
REFUSED = "recipient refused"  # for good: the address is wrong
CALENDAR_FILE = "calendario.ics"
MOST_TRIES = 13  # growing waits: three days of an unreachable server


class Mail(jobs.Leased, Base):
    """One mail to one address."""

    __tablename__ = "mail"

    template: Mapped[str] = mapped_column(index=True)
    recipient: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    calendar: Mapped[str | None]


@dataclass
class Settings:
    """What create_app hands over: how to render, where to send."""

    render: Callable[..., str]
    url: str = ""
    sender: str = ""
    domain: str = "localhost"
    office: str = ""  # who is told when something needs looking at


_settings: Settings | None = None


def configure(settings: Settings) -> None:
    """Keep the settings of this process."""
    global _settings  # noqa: PLW0603 - one outbox a process, set once by create_app
    _settings = settings


def current() -> Settings:
    """Return the settings; a RuntimeError says create_app has not run."""
    if _settings is None:
        raise RuntimeError("outbox.configure has not been called")
    return _settings


def queue_mail(
    template: str,
    recipient: str,
    key: str,
    *,
    language: str = "it",
    leaves_at: datetime | None = None,
    calendar: str | None = None,
    **context: Any,
) -> None:
    """Write a mail into the current transaction, unless one with this key stands already.

    With `leaves_at` it stays where it is until then, and `cancel_mail` can take it back. A
    `calendar` file goes with it.
    """
    if not in_transaction():
        raise RuntimeError("a mail is written inside the transaction that causes it")
    with i18n.in_language(language):
        text = current().render(f"mail/{template}.txt", **context)
    subject, _, body = text.strip().partition("\n")
    leaves = max(clock.now(), leaves_at or clock.now())
    insert_unless_there(
        Mail,
        key=key,
        template=template,
        recipient=recipient,
        language=language,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        calendar=calendar,
        message_id=f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{current().domain}>",
        created_at=leaves,
        next_at=leaves,
    )


def write_to(user: Any, template: str, key: str, **context: Any) -> None:
    """Write a mail to somebody with an account, by name and in his language."""
    facts = {"language": user.language, "name": user.name, **context}
    queue_mail(template, user.email, key, **facts)


def cancel_mail(key: str) -> bool:
    """Take a mail back that nobody has tried to send; False when it is too late."""
    if not in_transaction():
        raise RuntimeError("a mail is taken back inside the transaction that wants it")
    untouched = delete(Mail).where(
        Mail.key == key,
        Mail.state == jobs.WorkState.WAITING,
        Mail.tries == 0,
        Mail.next_at > clock.now(),
    )
    return db.session.execute(untouched.returning(Mail.id)).first() is not None


def resend_mail(key: str) -> None:
    """Put a mail that was given up back into the queue; WrongState where none was."""
    mail = db.session.scalar(select(Mail).where(Mail.key == key).with_for_update())
    if mail is None:
        raise WrongState
    jobs.begin_again(mail)


def as_message(mail: Mail) -> EmailMessage:
    """Return the mail as it goes over the wire."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = current().sender
    message["To"] = mail.recipient
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)  # takes away what is said of the content, so the rest follows
    message["Content-Language"] = mail.language
    if mail.calendar is not None:
        message.add_attachment(mail.calendar, subtype="calendar", filename=CALENDAR_FILE)
    return message


def send(message: EmailMessage) -> None:
    """Hand the message to the server of MAIL_URL; without one it stays in the portal's mailbox."""
    url = urlsplit(current().url)
    if not url.scheme:
        return
    with connected(url) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def connected(url: SplitResult) -> smtplib.SMTP:
    """Return the server, reached as safely as the address says and its place allows.

    Off this machine a server that offers encryption gets mail encrypted only, under a certificate
    that holds; one that doesn't never gets the password.
    """
    host, port, tls = url.hostname or "", url.port or 0, ssl.create_default_context()
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SMTP_TIMEOUT, context=tls)
    server = smtplib.SMTP(host, port, timeout=SMTP_TIMEOUT)
    if host in LOOPBACK:
        return server
    try:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=tls)
        elif url.username:
            raise smtplib.SMTPNotSupportedError("no encryption: the password is not sent")
    except BaseException:
        server.close()
        raise
    return server


def send_once(owner: str) -> bool:
    """Send one mail that is due; False when none is. A mail that can't be sent stops no other."""
    mail = jobs.lease(Mail, owner, MOST_TRIES)
    if mail is None:
        return False
    number = mail.id
    try:
        message = as_message(mail)
        db.session.commit()  # no transaction stays open while the server takes its time
        send(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        code = min(code for code, _ in refusal.recipients.values())
        if code >= 500:
            jobs.postpone(mail, owner, REFUSED, most_tries=1)
        else:
            jobs.postpone(mail, owner, f"{REFUSED} for now: {code}", MOST_TRIES)
    except Exception as error:
        db.session.rollback()
        log.warning("mail not sent", extra={"mail": number, "reason": type(error).__name__})
        jobs.postpone(mail, owner, jobs.reason_of(error), MOST_TRIES)
    else:
        jobs.finish(mail, owner)
    return True


def troubled() -> int:
    """Return how many mails could not be sent when last tried, and wait or were given up."""
    statement = select(func.count(Mail.id)).where(
        Mail.error.is_not(None), Mail.done_at.is_(None), Mail.next_at > clock.now()
    )
    return db.session.scalar(statement) or 0
