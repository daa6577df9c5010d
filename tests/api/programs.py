"""A program as tests run it: its key, and what it asks."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from portal.accounts.models import AttemptCounter, User
from portal.accounts.queries import scopes_for
from portal.accounts.services import create_token
from portal.db import db as portal_db
from portal.db import transaction

Json = dict[str, Any]


def key_of(user: User, *scopes: str) -> str:
    """Make a key for the person: for all that would open something, unless scopes are named."""
    return create_token(user, "Prova", scopes or scopes_for(user), 30)


def ask(client: FlaskClient, key: str, path: str, **more: Any) -> TestResponse:
    """Ask for an address with a key."""
    return client.get(path, headers={"Authorization": f"Bearer {key}"}, **more)


def error_of(answer: TestResponse) -> tuple[int, str]:
    """Return status and code of a refusal."""
    found: Json = answer.get_json()
    return answer.status_code, found["error"]["code"]


def forget_pace() -> None:
    """Let a test ask more than a program may in a minute."""
    with transaction():
        portal_db.session.execute(delete(AttemptCounter))
