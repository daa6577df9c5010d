"""Mails to people about their own accounts."""

from __future__ import annotations

from typing import Any

from portal.accounts import engine
from portal.accounts.models import Purpose, User
from portal.accounts.services.links import issue_link
from portal.outbox import queue_mail


def mail_link(user: User, template: str, purpose: Purpose, **context: Any) -> str:
    """Queue a mail with a new link for the person and return the link's token."""
    token = issue_link(user, purpose)
    send_mail(user, template, engine.digest(token), token=token, **context)
    return token


def notify(user: User, template: str, **context: Any) -> None:
    """Tell the person of something that has just happened to his account."""
    send_mail(user, template, engine.digest(engine.new_token()), **context)


def send_mail(user: User, template: str, key: str, to: str = "", **context: Any) -> None:
    """Queue a mail to the person in his language, `to` another address than his."""
    mail_key = f"{template}:{user.id}:{key}"
    address = to or user.email
    queue_mail(template, address, mail_key, language=user.language, name=user.name, **context)
