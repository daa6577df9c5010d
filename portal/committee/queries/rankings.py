"""Whether the committee has approved a ranking, or decided on one application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from portal.applications.models import Application
from portal.committee.engine import DecisionOutcome, ItemKind
from portal.committee.models import AgendaItem, CommitteeSession, Decision
from portal.committee.queries.places import put_to_vote
from portal.committee.states import SessionState
from portal.db import db
from portal.evaluation.models import Round
from portal.evaluation.queries import ranking_of
from portal.evaluation.states import RankingState
from portal.i18n import lazy


class Approval(StrEnum):
    """How the committee stands to the places it has before it now."""

    NOT_VOTED = "not_voted"
    NOT_APPROVED = "not_approved"
    OVERTAKEN = "overtaken"
    NOT_MINUTED = "not_minuted"
    APPROVED = "approved"


APPROVAL_WORDS: Mapping[Approval, Any] = {
    Approval.NOT_VOTED: lazy(
        "The committee has not voted on the ranking: put it on the agenda of a session."
    ),
    Approval.NOT_APPROVED: lazy(
        "In session %(number)s the committee did not approve the ranking: it votes again."
    ),
    Approval.OVERTAKEN: lazy(
        "The places have changed since the vote of session %(number)s: the committee votes again, "
        "on the new ones."
    ),
    Approval.NOT_MINUTED: lazy(
        "In session %(number)s the committee approved these places: its minutes are to be frozen."
    ),
    Approval.APPROVED: lazy("In session %(number)s the committee approved these places."),
}


@dataclass(frozen=True)
class Approved:
    """How far the approval of a ranking is, and by which session."""

    approval: Approval
    number: int | None = None

    @property
    def words(self) -> str:
        """Return it in words."""
        return str(APPROVAL_WORDS[self.approval]) % {"number": self.number}


@dataclass(frozen=True)
class RankingVote:
    """A decision on the ranking, and the session it was taken in."""

    decision: Decision
    number: int
    state: SessionState

    def approves(self, places: str) -> bool:
        """Tell whether it approves the places of this mark."""
        is_about_them = self.decision.places_mark == places
        return is_about_them and self.decision.outcome is DecisionOutcome.APPROVED


def approval_of(of_round: Round) -> Approved:
    """Return whether the committee has approved the very places it has before it now.

    Of the decisions whose minutes are frozen the newest counts, and only for the places it was
    taken on.
    """
    put, votes = put_to_vote(of_round), votes_on_ranking(of_round)
    if put is None or not votes:
        return Approved(Approval.NOT_VOTED)
    newest, mark = votes[0], put.mark
    minuted = next((each for each in votes if each.state is SessionState.MINUTED), None)
    if minuted is not None and minuted.approves(mark):
        return Approved(Approval.APPROVED, minuted.number)
    if newest.decision.outcome is not DecisionOutcome.APPROVED:
        return Approved(Approval.NOT_APPROVED, newest.number)
    is_same = newest.approves(mark)
    return Approved(Approval.NOT_MINUTED if is_same else Approval.OVERTAKEN, newest.number)


def votes_on_ranking(of_round: Round) -> Sequence[RankingVote]:
    """Return the decisions on the ranking of a round, the newest first: one query."""
    rows = db.session.execute(
        select(Decision, CommitteeSession.number, CommitteeSession.state)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .join(CommitteeSession, CommitteeSession.id == AgendaItem.session_id)
        .where(CommitteeSession.round_id == of_round.id, AgendaItem.kind == ItemKind.RANKING)
        .order_by(Decision.decided_at.desc(), Decision.item_id.desc())
    )
    return [RankingVote(*row) for row in rows]


def is_approved(of_round: Round) -> bool:
    """Tell whether the committee has approved the places it has before it, in frozen minutes."""
    return approval_of(of_round).approval is Approval.APPROVED


def overtaken_in(session: CommitteeSession, items: Sequence[AgendaItem]) -> Approved | None:
    """Return what an agenda tells of a vote whose places have changed since.

    None where the ranking isn't among the `items`, the vote holds, or the ranking is final.
    """
    if not any(item.kind is ItemKind.RANKING for item in items):
        return None
    ranking = ranking_of(session.round)
    if ranking is None or ranking.state is RankingState.FINAL:
        return None
    found = approval_of(session.round)
    return found if found.approval is Approval.OVERTAKEN else None


def has_decided_on(application: Application) -> bool:
    """Tell whether the committee has decided on an application, in minutes that are frozen."""
    taken = (
        select(Decision.item_id)
        .join(AgendaItem, AgendaItem.id == Decision.item_id)
        .join(CommitteeSession, CommitteeSession.id == AgendaItem.session_id)
        .where(
            AgendaItem.kind == ItemKind.DOSSIER,
            AgendaItem.application_id == application.id,
            CommitteeSession.state == SessionState.MINUTED,
            Decision.outcome != DecisionOutcome.POSTPONED,
        )
    )
    return db.session.scalar(taken.limit(1)) is not None
