"""What stands in a demo database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select

from portal import clock
from portal.accounts.engine import code_at, step_of
from portal.accounts.models import User
from portal.accounts.queries import user_by_email
from portal.calls.models import Call
from portal.calls.states import CallState
from portal.db import db
from portal.demo import engine
from portal.errors import NotFound
from portal.outbox import Mail

MAILBOX_LENGTH = 100


@dataclass(frozen=True)
class Committee:
    """The people a bulk loading needs."""

    staff: User
    evaluators: list[User]


def is_empty() -> bool:
    """Tell whether nobody has an account."""
    return not db.session.scalar(select(func.count(User.id)))


def is_loaded() -> bool:
    """Tell whether the demo's accounts stand."""
    return user_by_email(engine.accounts()[0].email) is not None


def code_of(account: engine.Account) -> str:
    """Return what the app of an account shows now; nothing where there is none."""
    if account.totp_secret is None:
        return ""
    return code_at(account.totp_secret, step_of(clock.now()))


def demo_user(key: str) -> User:
    """Return the account behind a way in; NotFound when there is none."""
    item = engine.account(key)
    user = user_by_email(item.email) if item else None
    if user is None:
        raise NotFound
    return user


def cast() -> Committee:
    """Return staff and evaluators of the demo."""
    keys = [item.key for item in engine.accounts() if item.role == "evaluator"]
    return Committee(demo_user("staff"), [demo_user(key) for key in keys])


def open_calls() -> tuple[int, int]:
    """Return how many calls are open now, and how many of them close some day."""
    now = clock.now()
    closing = case((Call.closes_at > now, 1))
    statement = select(func.count(Call.id), func.count(closing)).where(
        Call.state == CallState.PUBLISHED,
        Call.opens_at <= now,
        func.coalesce(Call.closes_at > now, True),
    )
    every, with_closing = db.session.execute(statement).one()
    return every, with_closing


def newest_mails() -> list[Mail]:
    """Return the newest mails of the demo's mailbox."""
    statement = select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc())
    return list(db.session.scalars(statement.limit(MAILBOX_LENGTH)))


def get_mail(mail_id: int) -> Mail:
    """Return one mail; NotFound when there is none."""
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise NotFound
    return mail
