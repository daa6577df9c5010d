"""One item at a time: who leaves, what is said, what is agreed, how the promoters vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from portal import audit, clock
from portal.committee.engine import ItemKind, VoteKind, decide
from portal.committee.models import AgendaItem, CommitteeMember, Decision, Promoter, Vote
from portal.committee.queries import (
    Lacks,
    PutToVote,
    awaits_final,
    ballot_mark,
    decision_on,
    lacks_on,
    owners_on,
    put_to_vote,
    scores_of,
    told,
)
from portal.committee.services.recording import (
    follow_bars,
    hold_current,
    hold_session,
    leave_items,
    require_free,
)
from portal.committee.states import SessionState
from portal.db import db, lock, transaction
from portal.errors import Invalid, InvalidMany, Stale, WrongState, declare, mark
from portal.evaluation.models import Ranking
from portal.evaluation.queries import ranking_of
from portal.evaluation.services import hold_round, require_judged, set_consensus
from portal.i18n import DEFAULT_LANGUAGE, in_language

declare(
    {
        "vote_missing": mark("Choose how this promoter votes."),
        "vote_nobody": mark("Nobody is present who can vote on this item."),
        "vote_stale": mark(
            "Meanwhile somebody has saved votes on this item, or the places have changed: read "
            "what stands here now, then save yours again."
        ),
        "vote_not_drawn": mark("The ranking is not drawn yet: draw it, then vote on it."),
        "vote_no_dissent": mark("Who is in favour has no dissent: leave it blank."),
    }
)


@dataclass(frozen=True)
class Ballot:
    """What one promoter says on an item."""

    vote: VoteKind
    dissent: str = ""


@transaction()
def take_item(item: AgendaItem, actor: Any) -> None:
    """Take an item up: the one before ends, and who is barred from this one leaves the room."""
    session = item.session
    hold_session(session, actor, SessionState.OPEN)
    lock(item)
    require_free(item, actor)
    if item.is_current:
        return
    now = clock.now()
    leave_items(session, now)
    item.began_at, item.ended_at = item.began_at or now, None
    db.session.flush()
    follow_bars(item)
    audit.record("committee_session.take_item", session, actor, facts={"item": item.id})


@transaction()
def save_notes(item: AgendaItem, actor: Any, version: int, notes: str) -> None:
    """Keep what is noted of the discussion, as it was at `version`; Stale when it has changed.

    It may be put right until the minutes are frozen.
    """
    hold_session(item.session, actor, SessionState.OPEN, SessionState.CLOSED)
    lock(item)
    require_free(item, actor)
    if item.notes == notes:
        return
    if item.version != version:
        raise Stale
    item.notes = notes
    db.session.flush()


@transaction()
def agree_scores(
    item: AgendaItem,
    actor: Any,
    version: int,
    marks: Mapping[str, int | None],
    reasons: Mapping[str, str],
) -> None:
    """Write what the committee agrees on the dossier under discussion: that counts from now on."""
    hold_current(item, actor)
    if item.application is None:
        raise WrongState("item_not_current")
    if item.version != version:
        raise Stale
    set_consensus(item.application, item.session.round, marks, reasons, actor)
    decision = decision_on(item)
    if decision is not None:
        decision.grounds = {**decision.grounds, "scores": scores_of(item)}
    flag_modified(item, "notes")  # the version counts what was agreed too
    db.session.flush()


@transaction()
def cast_votes(
    item: AgendaItem,
    actor: Any,
    ballots: Mapping[int, Ballot],
    text: str = "",
    seen: str | None = None,
) -> Decision:
    """Write the vote of each promoter that can vote on the item under way, and the outcome.

    Votes given before are replaced. Refused while one is missing, and when the places voted on
    or the votes given before are others than those with the mark `seen`.
    """
    hold_current(item, actor)
    ranking = hold_dossiers(item)
    put = None if ranking is None else put_places(ranking)
    if seen is not None and ballot_mark(item, put) != seen:
        raise Invalid("vote_stale")
    lacks = lacks_on(item)
    voters = lacks.voters
    if not voters:
        raise Invalid("vote_nobody")
    require_ballots({promoter.id for promoter in voters}, ballots)
    write_votes(item, voters, ballots)
    verdict = decide(
        {promoter.id: ballots[promoter.id].vote for promoter in voters},
        {promoter.id for promoter in voters},
        lacks.quorum,
        {owner.id for owner in owners_on(item)},
    )
    grounds = {**verdict.facts, **unable_in(lacks), **voted_on(item, put)}
    decision = decision_on(item) or Decision(item_id=item.id)
    db.session.add(decision)
    decision.outcome, decision.grounds = verdict.outcome, grounds
    decision.places_mark = None if put is None else put.mark
    decision.text, decision.decided_at, decision.decided_by_id = text, clock.now(), actor.id
    db.session.flush()
    facts = {"item": item.id, "kind": item.kind, "outcome": verdict.outcome}
    audit.record("committee_session.decide", item.session, actor, facts=facts)
    return decision


def unable_in(lacks: Lacks) -> dict[str, Any]:
    """Return which promoters could not vote, as only people kept from the item are there."""
    names = [each.promoter.name for each in lacks.unable]
    return {"unable": names} if names else {}


def voted_on(item: AgendaItem, put: PutToVote | None) -> dict[str, Any]:
    """Return what the votes are about as it stands: the minutes tell that, whatever follows."""
    if put is not None:
        with in_language(DEFAULT_LANGUAGE):
            return dict(told(put))
    scores = scores_of(item)
    return {} if scores is None else {"scores": scores}


def hold_dossiers(item: AgendaItem) -> Ranking | None:
    """Lock what is voted on, and return the ranking if it is one; Invalid while none is drawn.

    Its places stay meanwhile, and who is barred from a dossier at once finds the vote to take back.
    """
    if item.application is not None:
        lock(item.application)
    if item.kind is not ItemKind.RANKING:
        return None
    ranking = ranking_of(item.session.round)
    if ranking is None:
        raise Invalid("vote_not_drawn")
    lock(ranking)
    hold_round(ranking.round)
    return ranking


def put_places(ranking: Ranking) -> PutToVote:
    """Return the places that are voted on; Invalid where there are none.

    After the term for remarks they are those that the scores give: all sheets must be sent.
    """
    if awaits_final(ranking):
        require_judged(ranking.round)
    put = put_to_vote(ranking.round)
    if put is None or not put.standings:
        raise Invalid("vote_not_drawn")
    return put


def write_votes(
    item: AgendaItem,
    voters: Mapping[Promoter, CommitteeMember],
    ballots: Mapping[int, Ballot],
) -> None:
    """Write the votes of an item in place of those given before."""
    db.session.execute(delete(Vote).where(Vote.item_id == item.id))
    for promoter, member in voters.items():
        given = ballots[promoter.id]
        vote = Vote(
            item_id=item.id,
            promoter_id=promoter.id,
            member_id=member.id,
            vote=given.vote,
            dissent=given.dissent,
            cast_at=clock.now(),
        )
        db.session.add(vote)


def require_ballots(wanted: set[int], ballots: Mapping[int, Ballot]) -> None:
    """Refuse to count while a promoter has not said anything, or dissents from himself."""
    refused = {f"vote_{each}": Invalid("vote_missing") for each in wanted if each not in ballots}
    for promoter, ballot in ballots.items():
        if ballot.dissent and ballot.vote is VoteKind.FAVOUR:
            refused[f"dissent_{promoter}"] = Invalid("vote_no_dissent")
    if refused:
        raise InvalidMany(refused)
