"""Rounds: which ones a call has, and which one an application is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import kept_from
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.calls.queries import get_call
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Round, RoundEntry
from portal.grids.engine import Grid
from portal.grids.queries import grid_of

FIRST_GATE = 1
UNCHECKED = (
    ApplicationState.SUBMITTED,
    ApplicationState.FORMAL_CHECK,
    ApplicationState.INTEGRATION_REQUESTED,
)


def get_call_for(code: str, user: Any, action: str) -> Call:
    """Return the call if `user` may do `action` on it, else raise NotFound."""
    call = get_call(code, user)
    if not permissions.can(user, action, call):
        raise NotFound
    return call


def rounds_of(call: Call) -> list[Round]:
    """Return the rounds of a call in the order of their numbers: one query."""
    return list(
        db.session.scalars(select(Round).where(Round.call_id == call.id).order_by(Round.number))
    )


def chosen_round(call: Call, number: int | None = None) -> Round | None:
    """Return the round of a call as `chosen_of` chooses it."""
    return chosen_of(rounds_of(call), number)


def chosen_of(rounds: Sequence[Round], number: int | None = None) -> Round | None:
    """Return the round of this number, the newest where none is named; None without any."""
    if number is None:
        return rounds[-1] if rounds else None
    return next((each for each in rounds if each.number == number), None)


def get_round(code: str, user: Any, action: str, number: int | None = None) -> Round:
    """Return a round of the call if `user` may do `action` on the call, else raise NotFound."""
    found = chosen_round(get_call_for(code, user, action), number)
    if found is None:
        raise NotFound
    return found


def round_of(application: Application, gate: int = FIRST_GATE) -> Round | None:
    """Return the round in which an application is judged at a gate, once it has entered one."""
    return db.session.scalar(
        select(Round)
        .join(RoundEntry, RoundEntry.round_id == Round.id)
        .where(RoundEntry.application_id == application.id, Round.gate == gate)
    )


def grid_of_round(each: Round) -> Grid:
    """Return the grid of a round, frozen with it."""
    return grid_of(each.grid_definition)


def sees_all(user: Any, found_round: Round) -> bool:
    """Tell whether `user` is kept from none of the dossiers a ranking of the round tells of.

    A ranking with a gap would tell that there is one, and where it stands. Those whose formal
    check isn't over are among them: what a ranking still lacks is said by their codes.
    """
    told_of = or_(_has_entered(found_round), Application.state.in_(UNCHECKED))
    of_call = Application.call_id == found_round.call_id
    return not _is_kept_from(user, and_(of_call, told_of))


def is_kept_from(user: Any, found_round: Round) -> bool:
    """Tell whether `user` is kept from a dossier that is judged in the round."""
    return _is_kept_from(user, _has_entered(found_round))


def _is_kept_from(user: Any, those: ColumnElement[bool]) -> bool:
    """Tell whether `user` is kept from one of `those` dossiers: asked of those he is kept from."""
    kept = kept_from(user).subquery()
    told = exists().where(Application.id == kept.c[0], those)
    return db.session.scalar(select(kept.c[0]).where(told).limit(1)) is not None


def _has_entered(found_round: Round) -> ColumnElement[bool]:
    """Return the condition that an application takes part in a round."""
    entry = and_(RoundEntry.round_id == found_round.id, RoundEntry.application_id == Application.id)
    return exists().where(entry).correlate(Application)
