"""The agenda as one person sees it, and what the committee has before it on a dossier.

Who is barred from a dossier finds no item about it, and no count that holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.applications.models import Application
from portal.applications.queries import barred_from
from portal.committee.engine import Candidate, discussion_order
from portal.committee.models import (
    AgendaItem,
    CommitteeSession,
    Decision,
    Promoter,
    Recusal,
    Vote,
)
from portal.committee.states import SessionState
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Tally
from portal.evaluation.queries import Apart, apart_on, disputes_in, grid_of_round, is_judged_by
from portal.i18n import _, pick

MOST_CANDIDATES = 300


@dataclass(frozen=True)
class AgendaLine:
    """An item as somebody sees it: numbered among those that he sees."""

    number: int
    item: AgendaItem
    decision: Decision | None
    title: str


def agenda_of(session: CommitteeSession, user: Any) -> list[AgendaLine]:
    """Return the items that are open to `user`, in their order: one query."""
    rows = db.session.execute(
        select(AgendaItem, Decision)
        .outerjoin(Decision, Decision.item_id == AgendaItem.id)
        .outerjoin(Application, Application.id == AgendaItem.application_id)
        .where(
            AgendaItem.session_id == session.id,
            or_(AgendaItem.application_id.is_(None), ~barred_from(user)),
        )
        .options(joinedload(AgendaItem.application))
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return [
        AgendaLine(number, item, decision, title_of(item, session))
        for number, (item, decision) in enumerate(rows, start=1)
    ]


def title_of(item: AgendaItem, session: CommitteeSession) -> str:
    """Return what an item is about; titles of projects stay out where names are hidden."""
    if item.application is not None:
        code = item.application.practice_code
        return code if session.round.is_blind else f"{code}: {item.application.title}"
    return item.title or _("Approval of the ranking")


def get_line(session: CommitteeSession, item_id: int, user: Any) -> AgendaLine:
    """Return an item if it is on the agenda that `user` sees, or raise NotFound."""
    for line in agenda_of(session, user):
        if line.item.id == item_id:
            return line
    raise NotFound


def next_to(lines: Sequence[AgendaLine], item: AgendaItem) -> tuple[Any, Any]:
    """Return the items before and after one; None at either end."""
    index = next(number for number, line in enumerate(lines) if line.item.id == item.id)
    before = lines[index - 1].item if index else None
    return before, lines[index + 1].item if index + 1 < len(lines) else None


def candidates_of(session: CommitteeSession, user: Any) -> list[Candidate]:
    """Return the dossiers that may come on the agenda, those to discuss first in front.

    They are those of the round that somebody has judged, open to `user`, not on it yet.
    """
    disputes = disputes_in(session.round)
    there = select(AgendaItem.application_id).where(
        AgendaItem.session_id == session.id, AgendaItem.application_id.is_not(None)
    )
    rows = db.session.execute(
        select(
            Application.id,
            Application.practice_code,
            Application.title,
            Tally.sent,
            Tally.total_hundredths,
            Tally.spread_hundredths,
            disputes.c.dispute,
        )
        .join(Tally, Tally.application_id == Application.id)
        .join(disputes, disputes.c.application_id == Application.id)
        .where(
            Tally.round_id == session.round_id,
            Tally.sent > 0,
            Application.id.not_in(there),
            ~barred_from(user),
        )
        .order_by(disputes.c.dispute.desc(), Application.id)
        .limit(MOST_CANDIDATES)
    )
    return discussion_order([Candidate(*row) for row in rows])


def widest_of(
    session: CommitteeSession, candidates: Iterable[Candidate]
) -> dict[int, tuple[str, Apart]]:
    """Return on which criterion the evaluators of some dossiers are furthest apart: one query."""
    ids = [each.application_id for each in candidates]
    labels = {each.key: pick(each.label) for each in grid_of_round(session.round).criteria}
    found = apart_on(session.round, ids)
    return {id_: (labels[lines[0].key], lines[0]) for id_, lines in found.items()}


def votes_on(item: AgendaItem) -> list[Vote]:
    """Return the votes given on an item, promoter by promoter."""
    return votes_in([item]).get(item.id, [])


def votes_in(items: Iterable[AgendaItem]) -> dict[int, list[Vote]]:
    """Return the votes given on some items, promoter by promoter: one query."""
    statement = (
        select(Vote)
        .join(Vote.promoter)
        .where(Vote.item_id.in_([item.id for item in items]))
        .options(joinedload(Vote.promoter), joinedload(Vote.member))
        .order_by(Promoter.name, Promoter.id)
    )
    found: dict[int, list[Vote]] = {}
    for vote in db.session.scalars(statement):
        found.setdefault(vote.item_id, []).append(vote)
    return found


def decision_on(item: AgendaItem) -> Decision | None:
    """Return what was decided on an item."""
    return db.session.get(Decision, item.id)


def decisions_in(items: Iterable[AgendaItem]) -> dict[int, Decision]:
    """Return what was decided on some items: one query."""
    of_items = select(Decision).where(Decision.item_id.in_([item.id for item in items]))
    return {each.item_id: each for each in db.session.scalars(of_items)}


def may_see_scores(item: AgendaItem, user: Any, may_record: bool) -> bool:
    """Tell whether the scores are open to `user`: to the office, to members once it is discussed.

    Who still has a sheet of his own to send sees those of others after that.
    """
    if may_record or item.session.state in (SessionState.CLOSED, SessionState.MINUTED):
        return True
    judges = item.application is not None and is_judged_by(user, item.application)
    return item.began_at is not None and not judges


def whole_agenda(session: CommitteeSession) -> list[AgendaItem]:
    """Return every item with who left for it, whoever is barred: for services and minutes."""
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.session_id == session.id)
            .options(
                joinedload(AgendaItem.application),
                selectinload(AgendaItem.recusals).joinedload(Recusal.member),
            )
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )
