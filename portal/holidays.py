"""Working days of Bologna: terms that end on a holiday, and days before and after a day.

Saturdays, Sundays, the national holidays and the day of the patron saint are not working days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal import clock

# Month and day. The fourth of October is San Petronio, patron of Bologna.
FIXED = frozenset(
    {
        (1, 1),
        (1, 6),
        (4, 25),
        (5, 1),
        (6, 2),
        (8, 15),
        (10, 4),
        (11, 1),
        (12, 8),
        (12, 25),
        (12, 26),
    }
)
SATURDAY = 5
ONE = timedelta(days=1)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar."""
    golden, century = year % 19, year // 100
    skipped = century - century // 4 - (8 * century + 13) // 25
    epact = (19 * golden + skipped + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    from_march = moon - weekday
    month = 3 + (from_march + 40) // 44
    return date(year, month, from_march + 28 - 31 * (month // 4))


def is_working_day(day: date) -> bool:
    """Tell whether the offices of Bologna work on that day."""
    if day.weekday() >= SATURDAY or (day.month, day.day) in FIXED:
        return False
    return day != easter(day.year) + ONE


def working_day_from(day: date) -> date:
    """Return the day itself, or the next working day: a term that ends on a holiday moves on."""
    while not is_working_day(day):
        day += ONE
    return day


def working_days_before(day: date, count: int) -> date:
    """Return the day that lies so many working days before."""
    while count > 0:
        day -= ONE
        count -= is_working_day(day)
    return day


def term_after(day: date, days: int) -> date:
    """Return the last good day of a term of so many days; the day it begins on does not count."""
    return working_day_from(day + timedelta(days=days))


def end_of(day: date) -> datetime:
    """Return the instant at which a day of Rome is over."""
    return clock.midnight(day + ONE)
