"""Days, birth dates and deadlines."""

from __future__ import annotations

import datetime as dt
import re

from portal import clock
from portal.errors import Invalid
from portal.parse.texts import given

FIRST_YEAR, LAST_YEAR = 1900, 2100
ADULT = 18
OLDEST = 120

_ITALIAN = re.compile(r"(?P<day>[0-9]{1,2})([/.-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})")
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_LOCAL_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9])")


def date(text: str) -> dt.date:
    """A day, day first (``29/02/2024``, also with dots or hyphens) or as ISO writes it."""
    text = given(text)
    written = _ITALIAN.fullmatch(text) or _ISO.fullmatch(text)
    if not written:
        raise Invalid("date_format")
    year = int(written["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("date_range", minimum=str(FIRST_YEAR), maximum=str(LAST_YEAR))
    try:
        return dt.date(year, int(written["month"]), int(written["day"]))
    except ValueError:
        raise Invalid("date_not_real") from None


def birth_date(text: str, minimum_age: int = ADULT) -> dt.date:
    """The birth date of somebody who is, today, of age and not older than anybody has lived."""
    born = date(text)
    today = clock.today()
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    age = today.year - born.year - (0 if had_birthday else 1)
    if age < minimum_age:
        raise Invalid("under_age", minimum=minimum_age)
    if age > OLDEST:
        oldest, youngest = today.year - OLDEST, today.year - minimum_age
        raise Invalid("date_range", minimum=str(oldest), maximum=str(youngest))
    return born


def deadline(text: str) -> dt.datetime:
    """An instant, in UTC, typed as the clocks of Rome show it: ``2026-10-31T12:00``."""
    written = _LOCAL_TIME.fullmatch(given(text))
    if not written:
        raise Invalid("datetime_format")
    day, hour, minute = written.groups()
    return clock.from_rome(dt.datetime.combine(date(day), dt.time(int(hour), int(minute))))


def require_order(opens: dt.datetime, closes: dt.datetime, field: str | None = None) -> None:
    """Refuse what closes before it opens, or at the same instant."""
    if closes <= opens:
        raise Invalid("close_before_open", field)
