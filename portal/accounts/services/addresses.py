"""Changing one's e-mail address: asked for here, confirmed from the new mailbox."""

from __future__ import annotations

from portal import audit, permissions
from portal.accounts import engine, queries
from portal.accounts.models import Purpose, User
from portal.accounts.services.links import issue_link, use_link
from portal.accounts.services.notices import notify, send_mail
from portal.accounts.services.sessions import end_sessions
from portal.accounts.services.throttle import hold, take_try
from portal.db import transaction
from portal.errors import Invalid


def request_email_change(user: User, email: str) -> None:
    """Mail a link to the new address and a notice to the old one; say nothing of either.

    Where the new address has an account, its owner is told instead, and no link leaves.
    """
    permissions.require(user, "account.read")
    key = engine.email_key(email)
    if key == user.email_key:
        raise Invalid("email_same", "email")
    with transaction():
        wait = take_try(engine.MAILS, key)
        notify(user, "email_change_requested")
        audit.record("account.request_email_change", user, user)
        if wait is not None:
            return
        other = queries.user_by_email(email)
        if other is not None:
            notify(other, "email_taken")
            return
        token = issue_link(user, Purpose.EMAIL, email)
        digest = engine.digest(token)
        send_mail(user, "email_change_link", digest, to=email, token=token)


def change_email(token: str, keep: str = "") -> User:
    """Set the address that the link was mailed to; every session but that of `keep` ends.

    Invalid `link_spent` also where somebody else has taken the address meanwhile.
    """
    with transaction():
        wanted = queries.email_link(token).new_email or ""
        hold(engine.MAILS, engine.email_key(wanted))  # as registering with it does
        user = use_link(token, (Purpose.EMAIL,))
        if queries.user_by_email(wanted) is not None:
            raise Invalid("link_spent")
        notify(user, "email_changed")
        user.email, user.email_key = wanted, engine.email_key(wanted)
        end_sessions(user, keep)
        audit.record("account.change_email", user, user)
    return user
