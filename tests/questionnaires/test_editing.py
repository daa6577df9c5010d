"""Changing a definition part by part, conditions as outlines, and all of it in words."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings

from portal.errors import Invalid, NotFound
from portal.questionnaires.engine import (
    GROUPS,
    OPERATIONS,
    QuestionType,
    Row,
    check_words,
    condition_words,
    copy_part,
    drop_part,
    formula_words,
    free_key,
    from_rows,
    insert_check,
    insert_column,
    insert_question,
    insert_section,
    key_from,
    keys_of,
    move_part,
    part_of,
    path_to,
    place_at,
    read_form,
    replace_part,
    suited_to,
    to_rows,
    users_of,
)
from portal.questionnaires.schemas.questions import ColumnSchema, QuestionSchema
from tests.questionnaires import random_forms


def question(key: str, kind: str = "short_text", **facts: Any) -> dict[str, Any]:
    """A question of a definition."""
    return {"key": key, "type": kind, "label": {"it": key.title()}, **facts}


COSTS = question(
    "costs",
    "table",
    columns=[
        question("price", "amount"),
        question("pieces", "integer"),
        question(
            "line", "computed", formula={"product": [{"column": "price"}, {"column": "pieces"}]}
        ),
    ],
)
SUM = {"sum": [{"question": "costs", "column": "line"}, {"question": "grant"}]}
DEEP = {
    "any": [
        {"all": [{"question": "partner", "is": True}, {"profile": "kind", "is": "body"}]},
        {"question": "costs", "column": "price", "more_than": "5000.00"},
    ]
}
FORM: dict[str, Any] = {
    "sections": [
        {"key": "idea", "title": {"it": "Idea"}, "questions": [question("name"), COSTS]},
        {
            "key": "money",
            "title": {"it": "Conti"},
            "questions": [
                question("partner", "yes_no"),
                question("grant", "amount", copies="requested_amount"),
                question("whole", "computed", formula=SUM),
                question("why", visible_if=DEEP),
            ],
        },
    ],
    "checks": [
        {
            "key": "enough",
            "when": {"question": "partner", "answered": True},
            "left": {"question": "whole"},
            "must": "at_most",
            "right": {"product": [{"rows": "costs"}, "1000"]},
            "message": {"it": "Troppo."},
            "at": "grant",
        }
    ],
}


def order(form: dict[str, Any]) -> list[list[str]]:
    """The keys of the questions, section by section."""
    return [[each["key"] for each in section["questions"]] for section in form["sections"]]


def test_question_moves_through_its_section_and_into_the_next() -> None:
    down = move_part(FORM, "question", "name", 1)
    assert order(down)[0] == ["costs", "name"]
    across = move_part(down, "question", "name", 1)
    assert order(across) == [["costs"], ["name", "partner", "grant", "whole", "why"]]
    assert order(move_part(across, "question", "name", -1)) == order(down)
    with pytest.raises(Invalid, match="form_last_question"):
        move_part(across, "question", "costs", 1)


@pytest.mark.parametrize(
    ("kind", "key", "step"),
    [("question", "name", -1), ("question", "why", 1), ("section", "idea", -1)]
    + [("column", "costs.price", -1), ("check", "enough", 1)],
)
def test_nothing_moves_beyond_the_ends(kind: str, key: str, step: int) -> None:
    assert move_part(FORM, kind, key, step) == FORM


def test_every_change_leaves_the_definition_it_began_with() -> None:
    before = copy.deepcopy(FORM)
    section = {"key": "new", "title": {"it": "Nuova"}, "questions": [question("first")]}
    changed = [
        move_part(FORM, "section", "idea", 1),
        insert_section(FORM, section, "idea"),
        insert_question(FORM, question("second"), "money", "partner"),
        insert_column(FORM, question("note"), "costs"),
        insert_check(FORM, {**FORM["checks"][0], "key": "other"}),
        replace_part(FORM, "column", "costs.pieces", question("pieces", "number")),
        copy_part(FORM, "question", "grant")[0],
        drop_part(FORM, "check", "enough"),
    ]
    assert before == FORM
    assert all(form != FORM for form in changed)
    assert [list(keys_of(form)) for form in changed[1:3]] == [
        ["name", "costs", "first", "partner", "grant", "whole", "why"],
        ["name", "costs", "partner", "second", "grant", "whole", "why"],
    ]
    assert "checks" not in changed[-1]


def test_copy_has_a_key_of_its_own_and_goes_to_no_list() -> None:
    once, first = copy_part(FORM, "question", "grant")
    twice, second = copy_part(once, "question", "grant")
    assert (first, second) == ("grant_2", "grant_3")
    assert "copies" not in part_of(twice, "question", "grant_2")
    assert copy_part(FORM, "column", "costs.price")[1] == "price_2"
    read_form(twice)


@pytest.mark.parametrize(
    ("kind", "key", "code"),
    [("question", "only", "form_last_question"), ("section", "one", "form_last_section")]
    + [("column", "only.a", "form_last_column")],
)
def test_last_of_its_kind_stays(kind: str, key: str, code: str) -> None:
    table = question("only", "table", columns=[question("a")])
    form = {"sections": [{"key": "one", "title": {"it": "Una"}, "questions": [table]}]}
    with pytest.raises(Invalid, match=code):
        drop_part(form, kind, key)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("section", "x"), ("question", "x"), ("column", "costs.x"), ("column", "name.x")]
    + [("check", "x")],
)
def test_part_that_is_not_there_is_not_found(kind: str, key: str) -> None:
    for deed in (part_of, path_to, drop_part):
        with pytest.raises(NotFound):
            deed(FORM, kind, key)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("section", "money"), ("question", "why"), ("column", "costs.line"), ("check", "enough")],
)
def test_path_of_a_part_leads_back_to_it(kind: str, key: str) -> None:
    place = place_at(FORM, f"{path_to(FORM, kind, key)}.label")
    assert place is not None
    assert (place.kind, place.key, place.part) == (kind, key, "label")


@pytest.mark.parametrize(
    "path", ["grid.criteria[0].source", "form.sections[9]", "form.checks[4].at"]
)
def test_path_to_nowhere_leads_to_no_part(path: str) -> None:
    assert place_at(FORM, path) is None


def test_used_key_is_refused_and_a_free_one_found() -> None:
    with pytest.raises(Invalid, match="form_key_used"):
        insert_question(FORM, question("name"), "money")
    assert key_from("Perché chiedi 5 €?") == "perche_chiedi_5"
    assert key_from("5 per mille") == "q_5_per_mille"
    assert key_from("¿?") == "q"
    assert free_key("a" * 64, ["a" * 64]) == f"{'a' * 59}_2"


def test_who_uses_a_question_is_named_by_path() -> None:
    assert users_of(FORM, "partner") == [
        "form.sections[1].questions[3].visible_if",
        "form.checks[0].when",
    ]
    assert users_of(FORM, "grant") == ["form.sections[1].questions[2].formula", "form.checks[0].at"]
    assert users_of(FORM, "costs") == [
        "form.sections[1].questions[2].formula",
        "form.sections[1].questions[3].visible_if",
        "form.checks[0].right",
    ]
    assert users_of(FORM, "costs", "line") == ["form.sections[1].questions[2].formula"]
    assert users_of(FORM, "costs", "pieces") == ["form.sections[0].questions[1].columns[2].formula"]
    assert users_of(FORM, "name") == []


@settings(max_examples=25)
@given(random_forms.forms())
def test_conditions_and_formulas_are_the_same_after_their_outline(form: dict[str, Any]) -> None:
    for section in form["sections"]:
        for each in section["questions"]:
            for name, names in (("visible_if", GROUPS), ("formula", OPERATIONS)):
                how, rows = to_rows(each.get(name), names)
                assert from_rows(how, rows)[0] == each.get(name)


def test_outline_says_where_each_row_stands() -> None:
    how, rows = to_rows(DEEP, GROUPS)
    assert (how, [row.depth for row in rows]) == ("any", [0, 1, 1, 0])
    assert from_rows(how, rows)[1] == [".any[0]", ".any[0].all[0]", ".any[0].all[1]", ".any[1]"]


def test_row_too_deep_stands_beside_the_one_above() -> None:
    leaf = {"question": "partner", "is": True}
    assert from_rows("all", [Row(3, leaf=leaf), Row(1, leaf=leaf)])[0] == {"all": [leaf, leaf]}
    with pytest.raises(Invalid, match="outline_one"):
        from_rows("", [Row(0, leaf="1"), Row(0, leaf="2")])


def test_conditions_formulas_and_checks_are_told_in_words(app: Flask) -> None:
    form = read_form(FORM)
    with app.app_context():
        told = [
            condition_words(form, form.question("why").visible_if),
            formula_words(form, form.question("whole").formula),
            formula_words(form, form.question("costs").column("line").formula, "costs"),
            check_words(form, form.checks[0]),
        ]
    assert told == [
        "(“Partner” è sì e chi si candida (ente o persona) è un ente) o "
        "il totale di “Price” in “Costs” supera 5.000,00\N{NO-BREAK SPACE}€",
        "il totale di “Line” in “Costs” + “Grant”",
        "“Price” × “Pieces”",
        "Se “Partner” ha una risposta: “Whole” deve essere al massimo "
        "il numero di righe di “Costs” × 1.000",
    ]


@pytest.mark.parametrize("kind", list(QuestionType))
def test_each_property_suits_some_type_and_names_are_of_the_schema(kind: QuestionType) -> None:
    assert {"key", "type", "label"} <= suited_to(kind) <= set(QuestionSchema().fields)
    assert suited_to(kind, is_column=True) <= set(ColumnSchema().fields)


def test_all_types_together_have_all_properties() -> None:
    everything = set().union(*(suited_to(kind) for kind in QuestionType))
    assert everything == set(QuestionSchema().fields)
