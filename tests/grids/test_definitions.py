"""Reading a grid's definition: what is accepted, and where a mistake is said to be."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal.definitions import DefinitionError
from portal.grids.engine import (
    AutomaticCriterion,
    JudgedCriterion,
    cached_grid,
    dump_grid,
    gaps_of,
    read_grid,
    require_answers,
)
from portal.grids.models import GridDefinition
from portal.grids.queries import grid_of
from portal.grids.services import save_grid_definition
from portal.questionnaires.engine import municipality_keys, option_labels, read_form
from tests.make_definitions import FORM, GRID, MOUNTAIN, text

Change = Callable[[Any], Any]
TYPE, TERRITORY, SECTOR, EMPLOYMENT, SUSTAINABILITY = range(5)


def changed(change: Change) -> dict[str, Any]:
    definition = copy.deepcopy(GRID)
    change(definition["criteria"])
    return definition


def refusal(definition: Any) -> tuple[str | None, str]:
    with pytest.raises(DefinitionError) as caught:
        read_grid(definition)
    return caught.value.field, caught.value.code


def test_grid_knows_its_criteria() -> None:
    grid = read_grid(GRID)
    assert [each.key for each in grid.automatic] == [
        "organisation_type",
        "territory",
        "strategic_sector",
    ]
    assert [each.key for each in grid.judged] == ["employment", "sustainability"]
    employment = grid.criterion("employment")
    assert isinstance(employment, JudgedCriterion)
    assert (employment.weight, employment.maximum_hundredths) == (Decimal(40), 4_000)
    assert list(employment.marks) == [0, 1, 2, 3, 4, 5]
    assert (employment.comment, employment.minimum) == (True, 2)
    assert grid.criterion("sustainability").is_judged is True


def test_automatic_criterion_says_where_it_looks() -> None:
    territory = read_grid(GRID).criterion("territory")
    assert isinstance(territory, AutomaticCriterion)
    assert (territory.source_kind, territory.question_key) == ("municipality_area", "impact_place")
    assert territory.extra[0].municipalities == ("037059",)
    assert territory.is_judged is False


def test_ties_end_with_the_instant_of_receipt() -> None:
    assert read_grid(GRID).tie_breakers == ("employment", "received_at")
    written = {**GRID, "tie_breakers": ["sustainability", "territory", "received_at"]}
    assert read_grid(written).tie_breakers == ("sustainability", "territory", "received_at")
    assert read_grid({"criteria": GRID["criteria"]}).tie_breakers == ("received_at",)


@pytest.mark.parametrize(
    ("breakers", "code"),
    [
        (["fame"], "definition_choice"),
        (["employment", "employment:lowest"], "definition_repeated"),
        (["received_at:highest"], "grid_breaker"),
        (["employment", "employment"], "definition_repeated"),
        (["received_at", "employment"], "grid_last_breaker"),
        ("employment", "definition_wrong"),
    ],
)
def test_ties_are_broken_by_what_the_grid_has(breakers: Any, code: str) -> None:
    assert refusal({**GRID, "tie_breakers": breakers}) == ("grid.tie_breakers", code)


@pytest.mark.parametrize("breaker", ["Employment", "employment:up", "employment:", 3])
def test_direction_of_a_tie_is_one_of_two_words(breaker: Any) -> None:
    wrong = {**GRID, "tie_breakers": [breaker]}
    assert refusal(wrong) == ("grid.tie_breakers[0]", "grid_breaker")


def test_direction_that_goes_without_saying_is_left_out() -> None:
    said = ["employment:highest", "requested_amount:lowest", "received_at"]
    assert read_grid({**GRID, "tie_breakers": said}).tie_breakers == (
        "employment",
        "requested_amount",
        "received_at",
    )
    turned = ["employment:lowest", "requested_amount:highest"]
    grid = read_grid({**GRID, "tie_breakers": turned})
    assert dump_grid(grid)["tie_breakers"] == [*turned, "received_at"]


def test_key_of_a_criterion_is_not_one_that_decides_ties_by_itself() -> None:
    taken = [{**GRID["criteria"][0], "key": "requested_amount"}]
    assert refusal({"criteria": taken}) == ("grid.criteria", "grid_reserved")


def test_guidance_has_a_text_for_each_mark() -> None:
    guidance = [text(f"Voto {mark}", f"Mark {mark}") for mark in range(4)]
    grid = read_grid(changed(lambda c: c[SUSTAINABILITY].update(guidance=guidance)))
    sustainability = grid.criterion("sustainability")
    assert isinstance(sustainability, JudgedCriterion)
    assert sustainability.guidance[3] == text("Voto 3", "Mark 3")
    assert read_grid(dump_grid(grid)) == grid


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda c: c[EMPLOYMENT].update(weight=0), "criteria[3].weight", "definition_range"),
        (lambda c: c[EMPLOYMENT].update(weight=40.0), "criteria[3].weight", "definition_number"),
        (lambda c: c[EMPLOYMENT].update(key="territory"), "criteria", "definition_repeated"),
        (lambda c: c[EMPLOYMENT].update(kind="vote"), "criteria[3].kind", "definition_choice"),
        (lambda c: c[EMPLOYMENT].update(vote=True), "criteria[3].vote", "definition_unknown"),
        (lambda c: c[EMPLOYMENT].update(veto="yes"), "criteria[3].veto", "definition_choice"),
        (
            lambda c: c[SUSTAINABILITY].update(veto=True),
            "criteria[4].minimum",
            "definition_missing",
        ),
        (lambda c: c[EMPLOYMENT].update(comment="no"), "criteria[3].comment", "definition_choice"),
        (lambda c: c[EMPLOYMENT].update(abstain=0), "criteria[3].abstain", "definition_choice"),
        (lambda c: c[EMPLOYMENT].update(bonus="si"), "criteria[3].bonus", "definition_choice"),
        (lambda c: c[TYPE].update(veto=True), "criteria[0].veto", "definition_unsuited"),
        (lambda c: c[TYPE].update(abstain=False), "criteria[0].abstain", "definition_unsuited"),
        (lambda c: c[SECTOR].update(source="sector"), "criteria[2].source", "grid_source"),
        (lambda c: c[EMPLOYMENT].pop("scale"), "criteria[3].scale", "definition_missing"),
        (lambda c: c[EMPLOYMENT].update(scale=1), "criteria[3].scale", "definition_range"),
        (lambda c: c[EMPLOYMENT].update(minimum=6), "criteria[3].minimum", "definition_range"),
        (
            lambda c: c[EMPLOYMENT].update(guidance=[text("Zero", "Zero")]),
            "criteria[3].guidance",
            "grid_guidance",
        ),
        (
            lambda c: c[EMPLOYMENT].update(points={"aps": 1}),
            "criteria[3].points",
            "definition_unsuited",
        ),
        (lambda c: c[TYPE].update(scale=5), "criteria[0].scale", "definition_unsuited"),
        (lambda c: c[TYPE].pop("source"), "criteria[0].source", "definition_missing"),
        (lambda c: c[TYPE].pop("points"), "criteria[0].points", "definition_missing"),
        (lambda c: c[TYPE].update(points=[]), "criteria[0].points", "definition_mapping"),
        (lambda c: c[TYPE]["points"].update(aps="sei"), "criteria[0].points", "definition_number"),
        (lambda c: c[TYPE]["points"].update(aps=-1), "criteria[0].points", "grid_points"),
        (lambda c: c[TYPE]["points"].update(aps=11), "criteria[0].points", "grid_points"),
        (lambda c: c[TYPE]["points"].update(club=5), "criteria[0].points", "definition_choice"),
        (
            lambda c: c[TERRITORY]["points"].update(rome=5),
            "criteria[1].points",
            "definition_choice",
        ),
        (lambda c: c[SECTOR].update(extra=[MOUNTAIN]), "criteria[2].extra", "definition_unsuited"),
        (lambda c: c[SECTOR].update(source="answer"), "criteria[2].source", "grid_source"),
        (lambda c: c[SECTOR].update(source="profile:age"), "criteria[2].source", "grid_source"),
        (
            lambda c: c[TERRITORY]["extra"][0].update(municipalities=["058091"]),
            "criteria[1].extra[0].municipalities[0]",
            "grid_place",
        ),
        (
            lambda c: c[TERRITORY]["extra"][0].update(municipalities=[37059]),
            "criteria[1].extra[0].municipalities[0]",
            "grid_place",
        ),
    ],
)
def test_mistake_is_named_with_its_path(change: Change, path: str, code: str) -> None:
    assert refusal(changed(change)) == (f"grid.{path}", code)


def test_grid_fits_the_form_it_looks_at() -> None:
    form = read_form(FORM)
    require_answers(read_grid(GRID), option_labels(form), municipality_keys(form))


@pytest.mark.parametrize(
    ("change", "index"),
    [
        (lambda c: c[TERRITORY].update(source="municipality_area:sector"), TERRITORY),
        (lambda c: c[SECTOR].update(source="answer:impact_place"), SECTOR),
        (lambda c: c[SECTOR].update(source="answer:colour"), SECTOR),
        (lambda c: c[SECTOR]["points"].update(mining=3), SECTOR),
    ],
)
def test_grid_that_looks_at_what_the_form_never_asks_is_refused(change: Change, index: int) -> None:
    form = read_form(FORM)
    with pytest.raises(DefinitionError) as caught:
        require_answers(
            read_grid(changed(change)), option_labels(form), municipality_keys(form), "call.grid"
        )
    assert (caught.value.field, caught.value.code) == (
        f"call.grid.criteria[{index}].source",
        "grid_question",
    )


def test_profile_needs_no_question() -> None:
    grid = read_grid(changed(lambda c: c[TERRITORY].update(source="municipality_area")))
    require_answers(grid, option_labels(read_form(FORM)), ())


def test_criterion_that_gives_points_to_nobody_is_read_as_one_that_falls_short() -> None:
    grid = read_grid(changed(lambda c: c[TYPE].update(points={})))
    assert ("unreachable", grid.automatic[0].key) in [(x.code, x.key) for x in gaps_of(grid)]


def test_dumped_grid_is_read_back_the_same() -> None:
    grid = read_grid(GRID)
    assert read_grid(dump_grid(grid)) == grid
    assert cached_grid(dump_grid(grid)) is cached_grid(dump_grid(grid))


@pytest.mark.database
def test_same_grid_is_kept_once_and_a_changed_one_is_the_next_version(db: SQLAlchemy) -> None:
    first = save_grid_definition("tests", GRID)
    spelled = changed(lambda c: c[EMPLOYMENT].update(weight="40.00", comment=True))
    assert save_grid_definition("tests", spelled).id == first.id
    other = changed(lambda c: c[EMPLOYMENT].update(comment=False))
    assert [save_grid_definition("tests", each).version for each in (other, GRID)] == [2, 1]
    assert grid_of(first) == read_grid(GRID)


@pytest.mark.database
def test_wrong_grid_is_not_kept(db: SQLAlchemy) -> None:
    with pytest.raises(DefinitionError):
        save_grid_definition("tests", {"criteria": GRID["criteria"], "tie_breakers": ["fame"]})
    assert db.session.query(GridDefinition).count() == 0
