"""Registering, confirming an address, passwords, and one's own account."""

from __future__ import annotations

from portal import audit, clock, i18n, permissions
from portal.accounts import engine, queries
from portal.accounts.models import Purpose, User
from portal.accounts.services.links import use_link, void_links
from portal.accounts.services.notices import mail_link, send_mail
from portal.accounts.services.sessions import end_sessions
from portal.accounts.services.throttle import forget_tries, require_tries, take_try
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale


def register_user(name: str, email: str, password: str, language: str) -> None:
    """Make an account and mail the link that confirms its address.

    The answer is the same for an address that has an account: its owner gets a mail with a way
    in. Where that account was never confirmed, neither password is trusted any more: only who
    reads the mailbox can choose one.
    """
    engine.require_good_password(password, name, email)
    password_hash = engine.hash_password(password)
    with transaction():
        wait = take_try(engine.MAILS, engine.email_key(email))
        user = queries.user_by_email(email)
        if user is None:
            user = add_user(name, email, language, password_hash)
            audit.record("account.register", user, user)
            mail_link(user, "account_registered", Purpose.CONFIRM)
        elif wait is None and user.disabled_at is None:
            distrust_unconfirmed(user)
            mail_link(user, "account_exists", Purpose.RESET)


def add_user(name: str, email: str, language: str, password_hash: str | None = None) -> User:
    """Write a person in the current transaction; the address is not confirmed yet."""
    user = User(
        name=name,
        email=email,
        email_key=engine.email_key(email),
        password_hash=password_hash,
        language=i18n.known_language(language),
        created_at=clock.now(),
        confirmed_at=None,
        disabled_at=None,
        grants=[],
    )
    db.session.add(user)
    db.session.flush()
    return user


def distrust_unconfirmed(user: User) -> None:
    """Drop the password of an account nobody confirmed: who typed it is unknown."""
    if user.confirmed_at is None:
        user.password_hash = None
        void_links(user, (Purpose.CONFIRM,))


def confirm_email(token: str) -> User:
    """Confirm an address by its mailed link; Invalid `link_spent` when it is no longer good."""
    with transaction():
        user = use_link(token, (Purpose.CONFIRM,))
        user.confirmed_at = clock.now()
        audit.record("account.confirm_email", user, user)
    return user


def request_reset(email: str) -> None:
    """Mail a link that sets a new password, if the address has an account; say nothing of it."""
    with transaction():
        wait = take_try(engine.MAILS, engine.email_key(email))
        user = queries.user_by_email(email)
        if user is not None and user.disabled_at is None and wait is None:
            mail_link(user, "password_reset_requested", Purpose.RESET)


def reset_password(token: str, password: str) -> User:
    """Set a password by the link of a reset or an invitation, which confirms the address too.

    It ends every session and opens the way for an owner that failed tries had shut out.
    """
    owner = queries.password_link(token).user
    engine.require_good_password(password, owner.name, owner.email)
    password_hash = engine.hash_password(password)
    with transaction():
        user = use_link(token, (Purpose.RESET, Purpose.INVITE))
        forget_tries(engine.PER_ACCOUNT, user.email_key)
        if user.confirmed_at is None:
            user.confirmed_at = clock.now()
            audit.record("account.confirm_email", user, user)
        set_password(user, password_hash)
        audit.record("account.reset_password", user, user)
    return user


def change_password(user: User, current: str, password: str) -> None:
    """Set a new password, knowing the current one; every other session and link ends."""
    require_tries((engine.PER_ACCOUNT, user.email_key))
    known = user.password_hash
    if not engine.verify_password(known, current):
        raise Invalid("password_wrong", "current")
    engine.require_good_password(password, user.name, user.email)
    password_hash = engine.hash_password(password)
    with transaction():
        lock(user)
        if user.password_hash != known:
            raise Invalid("password_wrong", "current")  # another has just been set
        forget_tries(engine.PER_ACCOUNT, user.email_key)
        set_password(user, password_hash, keep=user.session_token)
        audit.record("account.change_password", user, user)


def set_password(user: User, password_hash: str, keep: str = "") -> None:
    """Write the hash, void links, end sessions but `keep`, and tell the owner of a change."""
    is_change = user.password_hash is not None
    user.password_hash = password_hash
    void_links(user)
    end_sessions(user, keep)
    if is_change:
        send_mail(user, "password_changed", engine.digest(password_hash))


def edit_account(actor: User, name: str, language: str, version: int | None = None) -> None:
    """Change one's own name and language; Stale when the account has changed since `version`."""
    permissions.require(actor, "account.read")
    with transaction():
        lock(actor)
        if version not in (None, actor.version):
            raise Stale
        wanted = {"name": name, "language": i18n.known_language(language)}
        changed = {field for field, value in wanted.items() if getattr(actor, field) != value}
        for field in changed:
            setattr(actor, field, wanted[field])
        if changed:
            audit.record("account.edit", actor, actor, facts={"fields": audit.FieldNames(changed)})
