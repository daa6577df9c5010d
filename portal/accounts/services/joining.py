"""Coming in by an invitation to something: the mailed link proves the address."""

from __future__ import annotations

from portal import audit, clock
from portal.accounts import engine, queries
from portal.accounts.models import User
from portal.accounts.services.links import void_links
from portal.accounts.services.people import add_user
from portal.accounts.services.throttle import hold
from portal.db import lock, transaction
from portal.errors import Invalid


def join_by_mail(email: str, name: str, password_hash: str, language: str) -> User:
    """Return a confirmed account for an address whose mailbox has just shown itself.

    Called in the deed that uses the link up. Who can sign in already is not touched: refused with
    `account_stands`. An account that nobody confirmed gets the name and password of who reads the
    mailbox.
    """
    with transaction():
        hold(engine.MAILS, engine.email_key(email))  # as registering with it does
        user = queries.user_by_email(email)
        if user is None:
            user = add_user(name, email, language)
        else:
            lock(user)
        if user.disabled_at is not None:
            raise Invalid("account_disabled")
        if user.confirmed_at is not None and user.password_hash is not None:
            raise Invalid("account_stands")
        user.name, user.password_hash, user.confirmed_at = name, password_hash, clock.now()
        void_links(user)
        audit.record("account.confirm_email", user, user)
        return user
