"""How firm a ranking stands: trials by hand, against naive sums, and how long they take."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from time import process_time
from typing import Any

import pytest

from portal.calls.schemas.procedure import Method
from portal.evaluation.engine import Limits, Standing
from portal.evaluation.engine.robustness import (
    Kind,
    Material,
    Rule,
    Voice,
    as_json,
    count_trials,
    from_json,
    robustness_of,
)
from portal.evaluation.engine.standard import hand_of, standardise, together

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
RULES = (Rule("a", 5000), Rule("b", 5000))


def material(marks: dict[int, dict[int, tuple[int, int]]], **facts: Any) -> Material:
    """Points of each evaluator on two criteria, by application; the totals are their means."""
    standings, voices = [], []
    for id_, by_evaluator in marks.items():
        for who, pair in by_evaluator.items():
            voices += [Voice(id_, who, key, x) for key, x in zip("ab", pair, strict=True)]
        total = sum(
            (2 * sum(pair[i] for pair in by_evaluator.values()) + len(by_evaluator))
            // (2 * len(by_evaluator))
            for i in (0, 1)
        )
        standings.append(
            Standing(id_, f"IPL-{id_}", 0, total, len(by_evaluator), NOON, (2026, id_), {})
        )
    values = {
        "fixed": {},
        "agreed": {},
        "rules": RULES,
        "method": Method.MEAN,
        "ceiling": None,
        "threshold": 0,
        "breakers": (),
        "limits": Limits(most_places=1),
    }
    return Material(standings, voices, **{**values, **facts})


def movers(found: Any, kind: Kind, subject: str = "") -> list[tuple[str, bool]]:
    """Who changes side in a trial."""
    (trial,) = [x for x in found.trials if x.kind is kind and x.subject == subject]
    return [(each.practice_code, each.comes_in) for each in trial.movers]


def test_ranking_far_from_the_line_moves_nobody() -> None:
    found = robustness_of(material({1: {7: (5000, 5000)}, 2: {7: (1000, 1000)}}))
    assert (found.line, found.moved) == (1, 0)
    assert [(each.best, each.worst) for each in found.ranges] == [(1, 1), (2, 2)]
    kinds = [each.kind for each in found.trials]
    assert kinds == [
        Kind.HEAVIER,
        Kind.LIGHTER,
        Kind.HEAVIER,
        Kind.LIGHTER,
        Kind.WITHOUT,
        Kind.STANDARD,
        Kind.METHOD,
    ]


def test_weight_a_tenth_higher_turns_a_narrow_lead_round() -> None:
    # 4000 + 3010 = 7010 leads 3000 + 4000 = 7000, until b weighs more or a less
    found = robustness_of(material({1: {7: (4000, 3010)}, 2: {7: (3000, 4000)}}))
    assert movers(found, Kind.HEAVIER, "a") == []
    assert movers(found, Kind.HEAVIER, "b") == [("IPL-1", False), ("IPL-2", True)]
    assert movers(found, Kind.LIGHTER, "a") == [("IPL-1", False), ("IPL-2", True)]
    (trial,) = [x for x in found.trials if x.kind is Kind.HEAVIER and x.subject == "b"]
    # (70100 + 3010) * 10000 / 105000
    assert (trial.movers[0].total, trial.movers[0].total_then) == (7010, 6963)
    assert [(each.best, each.worst, each.changes) for each in found.ranges] == [
        (1, 2, 2),
        (1, 2, 2),
    ]


def test_ranking_that_hangs_on_one_evaluator_says_so() -> None:
    marks = {1: {7: (2000, 2000), 8: (5000, 5000)}, 2: {7: (3000, 3000), 9: (3000, 3000)}}
    found = robustness_of(material(marks))
    assert movers(found, Kind.WITHOUT, "8") == [("IPL-1", False), ("IPL-2", True)]
    assert movers(found, Kind.WITHOUT, "9") == []


def test_dossier_that_one_alone_judged_stays_when_he_is_left_out() -> None:
    found = robustness_of(material({1: {7: (5000, 5000)}, 2: {8: (1000, 1000)}}))
    assert movers(found, Kind.WITHOUT, "7") == []


def test_veto_of_the_one_left_out_no_longer_counts() -> None:
    rules = (Rule("a", 5000, is_veto=True, minimum=2000), Rule("b", 5000))
    marks = {1: {7: (1000, 5000), 8: (5000, 5000)}, 2: {8: (3000, 0)}}
    base = material(marks, rules=rules)
    vetoed = [replace(base.standings[0], vetoes=("a",)), base.standings[1]]
    found = robustness_of(replace(base, standings=vetoed))
    assert movers(found, Kind.WITHOUT, "7") == [("IPL-2", False), ("IPL-1", True)]


def test_median_forgives_one_low_voice() -> None:
    marks = {
        1: {7: (5000, 5000), 8: (5000, 5000), 9: (0, 0)},
        2: {7: (4000, 4000), 8: (4000, 4000), 9: (4000, 4000)},
    }
    found = robustness_of(material(marks))
    assert movers(found, Kind.METHOD, "median") == [("IPL-2", False), ("IPL-1", True)]


def test_severe_hand_is_brought_to_the_mean_and_deviation_of_all() -> None:
    severe, kind = hand_of([1000, 2000, 3000]), hand_of([5000, 6000, 7000])
    everybody = together([severe, kind])
    # both have the deviation 816,4966; all together 2160,2469 around 4000
    assert [standardise(x, severe, everybody) for x in (1000, 2000, 3000)] == [1354, 4000, 6646]
    assert [standardise(x, kind, everybody) for x in (5000, 6000, 7000)] == [1354, 4000, 6646]


@pytest.mark.parametrize("points", [[1000, 9000], [4000, 4000, 4000]])
def test_hand_that_cannot_be_compared_stays(points: list[int]) -> None:
    everybody = together([hand_of(points), hand_of([1000, 2000, 9000])])
    assert [standardise(x, hand_of(points), everybody) for x in points] == points


def test_what_a_job_keeps_is_read_back() -> None:
    found = robustness_of(material({1: {7: (4000, 3010)}, 2: {7: (3000, 4000)}}))
    assert from_json(as_json(found)) == found


def test_five_hundred_dossiers_take_less_than_two_seconds_of_work() -> None:
    chance = random.Random(7)
    rules = [Rule(f"c{number}", 1000) for number in range(10)]
    voices, standings = [], []
    for id_ in range(500):
        total = 0
        judges = chance.sample(range(12), 5)
        for rule in rules:
            given = [chance.randrange(0, 1001, 100) for _ in judges]
            voices += [Voice(id_, who, rule.key, x) for who, x in zip(judges, given, strict=True)]
            total += (2 * sum(given) + 5) // 10
        standings.append(Standing(id_, f"IPL-{id_}", 0, total, 5, NOON, (2026, id_), {}))
    found = Material(
        standings, voices, {}, {}, rules, Method.MEAN, None, 5000, (), Limits(most_places=200)
    )
    start = process_time()
    result = robustness_of(found)
    assert process_time() - start < 2
    assert len(result.trials) == 34
    assert result.moved > 0


def test_each_trial_is_told_as_it_is_done() -> None:
    told: list[int] = []
    given = material({1: {7: (5000, 1000), 8: (2000, 4000)}, 2: {7: (1000, 1000)}})
    found = robustness_of(given, told.append)
    assert told == list(range(1, len(found.trials) + 1))
    assert len(found.trials) == count_trials(given)
