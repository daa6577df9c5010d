"""Mail: rows written in the business transaction, sent by workers after the commit.

Subject and text are rendered in the reader's language when the row is written, through the
template environment that create_app hands over: `templates/mail/<template>.txt`, whose first line
is the subject. A mail leaves at least once, always under the same Message-ID.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock, i18n, jobs
from portal.db import Base, db, in_transaction

log = logging.getLogger(__name__)

SMTP_TIMEOUT = 10
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


@dataclass
class Settings:
    """What create_app hands over: how to render, where to send."""

    render: Callable[..., str]
    url: str = ""
    sender: str = ""
    domain: str = "localhost"


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
    template: str, recipient: str, key: str, *, language: str = "it", **context: Any
) -> None:
    """Write a mail into the current transaction, unless one with this key stands already."""
    if not in_transaction():
        raise RuntimeError("a mail is written inside the transaction that causes it")
    if db.session.scalar(select(Mail.id).where(Mail.key == key)) is not None:
        return
    with i18n.in_language(language):
        text = current().render(f"mail/{template}.txt", **context)
    subject, _, body = text.strip().partition("\n")
    now = clock.now()
    mail = Mail(
        key=key,
        template=template,
        recipient=recipient,
        language=language,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        message_id=f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{current().domain}>",
        created_at=now,
        next_at=now,
    )
    db.session.add(mail)


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
    return message


def send(message: EmailMessage) -> None:
    """Hand the message to the server of MAIL_URL; without one it stays in the portal's mailbox."""
    url = urlsplit(current().url)
    if not url.scheme:
        return
    connect = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with connect(url.hostname or "", url.port or 0, timeout=SMTP_TIMEOUT) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def send_once(owner: str) -> bool:
    """Send one mail that is due; False when none is."""
    mail = jobs.lease(Mail, owner)
    if mail is None:
        return False
    message = as_message(mail)
    try:
        send(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        refused_for_good = all(code >= 500 for code, _ in refusal.recipients.values())
        most = 1 if refused_for_good else MOST_TRIES
        jobs.postpone(mail, owner, "recipient refused", most)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail not sent", extra={"mail": mail.id, "reason": type(error).__name__})
        jobs.postpone(mail, owner, f"{type(error).__name__}: {error}", MOST_TRIES)
    else:
        jobs.finish(mail, owner)
    return True
