"""The clock: one present for all processes, another time where it is asked for, days of Rome."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.errors import Invalid

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Path]:
    """The setting file, followed while the test runs."""
    path = tmp_path / "clock"
    clock.configure(path)
    yield path
    clock.configure(None)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_now_is_the_present_in_utc() -> None:
    before = clock.now()
    assert before.tzinfo is UTC
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=5)


def test_now_stands_still_at_the_instant_in_the_file(setting: Path) -> None:
    setting.write_text("2026-11-22T12:00:00+01:00\n")
    assert clock.now() == clock.now() == NOON


@pytest.mark.parametrize(
    ("offset", "days"), [("+86400s", 1), ("-2d", -2), ("+48h", 2), ("-1440m", -1)]
)
def test_now_is_moved_by_the_offset_in_the_file(setting: Path, offset: str, days: int) -> None:
    real = clock.now()
    setting.write_text(offset)
    moved = clock.now() - real - timedelta(days=days)
    assert timedelta(0) <= moved < timedelta(seconds=5)


def test_now_reads_the_file_each_time(setting: Path) -> None:
    real = clock.now()
    setting.write_text("2026-11-22T11:00:00Z")
    assert clock.now() == NOON
    setting.write_text("2027-01-01T00:00:00Z")
    assert clock.now() == datetime(2027, 1, 1, tzinfo=UTC)
    setting.write_text("")
    assert timedelta(0) <= clock.now() - real < timedelta(seconds=5)
    setting.unlink()
    assert timedelta(0) <= clock.now() - real < timedelta(seconds=5)


@pytest.mark.parametrize("text", ["tomorrow", "+1w", "2026-11-22T12:00:00"])
def test_now_refuses_a_setting_that_is_no_instant(setting: Path, text: str) -> None:
    setting.write_text(text)
    with pytest.raises(ValueError, match=r"."):
        clock.now()


def test_at_holds_for_what_is_inside_it(setting: Path) -> None:
    setting.write_text("2030-01-01T00:00:00Z")
    with clock.at(NOON):
        assert clock.now() == NOON
        with clock.at(NOON - timedelta(days=1)) as inner:
            assert clock.now() == inner == NOON - timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() == datetime(2030, 1, 1, tzinfo=UTC)


def test_at_refuses_an_instant_without_zone() -> None:
    with pytest.raises(ValueError, match="zone"), clock.at(local("2026-11-22T12:00:00")):
        pass


def test_today_is_the_day_in_rome() -> None:
    with clock.at(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 8, 1)
    assert clock.rome_date(datetime(2026, 1, 31, 22, 59, tzinfo=UTC)) == date(2026, 1, 31)
    assert clock.to_rome(NOON).isoformat() == "2026-11-22T12:00:00+01:00"


@pytest.mark.check(49)
@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-07-01T12:00", "2026-07-01T10:00:00+00:00"),
        ("2026-12-01T12:00", "2026-12-01T11:00:00+00:00"),
        ("2026-03-29T01:59", "2026-03-29T00:59:00+00:00"),
        ("2026-03-29T03:00", "2026-03-29T01:00:00+00:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59:00+00:00"),
        ("2026-10-25T03:00", "2026-10-25T02:00:00+00:00"),
    ],
)
def test_from_rome_knows_both_times_of_the_year(typed: str, instant: str) -> None:
    assert clock.from_rome(local(typed)).isoformat() == instant


@pytest.mark.check(49)
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-03-29T02:00", "time_not_real"),
        ("2026-03-29T02:59", "time_not_real"),
        ("2026-10-25T02:00", "time_ambiguous"),
        ("2026-10-25T02:59", "time_ambiguous"),
    ],
)
def test_from_rome_refuses_skipped_and_repeated_times(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clock.from_rome(local(typed))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_day_of_rome_begins_at_its_own_midnight(day: date, begins: datetime) -> None:
    assert clock.midnight(day) == begins


def test_from_rome_refuses_an_instant() -> None:
    with pytest.raises(ValueError, match="zone"):
        clock.from_rome(NOON)
