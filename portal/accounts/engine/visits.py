"""Sessions and links: their tokens, how long they hold, how many tries are let through."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.errors import declare, mark

IDLE_WITH_ROLES = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
FRESH_FOR = timedelta(minutes=15)

CONFIRM_TERM = timedelta(days=3)
RESET_TERM = timedelta(minutes=60)
INVITE_TERM = timedelta(days=7)
EMAIL_TERM = timedelta(minutes=60)
# How long rows stay that open nothing any more.
KEPT_AFTER = timedelta(days=30)

declare(
    {
        "sign_in_failed": mark(
            "E-mail address and password don't match an active account. Check both. If you have "
            "just registered, follow the link in our mail first; if you don't remember the "
            "password, choose a new one."
        ),
        "too_many_tries": mark(
            "There have been too many tries. Wait %(minutes)s min, then try again."
        ),
        "link_spent": mark(
            "This link is no longer good: it has been used, it is too old, or a newer one took "
            "its place."
        ),
        "email_same": mark("This is your address already. Write the new one."),
    }
)


@dataclass(frozen=True)
class Limit:
    """How many tries of one kind are let through in a window of time."""

    kind: str
    tries: int
    window: timedelta


# Wrong passwords for one account, and from one source; a right one gives its try back.
PER_ACCOUNT = Limit("account", 10, timedelta(minutes=15))
PER_SOURCE = Limit("source", 50, timedelta(minutes=15))
# Wrong codes of one account, of the app and of the recovery sheet together.
CODES = Limit("code", 10, timedelta(minutes=15))
# Wrong codes in a day that nobody makes a word of; after them the owner is told.
SLIPS = Limit("slip", 5, timedelta(days=1))
# Registrations and requests of a new password from one source; mails they cause to one address.
REQUESTS = Limit("request", 30, timedelta(hours=1))
MAILS = Limit("mail", 5, timedelta(hours=1))
# Invitations one person writes, to whatever addresses: the portal sends no mass mail for anybody.
INVITATIONS = Limit("invitation", 40, timedelta(hours=1))

# The first mark that stands in what a browser says of itself names it.
BROWSERS = (
    ("Edge", "Edg/|EdgA/|EdgiOS/"),
    ("Opera", "OPR/|Opera"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/|Chromium/"),
    ("Safari", "Safari/"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("ChromeOS", "CrOS"),
    ("Windows", "Windows"),
    ("Mac", "Mac OS X|Macintosh"),
    ("Linux", "Linux"),
)


def new_token() -> str:
    """Return a secret for a session or a mailed link: 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return what is kept of a token, or of a try's subject, in its place."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def email_key(email: str) -> str:
    """Return the form in which addresses are compared: one account each."""
    return email.casefold()


def is_live(created_at: datetime, seen_at: datetime, now: datetime, has_roles: bool) -> bool:
    """Tell whether a session holds: 12 hours for all, 30 idle minutes for who holds a role."""
    if now - created_at >= LONGEST_SESSION:
        return False
    return not has_roles or now - seen_at < IDLE_WITH_ROLES


def is_fresh(fresh_at: datetime | None, now: datetime) -> bool:
    """Tell whether the person said recently enough who he is."""
    return fresh_at is not None and fresh_at <= now < fresh_at + FRESH_FOR


def device_of(user_agent: str) -> str:
    """Return browser and system in two coarse words, as "Chrome/Android"; nothing else is kept."""
    return f"{_first(BROWSERS, user_agent)}/{_first(SYSTEMS, user_agent)}"


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str:
    found = (name for name, marks in kinds if re.search(marks, user_agent))
    return next(found, "")
