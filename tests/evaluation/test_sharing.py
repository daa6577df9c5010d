"""Money and places given out down a ranking, and filled again: the rules, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.engine import (
    Held,
    Limits,
    Place,
    Standing,
    explain_place,
    rank,
    share_out,
    slide,
)
from portal.evaluation.states import CHOSEN, Outcome
from portal.grids.engine import read_grid
from tests.make_definitions import GRID

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
O = Outcome  # noqa: E741 short for a table of outcomes


def standing(number: int, total: int, asked: str | None = None, **facts: Any) -> Standing:
    """An application by its number."""
    return Standing(
        application_id=number,
        practice_code=f"IPL-{number}",
        automatic=0,
        judged=total,
        sheets=1,
        received_at=NOON + timedelta(minutes=number),
        protocol=(2026, number),
        criteria={},
        requested=None if asked is None else Decimal(asked),
        **facts,
    )


def shared(*asked: str | None, **limits: Any) -> list[Place]:
    """Applications in this order, all above the threshold, with what each gets."""
    found = [standing(number, 9000 - number, each) for number, each in enumerate(asked, 1)]
    return share_out(rank(found, (), 6000), Limits(**limits))


def got(places: list[Place]) -> list[tuple[Outcome, Decimal | None]]:
    """What each place gets."""
    return [(each.outcome, each.proposed) for each in places]


def euro(text: str) -> Decimal:
    """An amount."""
    return Decimal(text)


def test_without_money_and_places_all_above_the_threshold_are_selected() -> None:
    assert got(shared("10.00", None)) == [(O.SELECTED, None), (O.SELECTED, None)]


def test_money_goes_down_the_ranking_and_the_last_gets_what_is_left() -> None:
    places = shared("500.00", "400.00", "300.00", "50.00", budget=euro("1000.00"))
    assert got(places) == [
        (O.FUNDED, euro("500.00")),
        (O.FUNDED, euro("400.00")),
        (O.PARTLY_FUNDED, euro("100.00")),
        (O.RESERVE, None),
    ]
    assert places[2].reason["money"] == {"asked": "300.00", "left": "100.00", "proposed": "100.00"}


def test_first_that_does_not_fit_ends_it_and_nobody_is_passed_over() -> None:
    places = shared("900.00", "400.00", "50.00", budget=euro("1000.00"), allows_partial=False)
    assert [each.outcome for each in places] == [O.FUNDED, O.RESERVE, O.RESERVE]
    assert [each.reason["cut"]["by"] for each in places[1:]] == ["money", "order"]


@pytest.mark.parametrize(
    ("least", "outcome"),
    [("100.00", O.PARTLY_FUNDED), ("100.01", O.RESERVE), (None, O.PARTLY_FUNDED)],
)
def test_a_part_is_never_under_the_least_of_the_call(least: str | None, outcome: Outcome) -> None:
    limits = {"budget": euro("1000.00"), "least": None if least is None else euro(least)}
    assert [each.outcome for each in shared("900.00", "400.00", **limits)] == [O.FUNDED, outcome]


def test_places_end_before_the_money() -> None:
    places = shared("10.00", "10.00", "10.00", budget=euro("1000.00"), most_places=2)
    assert [each.outcome for each in places] == [O.FUNDED, O.FUNDED, O.RESERVE]
    assert places[2].reason["cut"] == {"by": "places", "limit": 2}


def test_who_asks_for_nothing_is_selected_and_takes_nothing() -> None:
    places = shared(None, "1000.00", budget=euro("1000.00"))
    assert got(places) == [(O.SELECTED, None), (O.FUNDED, euro("1000.00"))]


def test_veto_and_threshold_keep_out_whatever_the_total(app: Any) -> None:
    found = [
        standing(1, 9900, "1.00", vetoes=("employment",)),
        standing(2, 9000, "1.00", below=("employment",)),
        standing(3, 7000, "1.00"),
        standing(4, 5999, "1.00"),
    ]
    places = share_out(rank(found, (), 6000), Limits(budget=euro("100.00")))
    assert [(each.standing.application_id, each.outcome) for each in places] == [
        (3, O.FUNDED),
        (2, O.BELOW_THRESHOLD),
        (4, O.BELOW_THRESHOLD),
        (1, O.ELIMINATED),
    ]
    with app.app_context():
        said = [explain_place(each.reason, read_grid(GRID)) for each in places]
    assert said == [
        [],
        [
            "Non selezionata: su “Ricadute occupazionali” i punti sono meno di quelli richiesti "
            "dall'avviso."
        ],
        ["Il totale è di 59,99 punti; ne servono 60."],
        [
            "Esclusa, qualunque sia il totale: su “Ricadute occupazionali” un voto è sotto il "
            "minimo richiesto."
        ],
    ]


def test_reserve_and_part_are_said_in_plain_words(app: Any) -> None:
    grid = read_grid(GRID)
    money = shared("900.00", "400.00", "5.00", "1.00", budget=euro("1000.00"))
    bare = shared("900.00", "400.00", "5.00", budget=euro("1000.00"), allows_partial=False)
    few = shared(None, None, most_places=1)
    with app.app_context():
        assert explain_place(money[0].reason, grid) == []
        assert explain_place(money[1].reason, grid) == [
            "Chiede 400,00\xa0€ e riceve i 100,00\xa0€ che restavano."
        ]
        assert explain_place(money[2].reason, grid) == [
            "In riserva: chiede 5,00\xa0€ e restano 0,00\xa0€."
        ]
        assert explain_place(bare[2].reason, grid) == [
            "In riserva: i fondi non bastano per una candidatura che viene prima."
        ]
        assert explain_place(few[1].reason, grid) == ["In riserva: l'avviso ha un solo posto."]


amounts = st.one_of(st.none(), st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100))
some_limits = st.builds(
    Limits,
    budget=st.one_of(st.none(), st.integers(0, 100_000).map(lambda cents: Decimal(cents) / 100)),
    most_places=st.one_of(st.none(), st.integers(0, 6)),
    allows_partial=st.booleans(),
    least=st.one_of(st.none(), st.just(Decimal("20.00"))),
)
some_standings = st.lists(
    st.tuples(st.integers(5, 9), amounts, st.booleans(), st.booleans()), max_size=9
).map(
    lambda rows: [
        standing(
            number,
            1000 * total,
            None if asked is None else str(asked),
            vetoes=("employment",) * vetoed,
            below=("employment",) * below,
        )
        for number, (total, asked, vetoed, below) in enumerate(rows, 1)
    ]
)


@given(some_standings, some_limits)
def test_what_is_proposed_never_passes_the_budget(found: list[Standing], limits: Limits) -> None:
    places = share_out(rank(found, (), 6000), limits)
    proposed = [each.proposed or Decimal(0) for each in places]
    if limits.budget is not None:
        assert sum(proposed) <= limits.budget
    chosen = [each for each in places if each.outcome in CHOSEN]
    if limits.most_places is not None:
        assert len(chosen) <= limits.most_places
    assert places[: len(chosen)] == chosen
    assert [each.standing.application_id for each in places] == [
        each.standing.application_id for each in rank(found, (), 6000)
    ]


@given(some_standings, some_limits, st.randoms(use_true_random=False))
def test_ranking_with_money_does_not_depend_on_the_order_of_rows(
    found: list[Standing], limits: Limits, chance: Any
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert share_out(rank(shuffled, (), 6000), limits) == share_out(rank(found, (), 6000), limits)


@given(some_standings.filter(bool), st.data(), st.integers(1, 3000))
def test_raising_a_score_never_lowers_a_place(
    found: list[Standing], data: st.DataObject, more: int
) -> None:
    own = data.draw(st.sampled_from(found))
    raised = standing(
        own.application_id, own.judged + more, None, vetoes=own.vetoes, below=own.below
    )
    others = [each for each in found if each is not own]

    def position(of: Standing) -> int:
        places = rank([*others, of], (), 6000)
        return next(x.position for x in places if x.standing.application_id == of.application_id)

    assert position(raised) <= position(own)


def held_after(found: list[Standing], limits: Limits, gone: set[int]) -> list[Held]:
    """The places of a published ranking, some of them given up since."""
    places = share_out(rank(found, (), 6000), limits)
    return [
        Held(
            each.position,
            each.standing.application_id,
            each.outcome,
            each.standing.requested,
            each.proposed,
            has_left=each.position in gone,
        )
        for each in places
    ]


@given(some_standings, some_limits, st.sets(st.integers(1, 9)))
def test_sliding_keeps_every_place_and_never_passes_the_budget(
    found: list[Standing], limits: Limits, gone: set[int]
) -> None:
    before = held_after(found, limits, gone)
    changes = {each.position: each for each in slide(before, limits)}
    given_now = Decimal(0)
    comes_in = []
    for each in before:
        change = changes.get(each.position)
        assert not (change and each.has_left)
        if each.is_in:
            assert change is None or change.proposed > each.proposed
        elif change is not None:
            assert each.outcome is O.RESERVE
            comes_in.append(each.position)
        held = change.proposed if change else each.proposed if each.is_in else None
        given_now += held or Decimal(0)
    waiting = [x.position for x in before if x.outcome is O.RESERVE and not x.has_left]
    assert comes_in == waiting[: len(comes_in)]
    assert limits.budget is None or given_now <= limits.budget
    assert not gone or not (set(changes) & gone)


def test_what_comes_free_first_completes_who_had_a_part() -> None:
    limits = Limits(budget=euro("1000.00"))
    found = [standing(n, 9000 - n, each) for n, each in enumerate(["600.00", "500.00", "300.00"])]
    changes = slide(held_after(found, limits, {1}), limits)
    assert [(each.position, each.outcome, each.proposed, each.comes_in) for each in changes] == [
        (2, O.FUNDED, euro("500.00"), False),
        (3, O.FUNDED, euro("300.00"), True),
    ]
