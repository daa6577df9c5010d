"""Who votes on an item, who is kept from it, and what a decision on it still lacks.

Who is kept from one dossier of the round is kept from its ranking too: he would see where that
dossier stands, and judge it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.committee.engine import ItemKind, MemberFunction
from portal.committee.models import AgendaItem, CommitteeMember, Promoter
from portal.committee.queries.people import owners_of_money, voting_promoters
from portal.committee.queries.sessions import Seat, quorum_of, seats_of
from portal.evaluation.queries import has_interest, is_kept_from, ranking_of
from portal.evaluation.states import RankingState


def is_barred(member: CommitteeMember, item: AgendaItem) -> bool:
    """Tell whether a member may not judge an item: an interest, or the applicant's side."""
    return not is_open_to(item, member.user)


def is_open_to(item: AgendaItem, user: Any) -> bool:
    """Tell whether somebody may judge an item, or record what is said and voted on it."""
    if item.kind is ItemKind.RANKING:
        return not is_kept_from(user, item.session.round)
    return item.application is None or not has_interest(item.application, user)


def is_hidden(item: AgendaItem, user: Any) -> bool:
    """Tell whether what is said and voted on an item is closed to somebody.

    What the ranking says is, until it is final, to who is kept from a dossier of it.
    """
    if is_open_to(item, user):
        return False
    ranking = ranking_of(item.session.round) if item.kind is ItemKind.RANKING else None
    return ranking is None or ranking.state is not RankingState.FINAL


def voters_on(item: AgendaItem) -> dict[Promoter, CommitteeMember]:
    """Return who votes on an item for each promoter present: who sits before who substitutes."""
    return voters_among(free_seats(item))


def free_seats(item: AgendaItem) -> list[Seat]:
    """Return who has a vote and is not kept from an item, there or not; substitutes last."""
    seats = [seat for seat in seats_of(item.session) if seat.member.may_vote]
    free = [seat for seat in seats if not is_barred(seat.member, item)]
    return sorted(free, key=lambda seat: seat.member.function is MemberFunction.SUBSTITUTE)


def voters_among(seats: Sequence[Seat]) -> dict[Promoter, CommitteeMember]:
    """Return who of them is there, one for each promoter."""
    found: dict[Promoter, CommitteeMember] = {}
    for seat in seats:
        if seat.is_present and seat.member.promoter is not None:
            found.setdefault(seat.member.promoter, seat.member)
    return found


def owners_on(item: AgendaItem) -> Sequence[Promoter]:
    """Return whose money an item decides on."""
    return owners_of_money(item.session.round.call) if item.takes_money else []


@dataclass(frozen=True)
class Unable:
    """A promoter that can't vote on an item, and who could come to vote for it."""

    promoter: Promoter
    substitutes: Sequence[CommitteeMember]


@dataclass(frozen=True)
class Lacks:
    """What a decision on an item lacks as things stand now.

    `voters` vote as they are there, `unable` are promoters of which only people who are kept from
    it are there, `owners` those whose money it takes and for which nobody can vote.
    """

    voters: Mapping[Promoter, CommitteeMember]
    unable: Sequence[Unable]
    owners: Sequence[Promoter]
    quorum: int

    @property
    def voting(self) -> int:
        """Return how many promoters can vote."""
        return len(self.voters)

    @property
    def has_quorum(self) -> bool:
        """Tell whether enough promoters can vote."""
        return self.voting >= self.quorum


def lacks_on(item: AgendaItem) -> Lacks:
    """Return what a decision on an item lacks, before the votes are taken."""
    seats = free_seats(item)
    voters = voters_among(seats)
    present = (seat.member for seat in seats_of(item.session) if seat.is_present)
    unable = [
        Unable(
            promoter,
            [each.member for each in seats if each.member.promoter_id == promoter.id],
        )
        for promoter in voting_promoters(present)
        if promoter not in voters
    ]
    owners = [each for each in owners_on(item) if each not in voters]
    return Lacks(voters, unable, owners, quorum_of(item.session))
