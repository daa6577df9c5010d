"""Many at once on one line: never more promised than there is, and all of it adds up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal import ledger
from portal.db import db as portal_db
from portal.errors import Invalid
from portal.permissions import Role
from portal.sources import services
from portal.sources.engine import Room
from portal.sources.models import BudgetLine
from portal.sources.queries import rooms_of
from tests import make
from tests.at_once import at_once
from tests.conftest import as_it_was, rolled_back
from tests.sources import stories
from tests.sources.stories import euros

pytestmark = pytest.mark.database


def same_line(line_id: int) -> BudgetLine:
    """Read the line in this thread."""
    return portal_db.session.get_one(BudgetLine, line_id)


@pytest.mark.check(56)
def test_of_fifty_at_once_only_as_many_get_money_as_there_is(
    committed: SQLAlchemy, app: Flask
) -> None:
    line = stories.line(20_000)
    line_id, code = line.id, line.code

    def reserve(number: int) -> Callable[[], str]:
        def deed() -> str:
            holder = stories.holder(f"IPL-{number}")
            services.reserve(same_line(line_id), euros(1_000), holder, None)
            return "reserved"

        return deed

    outcomes = at_once(app, [reserve(number) for number in range(50)], 10)
    assert sorted(outcomes) == ["limit_reached"] * 30 + ["reserved"] * 20
    assert rooms_of([code]) == {code: Room(euros(20_000), euros(20_000), euros(0))}
    assert ledger.verify() == ledger.Verdict(3, 21)


def test_same_record_at_once_is_reserved_for_once(committed: SQLAlchemy, app: Flask) -> None:
    line = stories.line(20_000)
    line_id, code, holder = line.id, line.code, stories.holder()
    deeds = [lambda: services.reserve(same_line(line_id), euros(1_000), holder, None).id] * 8
    assert len(set(at_once(app, deeds))) == 1
    assert rooms_of([code])[code].reserved == euros(1_000)


def test_same_change_at_once_is_made_once(committed: SQLAlchemy, app: Flask) -> None:
    staff = make.user(Role.STAFF)
    line = stories.empty_line(staff)
    line_id, code, staff_id = line.id, line.code, staff.id

    def fund() -> None:
        user = portal_db.session.get_one(make.User, staff_id)
        stories.fund(same_line(line_id), user, 500, key="once")

    at_once(app, [fund] * 8)
    assert rooms_of([code])[code].funded == euros(500)
    assert ledger.verify() == ledger.Verdict(3, 1)


def test_release_and_reserve_at_once_leave_a_whole_ledger(
    committed: SQLAlchemy, app: Flask
) -> None:
    line = stories.line(3_000)
    line_id, code = line.id, line.code
    holders = [stories.holder() for _ in range(4)]

    def take(number: int) -> Callable[[], Any]:
        return lambda: services.reserve(same_line(line_id), euros(1_000), holders[number], None).id

    def give(number: int) -> Callable[[], Any]:
        return lambda: services.release(holders[number], None)

    deeds = [deed(number) for _ in range(5) for number in range(4) for deed in (take, give)]
    at_once(app, deeds, 8)
    found = rooms_of([code])[code]
    assert found.left + found.reserved == found.funded == euros(3_000)
    assert found.reserved in {euros(1_000) * number for number in range(4)}
    assert ledger.verify().bad_account is None


# A deed on a line: what, whose, how many cents.
DEEDS = some.lists(
    some.tuples(
        some.sampled_from(["fund", "reduce", "reserve", "release"]),
        some.integers(0, 3),
        some.integers(1, 50_000),
    ),
    max_size=12,
)


class Naive:
    """What a line should come to, kept as plainly as can be."""

    def __init__(self) -> None:
        self.funded, self.promised = 0, dict[int, int]()

    @property
    def left(self) -> int:
        """Return the cents that are free."""
        return self.funded - sum(self.promised.values())

    def do(self, what: str, whose: int, cents: int) -> bool:
        """Do a deed; tell whether it may be done."""
        if what == "fund":
            self.funded += cents
        elif what == "release":
            self.promised.pop(whose, None)
        elif what == "reserve" and self.promised.get(whose) == cents:
            return True
        elif cents > self.left or (what == "reserve" and whose in self.promised):
            return False
        elif what == "reduce":
            self.funded -= cents
        else:
            self.promised[whose] = cents
        return True


def really(line: BudgetLine, staff: Any, deed: tuple[str, int, int]) -> bool:
    """Do a deed on the line; tell whether it was let through."""
    what, whose, cents = deed
    amount, holder = Decimal(cents) / 100, stories.holder(f"IPL-{whose}")
    try:
        match what:
            case "fund":
                stories.fund(line, staff, str(amount))
            case "reduce":
                stories.reduce(line, staff, str(amount))
            case "reserve":
                services.reserve(line, euros(str(amount)), holder, staff)
            case _:
                services.release(holder, staff)
    except (Invalid, services.WrongState):
        return False
    return True


@pytest.mark.check(58)
def test_no_storm_of_deeds_makes_more_or_less_of_the_money(app: Flask) -> None:
    with rolled_back(app):
        staff_id = make.user(Role.STAFF).id

        @settings(max_examples=12, suppress_health_check=list(HealthCheck))
        @given(DEEDS)
        def storm(deeds: list[tuple[str, int, int]]) -> None:
            with as_it_was():
                staff = portal_db.session.get_one(make.User, staff_id)
                line, naive = stories.empty_line(staff), Naive()
                for deed in deeds:
                    assert really(line, staff, deed) == naive.do(*deed)
                    found = rooms_of([line.code])[line.code]
                    assert [int(part * 100) for part in (found.funded, found.left)] == [
                        naive.funded,
                        naive.left,
                    ]
                    assert naive.left >= 0
                assert ledger.verify().bad_account is None

        storm()
