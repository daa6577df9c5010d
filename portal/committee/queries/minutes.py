"""The minutes as they follow from what happened, in the language of the acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import barred_from
from portal.committee.engine import (
    FUNCTION_LABELS,
    OUTCOME_LABELS,
    VOTE_LABELS,
    ItemKind,
    explain_verdict,
)
from portal.committee.models import (
    AgendaItem,
    CommitteeMember,
    CommitteeSession,
    Decision,
    Minutes,
    Vote,
)
from portal.committee.queries.discussions import (
    CriterionLine,
    Discussion,
    discussion_of,
    discussions_of,
)
from portal.committee.queries.items import decisions_in, title_of, votes_in, whole_agenda
from portal.committee.queries.people import owners_of_money
from portal.committee.queries.places import NOTHING_TOLD, Told, told_in, told_now
from portal.committee.queries.sessions import Seat, quorum_of, seats_of
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import RoundEntry, Score
from portal.evaluation.queries import ranking_of
from portal.evaluation.states import RankingState
from portal.grids.engine import format_points
from portal.i18n import DEFAULT_LANGUAGE, _, format_instant, format_long_date, in_language, pick


@dataclass(frozen=True)
class Facts:
    """What happened in a session, read at once."""

    discussions: Mapping[int, Discussion]
    decisions: Mapping[int, Decision]
    votes: Mapping[int, Sequence[Vote]]
    owners: str


def compose_minutes(session: CommitteeSession) -> dict[str, Any]:
    """Return what the minutes say: texts alone, so that they stay as they are.

    It costs the same number of queries however long the agenda is.
    """
    items = whole_agenda(session)
    begun = [item for item in items if item.began_at is not None]
    owners = ", ".join(owner.name for owner in owners_of_money(session.round.call))
    facts = Facts(discussions_of(session, begun), decisions_in(begun), votes_in(begun), owners)
    with in_language(DEFAULT_LANGUAGE):
        return {
            "call": pick(session.round.call.title),
            "call_code": session.round.call.code,
            "number": session.number,
            "place": session.place,
            "link": session.link,
            "opened": instant(session.opened_at),
            "closed": instant(session.closed_at),
            "quorum": quorum_of(session),
            "seats": [seat_facts(seat) for seat in seats_of(session)],
            "items": [
                item_facts(item, session, number, facts)
                for number, item in enumerate(items, start=1)
            ],
        }


def instant(moment: datetime | None) -> str:
    """Return a moment in words; nothing where there is none."""
    return "" if moment is None else format_instant(moment)


def hour(moment: datetime | None) -> str:
    """Return the hour of a moment of the session."""
    return "" if moment is None else format_instant(moment).split()[-1]


def seat_facts(seat: Seat) -> dict[str, Any]:
    """Return who a member is and when he was there."""
    member = seat.member
    stood = [each.stands_for.user.name for each in seat.attendances if each.stands_for]
    return {
        "member_id": member.id,
        "name": member.user.name,
        "promoter": "" if member.promoter is None else member.promoter.name,
        "function": str(FUNCTION_LABELS[member.function]),
        "act": f"{member.act}, {format_long_date(member.appointed_on)}",
        "times": [[hour(each.arrived_at), hour(each.left_at)] for each in seat.attendances],
        "stands_for": stood[0] if stood else "",
    }


def item_facts(
    item: AgendaItem, session: CommitteeSession, number: int, facts: Facts
) -> dict[str, Any]:
    """Return what happened on an item."""
    discussion, decision = facts.discussions.get(item.id), facts.decisions.get(item.id)
    return {
        "item_id": item.id,
        "kind": item.kind.value,
        "application_id": item.application_id,
        "number": number,
        "title": title_of(item, session),
        "began": hour(item.began_at),
        "ended": hour(item.ended_at),
        "left": [
            [each.member.user.name, hour(each.left_at), hour(each.returned_at)]
            for each in item.recusals
        ],
        "scores": scores_told(discussion, decision),
        **told_in(decision),
        "notes": item.notes,
        "votes": [vote_facts(vote) for vote in facts.votes.get(item.id, ())],
        **decision_facts(decision, facts.owners),
    }


def scores_told(discussion: Discussion | None, decision: Decision | None) -> dict[str, Any] | None:
    """Return the scores of a dossier: those that were voted on, else as they stand."""
    if decision is not None and "scores" in decision.grounds:
        kept: dict[str, Any] = decision.grounds["scores"]
        return kept
    return None if discussion is None else discussion_facts(discussion)


def vote_facts(vote: Vote) -> dict[str, str]:
    """Return how a promoter voted."""
    return {
        "promoter": vote.promoter.name,
        "by": vote.member.user.name,
        "vote": str(VOTE_LABELS[vote.vote]),
        "dissent": vote.dissent,
    }


def decision_facts(decision: Decision | None, owners: str) -> dict[str, Any]:
    """Return what was decided and how it came about; `owners` names whose money it is."""
    if decision is None:
        return {"outcome": "", "grounds": [], "text": ""}
    return {
        "outcome": str(OUTCOME_LABELS[decision.outcome]),
        "grounds": explain_verdict(decision.grounds, owners),
        "text": decision.text,
    }


def scores_of(item: AgendaItem) -> dict[str, Any] | None:
    """Return the scores of the dossier under discussion, as the minutes will tell them."""
    discussion = discussion_of(item)
    if discussion is None:
        return None
    with in_language(DEFAULT_LANGUAGE):
        return discussion_facts(discussion)


def discussion_facts(discussion: Discussion) -> dict[str, Any]:
    """Return the scores, those given alone beside those agreed on."""
    tally = discussion.tally
    total = None if tally is None else tally.total_hundredths
    return {
        "evaluators": list(discussion.evaluators),
        "automatic": [
            [pick(line.criterion.label), points(line.points_hundredths), line.reason]
            for line in discussion.automatic
        ],
        "criteria": [criterion_facts(line) for line in discussion.criteria],
        "total": points(total),
        "vetoed": bool(tally is not None and tally.vetoes),
    }


def criterion_facts(line: CriterionLine) -> dict[str, Any]:
    """Return one criterion with every mark given on it."""
    agreed = line.consensus
    return {
        "label": pick(line.criterion.label),
        "marks": [mark_text(score) for score in line.scores],
        "points": points(line.points_hundredths),
        "spread": points(line.spread_hundredths),
        "agreed": "" if agreed is None else f"{agreed.mark} ({points(agreed.points_hundredths)})",
        "reason": "" if agreed is None else agreed.reason,
    }


def mark_text(score: Score | None) -> str:
    """Return a mark as people read it; what wasn't assessed is no zero."""
    if score is None or (score.mark is None and not score.is_not_assessable):
        return "-"
    return _("not assessable") if score.is_not_assessable else str(score.mark)


def points(hundredths: int | None) -> str:
    """Return points in words; a dash where there are none."""
    return "-" if hundredths is None else format_points(hundredths)


def shown_minutes(content: Mapping[str, Any], closed: Sequence[int]) -> dict[str, Any]:
    """Return the minutes without what is about some dossiers: their items are blank.

    So is the ranking that one of them stands in: a gap would tell where.
    """
    items = [
        {"number": item["number"], "is_blank": True, "is_ranking": is_ranking(item)}
        if is_about(item, closed)
        else item
        for item in content["items"]
    ]
    return {**content, "items": items}


def is_about(item: Mapping[str, Any], closed: Sequence[int]) -> bool:
    """Tell whether an item of minutes is about one of some dossiers of the round."""
    return bool(closed) and (item["application_id"] in closed or is_ranking(item))


def is_ranking(item: Mapping[str, Any]) -> bool:
    """Tell whether an item of minutes is the ranking; older ones say so by its places alone."""
    return item.get("kind") == ItemKind.RANKING or bool(item["places"])


def places_before(item: AgendaItem, decision: Decision | None, user: Any) -> Told:
    """Return the ranking that an item is about: what was voted on, else as it stands now.

    Nothing on other items, and to who is kept from a dossier of it.
    """
    if item.kind is not ItemKind.RANKING or closed_to(item.session, user):
        return NOTHING_TOLD
    return told_now(item.session.round) if decision is None else told_in(decision)


def closed_to(session: CommitteeSession, user: Any) -> list[int]:
    """Return the dossiers of the session's round that the minutes don't tell `user` about.

    Once the ranking of the round is final, they tell everybody in the committee everything. While
    it is provisional, what remarks have changed in it is known to nobody outside.
    """
    ranking = ranking_of(session.round)
    if ranking is not None and ranking.state is RankingState.FINAL:
        return []
    judged = select(RoundEntry.application_id).where(RoundEntry.round_id == session.round_id)
    discussed = select(AgendaItem.application_id).where(
        AgendaItem.session_id == session.id, AgendaItem.application_id.is_not(None)
    )
    told = or_(Application.id.in_(judged), Application.id.in_(discussed))
    return list(db.session.scalars(select(Application.id).where(told, barred_from(user))))


def get_minutes(session: CommitteeSession, number: int, user: Any, whole: bool = False) -> Minutes:
    """Return minutes of a session; NotFound for the `whole` of them while a part is closed."""
    found = db.session.scalar(
        select(Minutes)
        .where(Minutes.session_id == session.id, Minutes.number == number)
        .options(selectinload(Minutes.signatures))
    )
    if found is None or not permissions.can(user, "committee_session.read", session):
        raise NotFound
    if whole and holds_closed(found, closed_to(session, user)):
        raise NotFound
    return found


def holds_closed(minutes: Minutes, closed: Sequence[int]) -> bool:
    """Tell whether minutes, or those they correct, tell of a dossier that is closed."""
    content = minutes.content
    about = any(is_about(item, closed) for item in content.get("items", ()))
    return bool(closed) and ("text" in content or about)


def minutes_of(session: CommitteeSession) -> list[Minutes]:
    """Return the minutes of a session, then those that correct them, with their signatures."""
    return list(
        db.session.scalars(
            select(Minutes)
            .where(Minutes.session_id == session.id)
            .options(selectinload(Minutes.signatures))
            .order_by(Minutes.number)
        )
    )


def signers_of(session: CommitteeSession, minutes: Minutes) -> list[CommitteeMember]:
    """Return who was in the session and has not signed these minutes yet."""
    signed = {each.member_id for each in minutes.signatures}
    seats = [seat.member for seat in seats_of(session) if seat.attendances]
    return [member for member in seats if member.id not in signed]
