"""What else a criterion may be: a bonus, a veto, told by an area, marked with rules of its own."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal.calls.engine import load_blueprint
from portal.definitions import DefinitionError
from portal.errors import InvalidMany
from portal.grids.engine import (
    Area,
    CommentRule,
    Facts,
    Grid,
    JudgedCriterion,
    automatic_scores,
    bonus_counted,
    dump_grid,
    explain,
    gaps_of,
    read_grid,
    require_answers,
    require_sheet,
    sheet_total,
    with_areas,
)
from portal.i18n import in_language
from tests.make_definitions import GRID, text

SHIPPED = ("social-innovation", "self-employment", "over-55-hiring", "labour-intermediaries")
YOUNG: dict[str, Any] = {
    "key": "young",
    "kind": "automatic",
    "label": text("Giovani", "Young people"),
    "weight": "5.00",
    "bonus": True,
    "source": "answer:young",
    "points": {"most": "5.00", "some": "3.00"},
}
AREAS = (
    Area("mountain", text("Montagna", "Mountain"), ("037059", "037062")),
    Area("city_edge", text("Periferia", "Outskirts")),
    Area("idle", text("Non usata", "Not used"), ("037059",)),
)


@pytest.fixture(autouse=True)
def italian(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def grid_with(*more: dict[str, Any], **changes: Any) -> Grid:
    """The usual grid with criteria more, employment changed, and properties of the whole."""
    definition = copy.deepcopy(GRID)
    definition["criteria"][3].update(changes.pop("employment", {}))
    definition["criteria"][1].update(changes.pop("territory", {}))
    definition["criteria"].extend(more)
    return read_grid({**definition, **changes})


def by_area(source: str = "priority_area") -> Grid:
    """The grid with its territory told by priority areas, frozen."""
    criterion = {"source": source, "points": {"mountain": 10, "city_edge": 8}, "otherwise": 6}
    definition = copy.deepcopy(GRID)
    del definition["criteria"][1]["extra"]
    definition["criteria"][1].update(criterion)
    return with_areas(read_grid(definition), AREAS)


def points_of(grid: Grid, seat: str = "037006", **answers: Any) -> tuple[int, str]:
    """Points and reason of the second criterion."""
    score = automatic_scores(grid, Facts("aps", seat, answers))[1]
    return score.points_hundredths, explain(grid.automatic[1], score.source)


def test_old_definitions_dump_as_they_always_did() -> None:
    dumped = dump_grid(read_grid(GRID))
    assert list(dumped) == ["criteria", "tie_breakers"]
    assert list(dumped["criteria"][3]) == ["key", "kind", "label", "weight", "scale", "minimum"]
    assert dumped["criteria"][4]["comment"] is False


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_grids_are_whole(name: str) -> None:
    grid = read_grid(load_blueprint(name)["grid"])
    assert gaps_of(grid, ["mountain", "outskirts"]) == []


@pytest.mark.parametrize(
    ("written", "rule", "dumped"),
    [
        (True, CommentRule.ALWAYS, None),
        ("always", CommentRule.ALWAYS, None),
        (False, CommentRule.NEVER, False),
        ("never", CommentRule.NEVER, False),
        ("low", CommentRule.LOW, "low"),
    ],
)
def test_rule_of_comments_is_written_in_one_way(
    written: Any, rule: CommentRule, dumped: Any
) -> None:
    grid = grid_with(employment={"comment": written})
    (employment, _sustainability) = grid.judged
    assert employment.comment_rule is rule
    assert dump_grid(grid)["criteria"][3].get("comment") == dumped


def test_everything_new_is_read_back_the_same() -> None:
    employment = {"veto": True, "abstain": False, "comment": "low"}
    grid = grid_with(YOUNG, employment=employment, bonus_ceiling="4.00")
    assert read_grid(dump_grid(grid)) == grid
    read = grid.criterion("employment")
    assert isinstance(read, JudgedCriterion)
    assert (read.is_veto, read.minimum, read.allows_abstention) == (True, 2, False)
    assert read_grid(dump_grid(by_area())) == by_area()
    assert [each.key for each in by_area().areas] == ["mountain", "city_edge"]


def test_bonus_is_none_of_the_hundred_points() -> None:
    grid = grid_with(YOUNG, bonus_ceiling="4.00")
    assert (grid.maximum_hundredths, grid.bonus_ceiling_hundredths) == (10_000, 400)
    assert gaps_of(grid) == []
    assert [bonus_counted(grid, earned) for earned in (0, 300, 400, 500)] == [0, 300, 400, 400]
    assert bonus_counted(grid_with(YOUNG), 500) == 500


def test_bonus_is_explained_with_its_ceiling() -> None:
    grid = grid_with(YOUNG, bonus_ceiling="4.00")
    score = automatic_scores(grid, Facts("aps", "037006", {"young": "most"}))[3]
    assert score.points_hundredths == 500
    assert explain(grid.automatic[3], score.source) == (
        "5 punti su 5: most (dalla candidatura). È un bonus: si aggiunge ai 100 punti; tutti i "
        "bonus insieme aggiungono al massimo 4."
    )
    with in_language("en"):
        free = automatic_scores(grid_with(YOUNG), Facts("aps", "037006", {"young": "some"}))[3]
        assert explain(grid.automatic[3], free.source) == (
            "3 points out of 5: some (from the application). It is a bonus: it adds to the 100 "
            "points."
        )


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"bonus_ceiling": 5}, "bonus_ceiling", "grid_no_bonus"),
        ({"bonus_ceiling": 0}, "bonus_ceiling", "definition_range"),
        ({"areas": [{"key": "a"}]}, "areas[0].label", "definition_missing"),
    ],
)
def test_mistakes_of_the_whole_grid_are_named(change: Any, path: str, code: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_grid({**GRID, **change})
    assert (caught.value.field, caught.value.code) == (f"grid.{path}", code)


def test_area_is_told_by_the_municipality() -> None:
    assert points_of(by_area(), "037062") == (
        1_000,
        "10 punti su 10: Alto Reno Terme, Montagna (dal profilo)",
    )
    assert points_of(by_area()) == (
        600,
        "6 punti su 10: Bologna, in nessuna area di priorità (dal profilo)",
    )
    asked = by_area("priority_area:place")
    assert points_of(asked, place="037062")[0] == 1_000
    assert points_of(asked, "037062")[0] == 0


def test_area_may_be_told_by_an_answer() -> None:
    asked = by_area("priority_area:where")
    assert points_of(asked, where="city_edge") == (
        800,
        "8 punti su 10: Periferia (dalla candidatura)",
    )
    assert points_of(asked, where=["city_edge", "mountain"])[0] == 1_000
    assert points_of(asked, where="elsewhere") == (
        600,
        "6 punti su 10: elsewhere, in nessuna area di priorità (dalla candidatura)",
    )


def test_sources_fit_the_questions_they_look_at() -> None:
    sectors = ["social_agriculture", "tourism"]
    labels = {"where": ["mountain", "city_edge", "no"], "field": ["tourism"], "sector": sectors}
    places = ["place"]
    require_answers(by_area("priority_area:where"), labels, places)
    require_answers(by_area("priority_area:place"), labels, places)
    sector = {"source": "sector:field", "points": {"tourism": 10}}
    definition = copy.deepcopy(GRID)
    definition |= {"criteria": [{**GRID["criteria"][2], **sector}], "tie_breakers": []}
    require_answers(read_grid(definition), labels, places, sectors=["field"])
    for wrong in (by_area("priority_area:field"), read_grid(definition)):
        with pytest.raises(DefinitionError) as caught:
            require_answers(wrong, labels, places)
        assert caught.value.code == "grid_question"


def test_sector_counts_as_answered() -> None:
    definition = copy.deepcopy(GRID)
    definition["criteria"][2]["source"] = "sector:sector"
    grid = read_grid(definition)
    facts = Facts("aps", "037006", {"sector": "tourism"}, {"sector": {"tourism": text("T", "T")}})
    score = automatic_scores(grid, facts)[2]
    assert explain(grid.automatic[2], score.source) == "8 punti su 10: T (dalla candidatura)"


def judged(**more: Any) -> JudgedCriterion:
    return JudgedCriterion("any", {"it": "Uno"}, Decimal(10), {}, 5, **more)


def test_comment_is_compulsory_by_rule() -> None:
    low = judged(comment_rule=CommentRule.LOW, minimum=3)
    given = [None, 0, 1, 2, 3, 4, 5]
    assert [low.needs_comment(each) for each in given] == [True] * 4 + [False, False, True]
    assert [judged().needs_comment(each) for each in (None, 3)] == [True, True]
    never = judged(comment_rule=CommentRule.NEVER)
    assert [never.needs_comment(each) for each in (None, 0)] == [False, False]


def test_abstention_is_no_zero_and_needs_its_reason() -> None:
    grid = grid_with()
    marks = {"employment": None, "sustainability": 3}
    told = {"employment": "Il piano non c'è."}
    require_sheet(grid, marks, told, {"employment"})
    assert sheet_total(grid, marks, {"employment"}) == 3_000
    with pytest.raises(InvalidMany) as caught:
        require_sheet(grid, marks, {}, {"employment"})
    assert list(caught.value.errors) == ["employment_comment"]


def test_criterion_may_forbid_abstention() -> None:
    grid = grid_with(employment={"abstain": False})
    with pytest.raises(InvalidMany) as caught:
        require_sheet(grid, {"sustainability": 3}, {"employment": "Non so."}, {"employment"})
    assert {key: error.code for key, error in caught.value.errors.items()} == {
        "employment": "abstention_refused"
    }


def test_what_is_missing_is_said_in_words() -> None:
    light = grid_with({**YOUNG, "points": {"some": "3.00"}}, employment={"weight": 39})
    found = gaps_of(with_areas(light, ()))
    assert [(gap.code, gap.key, gap.told) for gap in found] == [
        ("weights", "", "Tutti i pesi insieme devono fare 100; ora fanno 99."),
        (
            "unreachable",
            "young",
            "Nessuno può raggiungere il peso di “Giovani”: al massimo si arriva a 3 punti.",
        ),
    ]
    high = grid_with(YOUNG, bonus_ceiling=6)
    assert [gap.code for gap in gaps_of(high)] == ["ceiling"]
    assert [(gap.code, gap.key) for gap in gaps_of(by_area(), ["mountain"])] == [
        ("area", "territory")
    ]
