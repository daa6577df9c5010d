"""What the votes of the promoters come to."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.committee.engine import DecisionOutcome, Ground, VoteKind, decide

FAVOUR, AGAINST, ABSTAIN = VoteKind.FAVOUR, VoteKind.AGAINST, VoteKind.ABSTAIN
APPROVED, REJECTED = DecisionOutcome.APPROVED, DecisionOutcome.REJECTED
POSTPONED = DecisionOutcome.POSTPONED


@pytest.mark.parametrize(
    ("votes", "quorum", "owners", "outcome", "grounds"),
    [
        ([FAVOUR, FAVOUR, AGAINST], 2, [], APPROVED, (Ground.MAJORITY,)),
        ([FAVOUR, AGAINST, AGAINST], 2, [], REJECTED, (Ground.MAJORITY_AGAINST,)),
        ([FAVOUR, AGAINST], 2, [], POSTPONED, (Ground.NO_MAJORITY,)),
        ([FAVOUR, ABSTAIN, ABSTAIN], 2, [], POSTPONED, (Ground.NO_MAJORITY,)),
        ([FAVOUR], 2, [], POSTPONED, (Ground.NO_QUORUM,)),
        ([FAVOUR, FAVOUR, AGAINST], 2, [0], APPROVED, (Ground.MAJORITY, Ground.OWNER_CONSENTS)),
        ([AGAINST, FAVOUR, FAVOUR], 2, [0], REJECTED, (Ground.MAJORITY, Ground.OWNER_AGAINST)),
        ([ABSTAIN, FAVOUR, FAVOUR], 2, [0], POSTPONED, (Ground.MAJORITY, Ground.OWNER_MISSING)),
        ([FAVOUR, FAVOUR], 2, [7], POSTPONED, (Ground.MAJORITY, Ground.OWNER_MISSING)),
        ([AGAINST, AGAINST, FAVOUR], 2, [2], REJECTED, (Ground.MAJORITY_AGAINST,)),
        ([], 1, [], POSTPONED, (Ground.NO_QUORUM,)),
    ],
)
def test_outcome_is_that_of_the_rule(
    votes: list[VoteKind],
    quorum: int,
    owners: list[int],
    outcome: DecisionOutcome,
    grounds: tuple[Ground, ...],
) -> None:
    verdict = decide(dict(enumerate(votes)), range(len(votes)), quorum, owners)
    assert (verdict.outcome, verdict.grounds) == (outcome, grounds)


ballots = st.lists(st.sampled_from(VoteKind), max_size=7)
seats = st.sets(st.integers(0, 8), max_size=3)


@given(ballots, st.integers(1, 7), seats, st.randoms(use_true_random=False))
def test_outcome_depends_on_votes_alone(
    votes: list[VoteKind], quorum: int, owners: set[int], random: Random
) -> None:
    found = decide(dict(enumerate(votes)), range(len(votes)), quorum, owners)
    order = list(range(len(votes)))
    random.shuffle(order)
    assert decide({key: votes[key] for key in order}, order, quorum, sorted(owners)) == found


@given(ballots, st.integers(1, 7), seats)
def test_approval_wants_majority_quorum_and_consent(
    votes: list[VoteKind], quorum: int, owners: set[int]
) -> None:
    given_votes = dict(enumerate(votes))
    favour = votes.count(FAVOUR)
    wanted = (
        2 * favour > len(votes)
        and len(votes) >= quorum
        and all(given_votes.get(owner) is FAVOUR for owner in owners)
    )
    verdict = decide(given_votes, range(len(votes)), quorum, owners)
    assert (verdict.outcome is APPROVED) == wanted


@given(ballots, st.integers(1, 7), seats, st.integers(0, 6))
def test_one_more_in_favour_never_turns_an_approval(
    votes: list[VoteKind], quorum: int, owners: set[int], who: int
) -> None:
    before = decide(dict(enumerate(votes)), range(len(votes)), quorum, owners)
    warmer = {key: FAVOUR if key == who else vote for key, vote in enumerate(votes)}
    after = decide(warmer, range(len(votes)), quorum, owners)
    assert before.outcome is not APPROVED or after.outcome is APPROVED


@given(ballots, st.integers(1, 7))
def test_votes_of_who_is_not_present_never_count(votes: list[VoteKind], quorum: int) -> None:
    present = range(0, len(votes), 2)
    here = {key: vote for key, vote in enumerate(votes) if key in present}
    everybody = dict(enumerate(votes))
    assert decide(everybody, present, quorum) == decide(here, present, quorum)
