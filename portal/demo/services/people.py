"""Who acts for the demo's bodies besides those who wrote their profiles."""

from __future__ import annotations

import re

from sqlalchemy import select

from portal.accounts.models import User
from portal.db import db
from portal.demo.services.answers import example_file
from portal.outbox import Mail
from portal.registry.models import Applicant, MandateKind
from portal.registry.services import accept_mandate, invite_person, keep_proxy

LINK = re.compile(r"/([\w-]+)\s*$", re.MULTILINE)
PROXY_NAME = "delega-di-esempio.pdf"


def add_delegate(body: Applicant, owner: User, delegate: User) -> None:
    """Invite somebody to act for a body by proxy; he opens the link of the mail and uploads it."""
    invite_person(body, delegate.email, MandateKind.DELEGATE, None, owner)
    accept_mandate(token_mailed_to(delegate), delegate)
    keep_proxy(body, example_file(f"Delega a {delegate.name}"), PROXY_NAME, delegate)


def token_mailed_to(user: User) -> str:
    """Return the last part of the link in the newest mail to somebody."""
    newest = select(Mail.body).where(Mail.recipient == user.email).order_by(Mail.id.desc())
    found = LINK.search(db.session.scalars(newest).first() or "")
    if found is None:
        raise LookupError(user.email)
    return found[1]
