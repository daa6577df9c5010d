"""Sources and lines as far as a test needs them, brought there by the services themselves."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from portal import clock
from portal.permissions import Role
from portal.sources import services
from portal.sources.engine import Holder
from portal.sources.models import BudgetLine, FundingSource
from tests import make

_numbers = itertools.count(1)
DAY = date(2026, 1, 15)


def euros(text: str | int) -> Decimal:
    """An amount with its cents."""
    return Decimal(text).quantize(Decimal("0.01"))


def source(staff: Any = None, **facts: Any) -> FundingSource:
    """A source without lines."""
    values = {
        "code": f"fonte-{next(_numbers)}",
        "name_it": "Indumenti usati",
        "name_en": "Used clothes",
        "payer": "Comune di Bologna",
        "regime": "public",
        "starts_on": DAY,
        **facts,
    }
    return services.create_source(staff or make.user(Role.STAFF), **values)


def empty_line(staff: Any = None, code: str = "", **facts: Any) -> BudgetLine:
    """A line on which no money has come yet."""
    staff = staff or make.user(Role.STAFF)
    of_source = facts.pop("source", None) or source(staff)
    code = code or f"voce-{next(_numbers)}"
    return services.open_line(of_source, staff, code, title_it="Over 55", **facts)


def line(amount: str | int = 20_000, staff: Any = None, code: str = "") -> BudgetLine:
    """A line with money."""
    staff = staff or make.user(Role.STAFF)
    found = empty_line(staff, code)
    fund(found, staff, amount)
    return found


def change(amount: str | int, **facts: Any) -> services.Change:
    """A change of what a line holds; its act is never still to come."""
    day = min(DAY, clock.today())
    values = {"reason": "Quota 2026", "act": "PG 397711/2020", "effective_on": day, **facts}
    return services.Change(amount=euros(amount), **values)


def fund(of: BudgetLine, staff: Any, amount: str | int, key: str = "") -> None:
    """Add money to a line."""
    services.fund_line(of, staff, change(amount), key or f"k{next(_numbers)}")


def reduce(of: BudgetLine, staff: Any, amount: str | int, key: str = "") -> None:
    """Take money off a line."""
    services.reduce_line(of, staff, change(amount), key or f"k{next(_numbers)}")


def holder(key: str = "") -> Holder:
    """A record that money can be reserved for."""
    return Holder("application", key or f"IPL-TEST-{next(_numbers)}")
