"""The personal area: one's own applications, and the work of one's roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import (
    Status,
    own_applications,
    statuses_of,
    visible_applications,
)
from portal.applications.states import ApplicationState
from portal.calls.queries import closings_for, takes
from portal.db import db
from portal.evaluation.models import ScoreSheet
from portal.evaluation.states import OPEN

S = ApplicationState

# What applicants ask for, in their words: the states behind each.
GROUPS: Mapping[str, frozenset[ApplicationState]] = {
    "draft": frozenset({S.DRAFT}),
    "sent": frozenset({S.SUBMITTED}),
    "working": frozenset({S.FORMAL_CHECK, S.ADMITTED, S.UNDER_EVALUATION}),
    "incomplete": frozenset({S.INTEGRATION_REQUESTED}),
    "accepted": frozenset({S.SELECTED, S.RESERVE}),
    "refused": frozenset({S.INADMISSIBLE, S.REFUSED, S.WITHDRAWN}),
}


@dataclass(frozen=True)
class OwnLine:
    """One of the applications on whose side a person stands; `can_send` while its call takes it."""

    application: Application
    status: Status
    can_send: bool
    closes_at: datetime | None


def own_lines(user: Any, group: str = "") -> list[OwnLine]:
    """Return the applications on whose side `user` stands, those of one group if it is named."""
    states = GROUPS.get(group)
    own = [each for each in own_applications(user) if states is None or each.state in states]
    closings, statuses = closings_for(own), statuses_of(own)
    return [
        OwnLine(
            each,
            statuses[each.id],
            each.state is S.DRAFT and takes(each.call, closings[each.id]),
            closings[each.id],
        )
        for each in own
    ]


@dataclass(frozen=True)
class Work:
    """What waits for a person in the roles held; None where the role is not held."""

    to_take_in_charge: int | None
    sheets_to_send: int | None


def work_of(user: Any) -> Work:
    """Return how much work waits for `user`."""
    return Work(
        _count_new(user) if permissions.could(user, "application.list") else None,
        _count_sheets(user) if permissions.could(user, "assignment.list") else None,
    )


def _count_new(user: Any) -> int:
    new = visible_applications(user).where(Application.state == S.SUBMITTED)
    return db.session.scalar(select(func.count()).select_from(new.subquery())) or 0


def _count_sheets(user: Any) -> int:
    statement = select(func.count()).where(
        ScoreSheet.evaluator_id == user.id, ScoreSheet.state.in_(OPEN)
    )
    return db.session.scalar(statement) or 0
