"""The one clock of the portal: the present, the days of Rome, and how another time is set.

Nothing else asks the system for the time. Instants are aware and in UTC; days are those of Rome.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from portal.errors import Invalid

ROME = ZoneInfo("Europe/Rome")

_OFFSET = re.compile(r"([+-]\d{1,10})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

_setting: Path | None = None
_entered: ContextVar[datetime | None] = ContextVar("entered_instant", default=None)


def configure(path: str | Path | None) -> None:
    """Follow the setting file at ``path``, or the system's clock when None.

    The file holds an ISO instant, at which the clock stands still, or an offset such as
    ``+3600s`` or ``-2d``. It is read at every ``now()``, so that all processes move together;
    while it is missing or empty the system's time holds. Anything else in it raises ValueError:
    a wrong time is worse than none.
    """
    global _setting  # noqa: PLW0603  the clock is one per process, as time is
    _setting = Path(path) if path else None


def now() -> datetime:
    """The present instant, aware and in UTC."""
    entered = _entered.get()
    if entered is not None:
        return entered
    setting = _read_setting()
    return _set_by(setting) if setting else datetime.now(UTC)


def system_now() -> datetime:
    """The time of this machine, however the portal's clock was set: to compare clocks by."""
    return datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[datetime]:
    """Act at another instant, as history is entered. It may be nested: the inner one holds."""
    token = _entered.set(_aware(instant))
    try:
        yield now()
    finally:
        _entered.reset(token)


def to_rome(instant: datetime) -> datetime:
    """The same instant as the clocks of Rome show it."""
    return _aware(instant).astimezone(ROME)


def rome_date(instant: datetime) -> date:
    """The day in Rome on which the instant falls."""
    return to_rome(instant).date()


def today() -> date:
    """The present day in Rome."""
    return rome_date(now())


def from_rome(local: datetime) -> datetime:
    """The instant, in UTC, at which the clocks of Rome show the naive ``local``.

    Refused are times the clocks skip in spring (``time_not_real``) and those they show twice in
    autumn (``time_ambiguous``).
    """
    if local.tzinfo is not None:
        raise ValueError("a local time carries no zone")
    first = local.replace(tzinfo=ROME, fold=0)
    second = local.replace(tzinfo=ROME, fold=1)
    if first.utcoffset() != second.utcoffset():
        skipped = first.astimezone(UTC).astimezone(ROME).replace(tzinfo=None) != local
        raise Invalid("time_not_real" if skipped else "time_ambiguous")
    return first.astimezone(UTC)


def midnight(day: date) -> datetime:
    """The instant, in UTC, at which a day of Rome begins."""
    return from_rome(datetime.combine(day, time()))


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return instant.astimezone(UTC)


def _read_setting() -> str:
    if _setting is None:
        return ""
    try:
        return _setting.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def _set_by(setting: str) -> datetime:
    offset = _OFFSET.fullmatch(setting)
    if offset:
        amount, unit = offset.groups()
        return datetime.now(UTC) + timedelta(**{_UNITS[unit]: int(amount)})
    return _aware(datetime.fromisoformat(setting))
