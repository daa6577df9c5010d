"""Inviting an address to something: a link good once, for that address alone, for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from portal import clock, outbox
from portal.accounts import engine
from portal.accounts.models import Invited, User
from portal.accounts.queries import find_invitation, user_by_email
from portal.accounts.services.joining import join_by_mail
from portal.accounts.services.throttle import take_try
from portal.db import db, lock, transaction
from portal.errors import Invalid, declare, mark

INVITATION_TERM = timedelta(days=14)
Invitation = TypeVar("Invitation", bound=Invited)

declare(
    {
        "account_stands": mark("This address has an account: sign in with it."),
        "invitation_not_yours": mark(
            "This invitation is for another address. Sign in with that one."
        ),
        "invitation_spent": mark(
            "This invitation is no longer good: it has been used, withdrawn or replaced, or it "
            "is older than 14 days. Ask who invited you to send it again."
        ),
        "invited_already": mark("This address has been invited already."),
        "invitations_too_many": mark(
            "You have sent many invitations within an hour. Try again later."
        ),
        "mails_too_many": mark(
            "This address has had many mails from us within an hour. Try again later."
        ),
    }
)


def mail_link(invitation: Invited, template: str, actor: Any, **facts: Any) -> None:
    """Put a new link on the invitation and mail it.

    Too many mails to one address are refused, and too many by one person.
    """
    if take_try(engine.INVITATIONS, str(actor.id)) is not None:
        raise Invalid("invitations_too_many", "email")
    if take_try(engine.MAILS, invitation.email_key) is not None:
        raise Invalid("mails_too_many", "email")
    token = engine.new_token()
    invitation.token_hash = engine.digest(token)
    invitation.expires_at = clock.now() + INVITATION_TERM
    db.session.flush()
    known = user_by_email(invitation.email)
    outbox.queue_mail(
        template,
        invitation.email,
        f"{template}:{invitation.id}:{invitation.token_hash}",
        language=known.language if known else actor.language,
        name=known.name if known and known.is_active else "",
        inviter=actor.name,
        until=clock.rome_date(invitation.expires_at),
        token=token,
        **facts,
    )


def take_invitation(model: type[Invitation], token: str, actor: User) -> Invitation:
    """Use a link up with the account of the very address it was sent to, in the deed that asks."""
    lock(find_invitation(model, token))
    invitation = find_invitation(model, token)
    if invitation.email_key != actor.email_key:
        raise Invalid("invitation_not_yours")
    invitation.user_id, invitation.accepted_at = actor.id, clock.now()
    invitation.token_hash = None
    db.session.flush()
    return invitation


def join_by_invitation(
    email: str, name: str, password: str, language: str, accept: Callable[[User], Any]
) -> User:
    """Make the account of an invited address, which the link proves, and `accept` with it."""
    engine.require_good_password(password, name, email)
    password_hash = engine.hash_password(password)
    with transaction():
        user = join_by_mail(email, name, password_hash, language)
        accept(user)
        return user
