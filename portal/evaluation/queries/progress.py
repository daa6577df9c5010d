"""How far each evaluator of a round is, who is late, which dossiers were refused."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import barred_from, dealt_with_by
from portal.db import db
from portal.evaluation.models import Round, ScoreSheet, Tally
from portal.evaluation.queries.sheets import has_something, visible_sheets
from portal.evaluation.queries.tallies import count_where
from portal.evaluation.states import GONE, JUDGED_IN, OPEN, SheetState
from portal.outbox import Mail


@dataclass(frozen=True)
class EvaluatorProgress:
    """How far one evaluator is with the dossiers of a round."""

    user: User
    to_do: int
    draft: int
    sent: int
    declined: int
    last_at: datetime | None

    @property
    def left(self) -> int:
        """Return how many he has still to send."""
        return self.to_do + self.draft

    @property
    def total(self) -> int:
        """Return how many he judges."""
        return self.left + self.sent


def progress_in(of_round: Round, user: Any) -> list[EvaluatorProgress]:
    """Return who judges, or refused to judge, dossiers of a round: by name, in two queries.

    A sheet whose dossier was decided without it is not waited for. Those on dossiers that `user`
    is kept from are counted nowhere.
    """
    waited = and_(ScoreSheet.state.in_(OPEN), Application.state == JUDGED_IN[of_round.gate])
    is_draft = and_(waited, (ScoreSheet.state == SheetState.REOPENED) | has_something())
    rows = db.session.execute(
        select(
            ScoreSheet.evaluator_id,
            count_where(and_(waited, ~is_draft)),
            count_where(is_draft),
            count_where(ScoreSheet.state == SheetState.SENT),
            count_where(ScoreSheet.state == SheetState.DECLINED),
            func.max(ScoreSheet.sent_at),
            func.max(ScoreSheet.worked_at),
        )
        .join(ScoreSheet.application)
        .where(ScoreSheet.round_id == of_round.id, ~barred_from(user))
        .group_by(ScoreSheet.evaluator_id)
    ).all()
    people = {
        each.id: each
        for each in db.session.scalars(select(User).where(User.id.in_([row[0] for row in rows])))
    }
    found = [
        EvaluatorProgress(people[key], to_do, draft, sent, declined, newest(first, second))
        for key, to_do, draft, sent, declined, first, second in rows
    ]
    return sorted(
        (each for each in found if each.total or each.declined),
        key=lambda each: (each.user.name, each.user.id),
    )


def newest(*instants: datetime | None) -> datetime | None:
    """Return the latest of some instants that may be missing."""
    return max((each for each in instants if each is not None), default=None)


@dataclass(frozen=True)
class Chased:
    """Somebody with sheets to send: how many, and whether he was written to today."""

    user: User
    left: int
    key: str
    is_chased_today: bool


def people_to_chase(of_round: Round, user: Any) -> list[Chased]:
    """Return who has sheets of a round to send, by name."""
    today = clock.today().isoformat()
    late = [each for each in progress_in(of_round, user) if each.left]
    keys = {each.user.id: f"sheets_chased:{of_round.id}:{each.user.id}:{today}" for each in late}
    written = written_mails(keys.values())
    return [
        Chased(each.user, each.left, keys[each.user.id], keys[each.user.id] in written)
        for each in late
    ]


def written_mails(keys: Collection[str]) -> set[str]:
    """Return which of these mails stand: one query."""
    return set(db.session.scalars(select(Mail.key).where(Mail.key.in_(keys))))


def not_replaced(*columns: Any) -> Select[Any]:
    """Return the select of sheets that ended on dossiers which have too few evaluators since."""
    judged = [
        and_(Round.gate == gate, Application.state == state) for gate, state in JUDGED_IN.items()
    ]
    of_dossier = and_(
        Tally.round_id == ScoreSheet.round_id, Tally.application_id == ScoreSheet.application_id
    )
    return (
        select(*columns)
        .select_from(ScoreSheet)
        .join(Application, Application.id == ScoreSheet.application_id)
        .join(Round, Round.id == ScoreSheet.round_id)
        .join(Tally, of_dossier)
        .where(
            ScoreSheet.state.in_(GONE),
            Tally.assigned < Round.sheets_wanted,
            Round.closed_at.is_(None),
            or_(*judged),
        )
    )


@dataclass(frozen=True)
class Shortage:
    """A dossier that wants another evaluator, and the sheets of those who judge it no more."""

    application: Application
    ended: Sequence[ScoreSheet]


def shortages_in(of_round: Round, user: Any) -> list[Shortage]:
    """Return the dossiers of a round that have lost an evaluator, by code: one query."""
    sheets = db.session.scalars(
        not_replaced(ScoreSheet)
        .where(Round.id == of_round.id, dealt_with_by(user))
        .order_by(Application.practice_code, ScoreSheet.id)
        .options(joinedload(ScoreSheet.application), joinedload(ScoreSheet.evaluator))
    )
    groups = itertools.groupby(sheets, key=lambda each: each.application)
    return [Shortage(application, list(ended)) for application, ended in groups]


def rounds_in_want(user: Any) -> list[tuple[Round, int]]:
    """Return the rounds that want evaluators, and for how many dossiers: one query."""
    number = func.count(Application.id.distinct()).label("number")
    wanted = not_replaced(Round.id, number).where(dealt_with_by(user)).group_by(Round.id)
    counts = wanted.subquery()
    rows = db.session.execute(
        select(Round, counts.c.number)
        .join(counts, counts.c.id == Round.id)
        .order_by(Round.call_id, Round.number)
    )
    return [(each, found) for each, found in rows]


@dataclass(frozen=True)
class OwnRound:
    """A round in which somebody judges: by when, and how many of his sheets are left."""

    round: Round
    due_on: date | None
    total: int
    left: int

    @property
    def days_left(self) -> int | None:
        """Return in how many days the sheets are awaited; below zero when that is past."""
        return None if self.due_on is None else (self.due_on - clock.today()).days


def own_rounds(user: Any) -> list[OwnRound]:
    """Return the rounds of the sheets somebody may read, the most pressing first."""
    own = visible_sheets(user).subquery()
    left = func.sum(case((own.c.state == SheetState.SENT, 0), else_=1))
    rows = db.session.execute(
        select(Round, func.count(), left).join(own, own.c.round_id == Round.id).group_by(Round.id)
    )
    found = [OwnRound(each, each.sheets_due_on, total, left or 0) for each, total, left in rows]
    return sorted(
        found, key=lambda x: (x.left == 0, x.due_on or date.max, x.round.call_id, x.round.number)
    )


def declined_by(user: Any) -> Sequence[ScoreSheet]:
    """Return what somebody refused to judge and that is still being judged, the newest first."""
    return db.session.scalars(
        select(ScoreSheet)
        .join(ScoreSheet.application)
        .join(ScoreSheet.round)
        .where(
            ScoreSheet.evaluator_id == user.id,
            ScoreSheet.state == SheetState.DECLINED,
            Round.closed_at.is_(None),
            ~barred_from(user),
        )
        .order_by(ScoreSheet.declined_at.desc(), ScoreSheet.id)
        .options(joinedload(ScoreSheet.application).joinedload(Application.call))
    ).all()
