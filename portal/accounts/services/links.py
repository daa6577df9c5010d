"""Links sent by mail: single use, each with its term, void once a newer one stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import update

from portal import clock
from portal.accounts import engine, queries
from portal.accounts.models import MailedLink, Purpose, User
from portal.db import db, lock

TERMS: dict[Purpose, timedelta] = {
    Purpose.CONFIRM: engine.CONFIRM_TERM,
    Purpose.RESET: engine.RESET_TERM,
    Purpose.INVITE: engine.INVITE_TERM,
    Purpose.EMAIL: engine.EMAIL_TERM,
}


def issue_link(user: User, purpose: Purpose, new_email: str | None = None) -> str:
    """Write a link in the current transaction, void the older ones, and return its token."""
    lock(user)  # as whatever touches a person's links does: none waits for another's
    void_links(user, (purpose,))
    token, now = engine.new_token(), clock.now()
    db.session.add(
        MailedLink(
            user_id=user.id,
            purpose=purpose,
            token_hash=engine.digest(token),
            new_email=new_email,
            created_at=now,
            expires_at=now + TERMS[purpose],
            used_at=None,
        )
    )
    return token


def use_link(token: str, purposes: Collection[Purpose]) -> User:
    """Use a link up with all the person's others, under the person's lock; Invalid when spent."""
    link = queries.live_link(token, purposes)
    lock(link.user)
    db.session.refresh(link)
    user = queries.live_link(token, purposes).user
    void_links(user)
    return user


def void_links(user: User, purposes: Collection[Purpose] = tuple(Purpose)) -> None:
    """Make the person's open links of these purposes useless."""
    db.session.execute(
        update(MailedLink)
        .where(
            MailedLink.user_id == user.id,
            MailedLink.purpose.in_(purposes),
            MailedLink.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
