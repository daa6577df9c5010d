"""The rules by which dossiers are given out, without a database."""

from __future__ import annotations

import itertools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.evaluation.engine import Gap, Ground, Judge, Need, Proposal, Why, propose, suggest

SEED = 7
PROMOTERS = ("comune", "arcidiocesi", "regione")
SECTORS = ("crafts", "tourism")


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[Need], list[Judge]]:
    """Some dossiers and some people: bars, refusals, standing sheets, loads, skills."""
    ids = list(range(1, draw(st.integers(1, 5)) + 1))
    some = st.frozensets(st.sampled_from(ids), max_size=2)
    judges = [
        Judge(
            id=each,
            load=draw(st.integers(0, 3)),
            promoters=draw(st.frozensets(st.sampled_from(PROMOTERS), max_size=1)),
            skills=draw(st.frozensets(st.sampled_from((*SECTORS, "social")), max_size=2)),
        )
        for each in ids
    ]
    needs = [
        Need(
            id=100 + number,
            wanted=draw(st.integers(0, 3)),
            sector=draw(st.sampled_from(("", *SECTORS))),
            strand="social",
            barred=draw(some),
            declined=draw(some),
            judging=draw(some),
        )
        for number in range(draw(st.integers(0, 5)))
    ]
    return needs, judges


def loads_after(proposal: Proposal) -> list[int]:
    """How many dossiers each has in the end."""
    return [after for _before, after in proposal.loads.values()]


def unevenness(loads: list[int]) -> int:
    """The less even, the higher."""
    return sum(load * load for load in loads)


def least_unevenness(needs: list[Need], judges: list[Judge]) -> int:
    """The same by trying out every way there is."""
    ways = []
    for need in needs:
        free = [each.id for each in judges if each.id not in need.closed_to]
        ways.append(list(itertools.combinations(free, min(need.wanted, len(free)))))
    found = []
    for way in itertools.product(*ways):
        more = Counter(judge for chosen in way for judge in chosen)
        found.append(unevenness([each.load + more[each.id] for each in judges]))
    return min(found)


@given(rounds())
def test_each_dossier_gets_as_many_as_can_be_had_and_no_bar_is_broken(
    scene: tuple[list[Need], list[Judge]],
) -> None:
    needs, judges = scene
    proposal = propose(needs, judges, SEED)
    got = Counter(need_id for need_id, _judge in proposal.pairs)
    missing = {gap.need_id: gap.missing for gap in proposal.gaps}
    for need in needs:
        free = {each.id for each in judges} - need.closed_to
        assert got[need.id] == min(need.wanted, len(free))
        assert got[need.id] + missing.get(need.id, 0) == need.wanted
        assert {judge for found, judge in proposal.pairs if found == need.id} <= free
    assert len(proposal.pairs) == len(set(proposal.pairs))


@settings(max_examples=60)
@given(rounds())
def test_loads_are_as_even_as_who_may_judge_what_allows(
    scene: tuple[list[Need], list[Judge]],
) -> None:
    needs, judges = scene
    proposal = propose(needs, judges, SEED)
    assert unevenness(loads_after(proposal)) == least_unevenness(needs, judges)


@given(st.integers(1, 8), st.integers(0, 30), st.integers(1, 3))
def test_loads_differ_by_one_at_most_where_nobody_is_kept_from_anything(
    people: int, dossiers: int, wanted: int
) -> None:
    needs = [Need(100 + each, min(wanted, people)) for each in range(dossiers)]
    loads = loads_after(propose(needs, [Judge(each) for each in range(people)], SEED))
    assert max(loads) - min(loads) <= 1
    assert sum(loads) == dossiers * min(wanted, people)


@given(rounds(), st.randoms())
def test_plan_is_the_same_in_whatever_order_dossiers_and_people_come(
    scene: tuple[list[Need], list[Judge]], shuffler: object
) -> None:
    needs, judges = scene
    mixed, others = list(needs), list(judges)
    shuffler.shuffle(mixed)
    shuffler.shuffle(others)
    assert propose(mixed, others, SEED) == propose(needs, judges, SEED)


def test_another_seed_gives_another_plan() -> None:
    needs = [Need(100 + each, 1) for each in range(12)]
    judges = [Judge(each) for each in range(4)]
    assert len({tuple(propose(needs, judges, seed).pairs) for seed in range(5)}) > 1


def test_who_knows_the_field_is_preferred_but_never_at_the_price_of_balance() -> None:
    needs = [Need(100 + each, 1, sector="crafts") for each in range(4)]
    expert = Judge(1, skills=frozenset({"crafts"}))
    proposal = propose(needs, [expert, Judge(2)], SEED)
    assert proposal.loads == {1: (0, 2), 2: (0, 2)}
    mixed = [*needs[:2], Need(200, 1, sector="tourism"), Need(201, 1, sector="tourism")]
    guide = Judge(2, skills=frozenset({"tourism"}))
    assert sorted(propose(mixed, [expert, guide], SEED).pairs) == [
        (100, 1),
        (101, 1),
        (200, 2),
        (201, 2),
    ]


def test_evaluators_of_one_dossier_come_from_different_promoters() -> None:
    judges = [Judge(each, promoters=frozenset({PROMOTERS[each % 3]})) for each in range(6)]
    needs = [Need(100 + each, 2) for each in range(9)]
    proposal = propose(needs, judges, SEED)
    assert set(loads_after(proposal)) == {3}
    for need in needs:
        first, second = (judge for found, judge in proposal.pairs if found == need.id)
        assert judges[first].promoters != judges[second].promoters


def test_promoter_of_who_judges_already_is_looked_at_too() -> None:
    need = Need(100, 1, judging=frozenset({9}), promoters=("comune",))
    judges = [
        Judge(1, promoters=frozenset({"comune"})),
        Judge(2, promoters=frozenset({"regione"})),
    ]
    proposal = propose([need], judges, SEED)
    assert proposal.pairs == [(100, 2)]
    assert Ground(Why.PROMOTER) in proposal.choices[0].grounds


def reasons(proposal: Proposal) -> dict[tuple[int, int], tuple[Ground, ...]]:
    """Why each dossier goes to whom it goes to."""
    return {(each.need_id, each.judge_id): each.grounds for each in proposal.choices}


def test_who_has_fewest_at_that_moment_is_told_from_who_knows_the_field() -> None:
    need = Need(100, 1, sector="crafts", strand="social")
    expert, other = Judge(1, load=2, skills=frozenset({"crafts"})), Judge(2, load=3)
    assert reasons(propose([need], [expert, other], SEED)) == {
        (100, 1): (Ground(Why.SECTOR, "crafts"), Ground(Why.FEWEST, 2))
    }
    other = Judge(2, load=2, skills=frozenset({"social"}))
    assert reasons(propose([need], [expert, other], SEED)) == {
        (100, 1): (Ground(Why.SECTOR, "crafts"),)
    }
    assert reasons(propose([need], [Judge(1, load=2), other], SEED)) == {
        (100, 2): (Ground(Why.STRAND, "social"),)
    }


def test_field_that_all_know_and_loads_that_all_have_are_no_reason_but_the_lot_is() -> None:
    both = [Judge(each, load=4, skills=frozenset({"crafts"})) for each in (1, 2)]
    ((_pair, grounds),) = reasons(propose([Need(100, 1, sector="crafts")], both, SEED)).items()
    assert grounds == (Ground(Why.LOT),)


def test_only_one_who_is_left_is_told_with_what_keeps_the_others_away() -> None:
    need = Need(100, 1, barred=frozenset({1}), declined=frozenset({2}), judging=frozenset({3}))
    people = [Judge(each) for each in (1, 2, 3, 4)]
    away = Gap(100, 0, barred=1, declined=1, judging=1)
    assert reasons(propose([need], people, SEED)) == {(100, 4): (Ground(Why.ALONE, away),)}
    everybody = reasons(propose([Need(100, 4)], people, SEED))
    nobody_away = Gap(100, 0, barred=0, declined=0, judging=0)
    assert everybody == {(100, each.id): (Ground(Why.ALONE, nobody_away),) for each in people}


def test_dossier_passed_on_to_even_the_loads_says_so() -> None:
    # Both are dealt out to 1, until 2, who can take one of them alone, has it passed on.
    needs = [Need(100, 1, barred=frozenset({2})), Need(101, 1, barred=frozenset({3}))]
    people = [Judge(1), Judge(2), Judge(3, load=1)]
    assert reasons(propose(needs, people, SEED)) == {
        (100, 1): (Ground(Why.LOT),),
        (101, 2): (Ground(Why.EVEN),),
    }


def test_dossier_exchanged_for_one_that_suits_a_colleague_better_says_so() -> None:
    needs = [Need(100, 1, sector="crafts"), Need(101, 1)]
    people = [Judge(1, skills=frozenset({"crafts"})), Judge(2)]
    assert reasons(propose(needs, people, SEED)) == {
        (100, 1): (Ground(Why.SECTOR, "crafts"),),
        (101, 2): (Ground(Why.SWAP),),
    }


def test_whom_the_office_chose_alone_is_chosen() -> None:
    assert reasons(propose([Need(100, 1)], [Judge(1, load=5)], SEED)) == {
        (100, 1): (Ground(Why.CHOSEN),)
    }


@given(rounds())
def test_each_reason_holds_against_somebody_who_could_have_had_the_dossier(
    scene: tuple[list[Need], list[Judge]],
) -> None:
    needs, judges = {each.id: each for each in scene[0]}, {each.id: each for each in scene[1]}
    proposal = propose(needs.values(), judges.values(), SEED)
    for (need_id, judge_id), grounds in reasons(proposal).items():
        need, judge = needs[need_id], judges[judge_id]
        given_to = {x.judge_id for x in proposal.choices if x.need_id == need_id}
        rivals = [judges[each] for each in judges.keys() - need.closed_to - given_to]
        beside = [x for each in given_to - {judge_id} for x in judges[each].promoters]
        assert grounds
        for ground in grounds:
            if ground.why is Why.SECTOR:
                assert need.sector in judge.skills
                assert any(need.sector not in each.skills for each in rivals)
            elif ground.why is Why.STRAND:
                assert any(not {need.sector, need.strand} & each.skills for each in rivals)
            elif ground.why is Why.PROMOTER:
                assert not judge.promoters & set(beside)
                assert any(each.promoters & set(beside) for each in rivals)
            elif ground.why is Why.ALONE:
                assert not rivals
            elif ground.why is Why.FEWEST:
                assert ground.fact >= judge.load


def test_what_cannot_be_filled_says_why() -> None:
    need = Need(100, 3, barred=frozenset({1}), declined=frozenset({1, 2}), judging=frozenset({3}))
    (gap,) = propose([need], [Judge(each) for each in (1, 2, 3, 4)], SEED).gaps
    assert (gap.missing, gap.barred, gap.declined, gap.judging) == (2, 1, 1, 1)


def test_replacements_are_suggested_the_most_suitable_first() -> None:
    need = Need(100, 1, sector="crafts", barred=frozenset({4}))
    judges = [
        Judge(1, load=1),
        Judge(2, load=2, skills=frozenset({"crafts"})),
        Judge(3, load=9, skills=frozenset({"crafts"})),
        Judge(4),
    ]
    assert [each.judge_id for each in suggest(need, judges, SEED)] == [2, 1, 3]
