"""Keys of programs: what they may be given for, how long they hold, how fast they may ask."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.accounts.engine.visits import Limit
from portal.errors import declare, mark
from portal.i18n import lazy

# A word in front, so that people and scanners know one that has got somewhere it shouldn't be.
MARK = "ipl_"
TERMS = (30, 90, 365)  # days
MOST_TOKENS = 10
LONGEST_NAME = 60
# Requests of all the keys of one person.
REQUESTS_OF_PROGRAMS = Limit("api", 300, timedelta(minutes=1))

declare(
    {
        "token_scopes": mark("Choose at least one thing that the key opens."),
        "token_term": mark("Choose one of the terms in the list."),
        "token_too_many": mark("You have %(most)s keys already. End one first."),
    }
)


@dataclass(frozen=True)
class Scope:
    """What a key may open, and the action without which it would open nothing."""

    label: Any
    action: str


SCOPES: Mapping[str, Scope] = {
    "calls:read": Scope(lazy("Read the calls"), "call.read"),
    "applications:read": Scope(lazy("Read my applications, with their files"), "application.edit"),
    "assignments:read": Scope(lazy("Read what I evaluate and my own scores"), "assignment.list"),
    "dossiers:read": Scope(lazy("Read the dossiers of the office"), "application.list"),
}


def new_api_token() -> str:
    """Return a new key: 256 random bits behind the mark."""
    return MARK + secrets.token_urlsafe(32)
