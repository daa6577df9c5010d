"""The rules of ranking, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.engine import (
    Standing,
    explain_place,
    rank,
    reading_order,
    running_total,
)
from portal.grids.engine import read_grid
from tests.make_definitions import GRID

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
BREAKERS = ("employment", "received_at")


def standing(number: int, total: int, employment: int = 0, minutes: int = 0) -> Standing:
    """An application by its number, which is its protocol number too."""
    return Standing(
        application_id=number,
        practice_code=f"IPL-{number}",
        automatic=0,
        judged=total,
        sheets=1,
        received_at=NOON + timedelta(minutes=minutes),
        protocol=(2026, number),
        criteria={"employment": employment},
    )


def codes(places: list[Any]) -> list[str]:
    """The practice codes in their order."""
    return [place.standing.practice_code for place in places]


some_standings = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), max_size=9
).map(lambda facts: [standing(number, *each) for number, each in enumerate(facts, 1)])


@given(some_standings, st.randoms(use_true_random=False))
def test_ranking_does_not_depend_on_the_order_of_the_rows(standings: Any, chance: Any) -> None:
    shuffled = list(standings)
    chance.shuffle(shuffled)
    assert rank(shuffled, BREAKERS, 200) == rank(standings, BREAKERS, 200)


@given(some_standings)
def test_nobody_stands_before_who_has_more(standings: Any) -> None:
    places = rank(standings, BREAKERS, 2)
    assert [place.position for place in places] == list(range(1, len(standings) + 1))
    totals = [place.standing.total for place in places]
    assert totals == sorted(totals, reverse=True)
    assert [place.is_selected for place in places] == [total >= 2 for total in totals]


def test_total_alone_decides_where_nobody_has_the_same() -> None:
    places = rank([standing(1, 5000), standing(2, 7000)], BREAKERS, 6000)
    assert codes(places) == ["IPL-2", "IPL-1"]
    assert [place.reason for place in places] == [
        {"by": "total"},
        {"by": "total", "threshold": {"total": 5000, "needed": 6000}},
    ]
    assert [place.is_selected for place in places] == [True, False]


def test_tie_names_the_criterion_that_decided_it() -> None:
    places = rank([standing(1, 6000, 1600), standing(2, 6000, 2400)], BREAKERS, 6000)
    assert codes(places) == ["IPL-2", "IPL-1"]
    first = {"code": "IPL-1", "by": "employment", "own": 2400, "other": 1600}
    second = {"code": "IPL-2", "by": "employment", "own": 1600, "other": 2400}
    assert places[0].reason == {"by": "employment", "before": first}
    assert places[1].reason == {"by": "employment", "after": second}


def test_place_in_the_middle_keeps_both_reasons() -> None:
    same = [standing(1, 6000, 1600, 5), standing(2, 6000, 2400), standing(3, 6000, 1600, 1)]
    places = rank(same, BREAKERS, 6000)
    assert codes(places) == ["IPL-2", "IPL-3", "IPL-1"]
    middle = places[1].reason
    assert (middle["after"]["by"], middle["before"]["by"]) == ("employment", "received_at")


def test_protocol_number_decides_what_nothing_else_does() -> None:
    places = rank([standing(2, 6000), standing(1, 6000)], BREAKERS, 6000)
    assert codes(places) == ["IPL-1", "IPL-2"]
    assert places[0].reason["by"] == "protocol"


def test_reasons_are_said_in_plain_words(app: Any) -> None:
    grid = read_grid(GRID)
    same = [standing(1, 6000, 1600, 5), standing(2, 6000, 2400), standing(3, 6000, 1600, 1)]
    first, second, third = rank(same, BREAKERS, 6000)
    with app.app_context():
        assert explain_place(first.reason, grid) == [
            "A pari punti con IPL-3, precede perché ha più punti in “Ricadute occupazionali” "
            "(24 contro 16)."
        ]
        assert explain_place(second.reason, grid) == [
            "A pari punti con IPL-2, che precede perché ha più punti in “Ricadute occupazionali” "
            "(24 contro 16).",
            "A pari punti con IPL-1, precede perché è arrivata prima.",
        ]
        assert explain_place(third.reason, grid) == [
            "A pari punti con IPL-3, che precede perché è arrivata prima."
        ]
        assert explain_place({"by": "total"}, grid) == []


def test_protocol_number_is_said_in_plain_words(app: Any) -> None:
    first, second = rank([standing(2, 6000), standing(1, 6000)], BREAKERS, 6000)
    with app.app_context():
        assert explain_place(first.reason, read_grid(GRID)) == [
            "A pari punti con IPL-2, precede perché ha un numero di protocollo più basso."
        ]
        assert explain_place(second.reason, read_grid(GRID)) == [
            "A pari punti con IPL-1, che precede perché ha un numero di protocollo più basso."
        ]


def test_each_evaluator_reads_in_an_order_of_his_own() -> None:
    orders = [
        sorted(range(1, 31), key=lambda dossier: reading_order(evaluator, dossier))
        for evaluator in (1, 2, 3, 1)
    ]
    assert orders[0] == orders[3]
    assert len({tuple(order) for order in orders}) == 3
    assert orders[0] != sorted(orders[0])


def test_running_total_counts_what_is_judged() -> None:
    grid = read_grid(GRID)
    half = running_total(grid, {"employment": 0, "sustainability": None})
    assert (half.points_hundredths, half.maximum_hundredths, half.given, half.criteria) == (
        0,
        7000,
        1,
        2,
    )
    full = running_total(grid, {"employment": 3, "sustainability": 2})
    assert (full.points_hundredths, full.given) == (4400, 2)


@pytest.mark.parametrize(
    ("breaker", "points", "asked", "order"),
    [
        ("employment", (1600, 2400), (1, 2), ["IPL-2", "IPL-1"]),
        ("employment:highest", (1600, 2400), (1, 2), ["IPL-2", "IPL-1"]),
        ("employment:lowest", (2400, 1600), (2, 1), ["IPL-2", "IPL-1"]),
        ("requested_amount", (0, 0), (8000, 6000), ["IPL-2", "IPL-1"]),
        ("requested_amount:lowest", (0, 0), (8000, 6000), ["IPL-2", "IPL-1"]),
        ("requested_amount:highest", (0, 0), (6000, 8000), ["IPL-2", "IPL-1"]),
        ("requested_amount", (0, 0), (1, None), ["IPL-2", "IPL-1"]),
    ],
)
def test_tie_breaker_says_which_way_it_counts(
    breaker: str, points: tuple[int, int], asked: tuple[Any, Any], order: list[str]
) -> None:
    same = [
        replace(
            standing(number, 6000, points[number - 1]),
            requested=None if asked[number - 1] is None else Decimal(asked[number - 1]),
        )
        for number in (1, 2)
    ]
    assert codes(rank(same, (breaker, "received_at"), 6000)) == order


def test_direction_of_a_tie_breaker_is_said_in_words(app: Any) -> None:
    grid = read_grid(GRID)
    asking = [replace(standing(number, 6000), requested=Decimal(9 - number)) for number in (1, 2)]
    first, second = rank(asking, ("requested_amount", "received_at"), 6000)
    fewer = [standing(1, 6000, 2400), standing(2, 6000, 1600)]
    low, high = rank(fewer, ("employment:lowest", "received_at"), 6000)
    with app.app_context():
        assert explain_place(first.reason, grid) == [
            "A pari punti con IPL-1, precede perché chiede meno fondi."
        ]
        assert explain_place(second.reason, grid) == [
            "A pari punti con IPL-2, che precede perché chiede meno fondi."
        ]
        assert explain_place(low.reason, grid) == [
            "A pari punti con IPL-1, precede perché ha meno punti in “Ricadute occupazionali” "
            "(16 contro 24)."
        ]
        assert explain_place(high.reason, grid) == [
            "A pari punti con IPL-2, che precede perché ha meno punti in “Ricadute occupazionali” "
            "(16 contro 24)."
        ]
