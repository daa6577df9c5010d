"""The money an item decides on: what there is, what is asked for, what would be left."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import cast, func, select

from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.calls.engine import money_of
from portal.calls.models import Call
from portal.committee.engine import DecisionOutcome, ItemKind
from portal.committee.models import AgendaItem, CommitteeSession, Decision
from portal.committee.queries.places import awaits_final, put_to_vote
from portal.committee.states import SessionState
from portal.db import Cents, db
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.queries import is_kept_from, ranking_of
from portal.evaluation.queries.limits import limits_of
from portal.i18n import pick
from portal.sources.queries import title_of_line

NOTHING = Decimal("0.00")
DECIDED_IN = (SessionState.PLANNED, SessionState.OPEN)


@dataclass(frozen=True)
class MoneyBefore:
    """How money stands before a vote; `line` is the title of the budget line, if there is one.

    `approved` is what the projects approved so far in the round ask for, `given` what approving
    this item gives away.
    """

    line: str
    available: Decimal
    asked: Decimal
    approved: Decimal
    given: Decimal

    @property
    def left(self) -> Decimal:
        """Return what would be left, below zero where there is too little."""
        return self.available - self.approved - self.given

    @property
    def fits(self) -> bool:
        """Tell whether there is enough for it."""
        return self.left >= 0


def money_before(item: AgendaItem, user: Any) -> MoneyBefore | None:
    """Return the money that a dossier or the ranking is decided on with; None where there is none.

    Nothing once the session is over, and to who is kept from a dossier of the round: the sums
    would tell of it.
    """
    of_round = item.session.round
    if item.kind is ItemKind.OTHER or item.session.state not in DECIDED_IN:
        return None
    available = limits_of(of_round).budget
    if available is None or is_kept_from(user, of_round):
        return None
    line = line_of(of_round.call)
    if item.application is not None:
        asked = item.application.requested_amount or NOTHING
        return MoneyBefore(line, available, asked, approved_before(item), asked)
    ranking = ranking_of(of_round)
    if ranking is None:
        return None
    return MoneyBefore(line, available, *asked_and_given(ranking))


def line_of(call: Call) -> str:
    """Return the title of the budget line that a call gives from; blank where there is none."""
    rule = money_of(call)
    return "" if rule is None else pick(title_of_line(rule.budget_line))


def approved_before(item: AgendaItem) -> Decimal:
    """Return what the other projects of the round ask for whose newest decision approves them."""
    order = (Decision.decided_at.desc(), Decision.item_id.desc())
    newest = (
        select(
            AgendaItem.application_id,
            Decision.outcome,
            func.row_number()
            .over(partition_by=AgendaItem.application_id, order_by=order)
            .label("place"),
        )
        .join(Decision, Decision.item_id == AgendaItem.id)
        .join(AgendaItem.session)
        .where(
            CommitteeSession.round_id == item.session.round_id,
            AgendaItem.application_id.is_not(None),
            AgendaItem.application_id != item.application_id,
        )
        .subquery()
    )
    total = db.session.scalar(
        select(cast(func.sum(Application.requested_amount), Cents))
        .join(newest, newest.c.application_id == Application.id)
        .where(
            newest.c.place == 1,
            newest.c.outcome == DecisionOutcome.APPROVED,
            Application.state != ApplicationState.WITHDRAWN,
        )
    )
    return total or NOTHING


def asked_and_given(ranking: Ranking) -> tuple[Decimal, Decimal, Decimal]:
    """Return what is asked for in a ranking, nothing approved apart from it, what it gives."""
    asked, given = db.session.execute(
        select(
            cast(func.sum(RankingPlace.requested), Cents),
            cast(func.sum(RankingPlace.proposed), Cents),
        ).where(RankingPlace.ranking_id == ranking.id)
    ).one()
    if awaits_final(ranking):
        put = put_to_vote(ranking.round)
        given = sum((each.proposed or NOTHING for each in put.standings), NOTHING) if put else given
    return asked or NOTHING, NOTHING, given or NOTHING
