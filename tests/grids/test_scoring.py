"""Points: exact, from facts and from marks, each with its reason in plain words."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import i18n
from portal.errors import Invalid, InvalidMany
from portal.grids.engine import (
    Facts,
    Grid,
    JudgedCriterion,
    automatic_scores,
    explain,
    format_points,
    is_below_minimum,
    mark_points,
    points_text,
    read_grid,
    read_mark,
    require_sheet,
    sheet_total,
)
from portal.questionnaires.engine import option_labels, read_form
from tests.make_definitions import FORM, GRID

GRID_READ = read_grid(GRID)
LABELS = option_labels(read_form(FORM))
MARKS: dict[str, int | None] = {"employment": 4, "sustainability": 1}


@pytest.fixture(autouse=True)
def italian(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def facts(
    organisation_type: str = "aps",
    sector: str | None = "social_agriculture",
    place: str | None = "037006",
    **more: Any,
) -> Facts:
    answers = {"sector": sector, "impact_place": place, **more}
    return Facts(organisation_type, "037059", answers, LABELS)


def points(of: Facts, grid: Grid = GRID_READ) -> dict[str, int]:
    return {each.criterion_key: each.points_hundredths for each in automatic_scores(grid, of)}


def reasons(of: Facts, grid: Grid = GRID_READ) -> dict[str, str]:
    scores = automatic_scores(grid, of)
    return {
        criterion.key: explain(criterion, score.source)
        for criterion, score in zip(grid.automatic, scores, strict=True)
    }


def looking_at(source: str, **facts: Any) -> Grid:
    """The grid with its criterion of territory or sector looking elsewhere."""
    definition = copy.deepcopy(GRID)
    definition["criteria"][1 if "area" in source else 2].update(source=source, **facts)
    return read_grid(definition)


def judged(weight: Decimal, scale: int) -> JudgedCriterion:
    return JudgedCriterion("any", {"it": "Uno"}, weight, {}, scale)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (facts(), (600, 600, 1000)),
        (facts(organisation_type="social_coop_b"), (1000, 600, 1000)),
        (facts(organisation_type="committee"), (250, 600, 1000)),
        (facts(place="037001"), (600, 700, 1000)),
        (facts(sector="community_welfare"), (600, 600, 0)),
        (facts(sector=None, place=None), (600, 0, 0)),
    ],
)
def test_points_come_from_profile_and_answers(of: Facts, expected: tuple[int, int, int]) -> None:
    assert tuple(points(of).values()) == expected


def test_points_added_for_the_place_stop_at_the_weight() -> None:
    assert points(facts(place="037059"))["territory"] == 1_000


def test_territory_may_be_that_of_the_seat() -> None:
    grid = looking_at("municipality_area")
    assert points(facts(), grid)["territory"] == 1_000
    assert reasons(facts(), grid)["territory"] == (
        "10 punti su 10: Vergato, area metropolitana; comune di montagna: 4 punti in più "
        "(dal profilo)"
    )


def test_best_of_several_choices_counts() -> None:
    grid = looking_at("answer:needs", points={"training": 3, "space": 10})
    chosen = facts(needs=["training", "space"])
    assert points(chosen, grid)["strategic_sector"] == 1_000
    assert reasons(chosen, grid)["strategic_sector"] == (
        "10 punti su 10: Formazione, Uno spazio (dalla candidatura)"
    )


def test_unknown_place_has_the_points_of_the_others() -> None:
    assert points(facts(place="058091"))["territory"] == 0
    assert (
        reasons(facts(place="058091"))["territory"] == "0 punti su 10: 058091 (dalla candidatura)"
    )


def test_points_are_explained_in_plain_words() -> None:
    assert reasons(facts()) == {
        "organisation_type": (
            f"6 punti su 10: {i18n.gettext('Social promotion association (APS)')} (dal profilo)"
        ),
        "territory": "6 punti su 10: Bologna, città di Bologna (dalla candidatura)",
        "strategic_sector": "10 punti su 10: Agricoltura sociale (dalla candidatura)",
    }
    assert reasons(facts(sector=None))["strategic_sector"] == (
        "0 punti su 10: nessuna risposta (dalla candidatura)"
    )


def test_points_are_explained_in_the_language_of_the_reader() -> None:
    with i18n.in_language("en"):
        assert reasons(facts(organisation_type="odv"))["strategic_sector"] == (
            "10 points out of 10: Social agriculture (from the application)"
        )


def test_explanation_outlives_the_words_of_the_form() -> None:
    (_, _, sector) = automatic_scores(GRID_READ, Facts("aps", "037006", {"sector": "tourism"}))
    assert (
        explain(GRID_READ.automatic[2], sector.source)
        == "8 punti su 10: tourism (dalla candidatura)"
    )


@pytest.mark.parametrize(
    ("hundredths", "shown"),
    [
        (0, "0 punti"),
        (100, "1 punto"),
        (750, "7,5 punti"),
        (10_000, "100 punti"),
        (1, "0,01 punti"),
    ],
)
def test_points_read_well(hundredths: int, shown: str) -> None:
    assert points_text(hundredths) == shown
    assert format_points(hundredths) == shown.split(maxsplit=1)[0]


@pytest.mark.parametrize(
    ("weight", "scale", "given_mark", "expected"),
    [
        ("40", 5, 0, 0),
        ("40", 5, 4, 3_200),
        ("40", 5, 5, 4_000),
        ("30", 3, 1, 1_000),
        ("10", 3, 1, 333),
        ("10", 3, 2, 667),
        ("0.01", 2, 1, 1),
        ("0.05", 2, 1, 3),
    ],
)
def test_mark_is_worth_its_share_of_the_weight(
    weight: str, scale: int, given_mark: int, expected: int
) -> None:
    assert mark_points(judged(Decimal(weight), scale), given_mark) == expected


@pytest.mark.parametrize("given_mark", [-1, 6])
def test_mark_out_of_the_scale_is_refused(given_mark: int) -> None:
    with pytest.raises(Invalid) as caught:
        mark_points(judged(Decimal(40), 5), given_mark)
    assert (caught.value.code, caught.value.facts) == ("mark_out_of_scale", {"scale": 5})


WEIGHTS = st.integers(1, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)


@given(WEIGHTS, st.integers(2, 10))
def test_marks_go_up_from_nothing_to_the_weight(weight: Decimal, scale: int) -> None:
    criterion = judged(weight, scale)
    earned = [mark_points(criterion, each) for each in criterion.marks]
    assert earned == sorted(earned)
    assert (earned[0], earned[-1]) == (0, criterion.maximum_hundredths)


@given(WEIGHTS, st.integers(2, 10), st.data())
def test_points_of_a_mark_are_rounded_half_up(
    weight: Decimal, scale: int, data: st.DataObject
) -> None:
    given_mark = data.draw(st.integers(0, scale))
    exact = Decimal(given_mark) * weight / scale
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert mark_points(judged(weight, scale), given_mark) == int(rounded * 100)


@given(st.integers(0, 5), st.integers(0, 3))
def test_total_is_the_sum_of_the_criteria(employment: int, sustainability: int) -> None:
    marks = {"employment": employment, "sustainability": sustainability}
    assert sheet_total(GRID_READ, marks) == sum(
        mark_points(criterion, marks[criterion.key]) for criterion in GRID_READ.judged
    )


def test_highest_of_everything_is_a_hundred() -> None:
    best = facts(organisation_type="social_coop_b", place="037059")
    total = sheet_total(GRID_READ, {"employment": 5, "sustainability": 3})
    assert total + sum(points(best).values()) == 10_000


def test_zero_is_a_mark_and_blank_is_not() -> None:
    assert sheet_total(GRID_READ, {"employment": 0, "sustainability": 0}) == 0
    with pytest.raises(InvalidMany) as caught:
        sheet_total(GRID_READ, {"employment": None})
    assert {field: error.code for field, error in caught.value.errors.items()} == {
        "employment": "mark_missing",
        "sustainability": "mark_missing",
    }


def test_total_refuses_a_mark_out_of_the_scale() -> None:
    with pytest.raises(InvalidMany) as caught:
        sheet_total(GRID_READ, {**MARKS, "sustainability": 4})
    assert {field: error.code for field, error in caught.value.errors.items()} == {
        "sustainability": "mark_out_of_scale"
    }


def test_sheet_needs_marks_and_the_comments_asked_for() -> None:
    require_sheet(GRID_READ, MARKS, {"employment": "Due persone per un anno."})
    with pytest.raises(InvalidMany) as caught:
        require_sheet(GRID_READ, {"employment": 4}, {"employment": " \n"})
    assert {field: error.code for field, error in caught.value.errors.items()} == {
        "employment_comment": "comment_missing",
        "sustainability": "mark_missing",
    }


def test_mark_is_read_as_typed() -> None:
    criterion = judged(Decimal(40), 5)
    assert [read_mark(criterion, text) for text in ("", " ", "0", " 5 ")] == [None, None, 0, 5]


@pytest.mark.parametrize("typed", ["6", "-1", "tre", "2,5"])
def test_mark_that_is_none_of_the_scale_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_mark(judged(Decimal(40), 5), typed)
    assert (caught.value.code, caught.value.field) == ("mark_out_of_scale", "any")


def test_mark_below_what_is_enough_is_known() -> None:
    employment, sustainability = GRID_READ.judged
    assert [is_below_minimum(employment, each) for each in (None, 1, 2)] == [False, True, False]
    assert is_below_minimum(sustainability, 0) is False
