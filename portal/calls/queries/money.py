"""What is left of the money of calls that are limited by it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from portal.calls.engine import money_of
from portal.calls.models import Call
from portal.calls.states import CallState
from portal.db import db
from portal.money import CENT
from portal.sources.engine import Room
from portal.sources.queries import rooms_of


def money_left(call: Call) -> Room | None:
    """Return how the money of a call stands; None where nothing limits the call."""
    return money_left_of([call]).get(call.code)


def money_left_of(calls: Iterable[Call]) -> dict[str, Room]:
    """Return the same for many calls by their codes: one query, none where no call is limited."""
    lines = {call.code: rule.budget_line for call in calls if (rule := money_of(call)) is not None}
    rooms = rooms_of(lines.values())
    return {code: rooms[line] for code, line in lines.items() if line in rooms}


def money_obstacle(call: Call) -> str | None:
    """Return what keeps a limited call from being published: no such line, or too little on it."""
    if money_of(call) is None:
        return None
    room = money_left(call)
    if room is None:
        return "no_line"
    return None if has_money(call, room) else "too_little"


def has_money(call: Call, room: Room) -> bool:
    """Tell whether one more application may find money: as much as the least that can be asked."""
    return room.left >= (call.lowest_amount or CENT)


def calls_on(line_code: str) -> list[Call]:
    """Return the calls that draw on a line and have been published, in the order they are held."""
    states = (CallState.PUBLISHED, CallState.EXHAUSTED)
    calls = db.session.scalars(select(Call).where(Call.state.in_(states)).order_by(Call.id))
    rules = ((call, money_of(call)) for call in calls)
    return [call for call, rule in rules if rule is not None and rule.budget_line == line_code]
