"""Invitations by mail to something: which a link opens, and who has an account."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from portal import clock
from portal.accounts import engine
from portal.accounts.models import Invited, User
from portal.db import db
from portal.errors import Invalid

Invitation = TypeVar("Invitation", bound=Invited)


def find_invitation(model: type[Invitation], token: str) -> Invitation:
    """Return the invitation that a mailed link opens; Invalid `invitation_spent` otherwise."""
    found = db.session.scalar(select(model).where(model.token_hash == engine.digest(token)))
    if found is None or not found.is_waiting or found.expires_at <= clock.now():
        raise Invalid("invitation_spent")
    return found


def has_account(email: str) -> bool:
    """Tell whether somebody who can sign in has this address: others may choose a password."""
    statement = select(User).where(
        User.email_key == engine.email_key(email),
        User.confirmed_at.is_not(None),
        User.password_hash.is_not(None),
    )
    return db.session.scalar(statement) is not None
