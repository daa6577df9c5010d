"""Mails of the office as far as a test needs them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.applications.models import Application
from portal.db import db
from portal.desk import services
from portal.desk.models import Letter, Mailing
from portal.outbox import Mail
from tests import make
from tests.applications import stories

CODES = ("97103880585", "80039790375", "00743110157")
SUBJECT = {"it": "Incontro per %(codice_pratica)s", "en": ""}
BODY = {"it": "Ciao %(nome)s,\nti aspettiamo per l'avviso %(avviso)s.", "en": ""}


def written(applications: list[Application], staff: Any, **texts: Any) -> Mailing:
    """A mailing to who acts for these, its text written."""
    mailing = services.open_mailing([each.id for each in applications], staff)
    subject, body = texts.get("subject", SUBJECT), texts.get("body", BODY)
    services.write_mailing(mailing, subject, body, staff, mailing.version)
    return mailing


def letters(mailing: Mailing) -> list[Letter]:
    """Its letters, as the database has them."""
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Letter).where(Letter.mailing_id == mailing.id).order_by(Letter.id)
        )
    )


def mails(mailing: Mailing) -> list[Mail]:
    """The mails of its letters that stand in the outbox."""
    keys = [each.mail_key for each in letters(mailing)]
    return list(db.session.scalars(select(Mail).where(Mail.key.in_(keys)).order_by(Mail.id)))


def received(count: int, **facts: Any) -> list[Application]:
    """Applications sent to one call, each by another body."""
    call = stories.open_call(**facts)
    found = []
    for number in range(count):
        owner = make.user(name=f"Anna {number}")
        body = make.body(owner, tax_code=CODES[number])
        found.append(stories.sent(call, body, owner))
    return found
