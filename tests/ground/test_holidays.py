"""Working days of Bologna, and terms that end on a holiday."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal import holidays


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2019, 4, 21),
        date(2038, 4, 25),
        date(1954, 4, 18),
        date(1981, 4, 19),
        date(2049, 4, 18),
    ],
)
def test_easter_is_when_the_calendar_says(day: date) -> None:
    assert holidays.easter(day.year) == day


def test_holidays_of_a_year() -> None:
    free = [
        day
        for month in range(1, 13)
        for day in (date(2026, month, number) for number in range(1, 29))
        if day.weekday() < 5 and not holidays.is_working_day(day)
    ]
    assert free == [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 6, 2),
        date(2026, 12, 8),
        date(2026, 12, 25),
    ]


def test_patron_of_bologna_and_weekends_are_free() -> None:
    assert not holidays.is_working_day(date(2027, 10, 4))
    assert not holidays.is_working_day(date(2026, 11, 21))
    assert not holidays.is_working_day(date(2026, 11, 22))
    assert holidays.is_working_day(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("begins", "days", "ends"),
    [
        (date(2026, 11, 23), 10, date(2026, 12, 3)),
        (date(2026, 11, 18), 10, date(2026, 11, 30)),
        (date(2026, 12, 15), 10, date(2026, 12, 28)),
        (date(2027, 9, 24), 10, date(2027, 10, 5)),
        (date(2026, 3, 26), 10, date(2026, 4, 7)),
    ],
    ids=["a working day", "a Saturday", "Christmas", "the patron", "Easter Sunday"],
)
def test_term_that_ends_on_a_holiday_moves_on(begins: date, days: int, ends: date) -> None:
    assert holidays.term_after(begins, days) == ends


def test_working_days_before_a_day() -> None:
    assert holidays.working_days_before(date(2026, 12, 10), 2) == date(2026, 12, 7)
    assert holidays.working_days_before(date(2026, 11, 23), 1) == date(2026, 11, 20)
    assert holidays.working_days_before(date(2026, 11, 25), 0) == date(2026, 11, 25)


def test_day_ends_at_midnight_of_rome() -> None:
    assert holidays.end_of(date(2026, 7, 1)) == datetime(2026, 7, 1, 22, tzinfo=UTC)
    assert holidays.end_of(date(2026, 12, 1)) == datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert holidays.end_of(date(2026, 3, 28)) == datetime(2026, 3, 28, 23, tzinfo=UTC)
