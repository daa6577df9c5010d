"""What refers to what in a form: mistakes are named with their place, uses are found."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from portal.definitions import DefinitionError
from portal.questionnaires.engine import Readers, dump_form, for_reader, read_form
from tests.make_definitions import LINKED

Change = Callable[[Any], Any]


def changed(change: Change) -> dict[str, Any]:
    definition = copy.deepcopy(LINKED)
    change(definition)
    return definition


def refusal(change: Change) -> tuple[str | None, str]:
    with pytest.raises(DefinitionError) as caught:
        read_form(changed(change))
    return caught.value.field, caught.value.code


def asked(definition: Any, section: int, place: int) -> Any:
    return definition["sections"][section]["questions"][place]


FEW = "form.sections[0].questions[1].visible_if"
SUM = "form.sections[1].questions[1].formula"


def condition(found: Any) -> Change:
    return lambda d: asked(d, 0, 1).update(visible_if=found)


def formula(found: Any) -> Change:
    return lambda d: asked(d, 1, 1).update(formula=found)


def check(**facts: Any) -> Change:
    return lambda d: d["checks"][0].update(facts)


def test_form_that_refers_to_much_is_read_and_written_back() -> None:
    form = read_form(LINKED)
    assert dump_form(form) == LINKED
    assert read_form(dump_form(form)) == form


@pytest.mark.parametrize(
    ("found", "place", "code"),
    [
        ({}, "", "condition"),
        ({"all": []}, ".all", "few"),
        ({"all": [{"question": "founded", "is": True}], "any": []}, ".any", "few"),
        ({"question": "founded"}, "", "condition"),
        ({"is": True}, "", "condition"),
        ({"question": "founded", "is": True, "answered": True}, "", "condition"),
        ({"profile": "kind", "column": "cost", "is": "body"}, ".column", "condition"),
        ({"all": [{"question": "nothing", "is": True}]}, ".all[0].question", "no_question"),
        ({"none": [{"question": "lines", "answered": True}]}, ".none[0].question", "later"),
        ({"question": "few", "answered": True}, ".question", "later"),
        ({"question": "founded", "more_than": "1"}, ".more_than", "compare"),
        ({"question": "founded", "is": "yes"}, ".is", "value"),
        ({"question": "founded", "answered": "yes"}, ".answered", "choice"),
        ({"profile": "kind", "is": "robot"}, ".is", "value"),
        ({"profile": "kind", "in": ["body", "robot"]}, ".in[1]", "value"),
        ({"profile": "kind", "answered": True}, ".answered", "compare"),
        ({"profile": "name", "is": "x"}, ".profile", "choice"),
        ({"question": "founded", "like": "x"}, ".like", "unknown"),
    ],
)
def test_mistake_in_a_condition_has_its_place(found: Any, place: str, code: str) -> None:
    assert refusal(condition(found)) == (f"{FEW}{place}", f"definition_{code}")


@pytest.mark.parametrize(
    ("kind", "found", "code"),
    [
        ("amount", {"is": "mille"}, "value"),
        ("amount", {"includes": "1"}, "compare"),
        ("date", {"more_than": "31/12/2026"}, "value"),
        ("choice", {"in": ["silver", "bronze"]}, "value"),
        ("choices", {"is": "gold"}, "compare"),
        ("long_text", {"is": "x"}, "compare"),
        ("municipality", {"is": "058091"}, "value"),
    ],
)
def test_comparison_suits_the_type(kind: str, found: dict[str, Any], code: str) -> None:
    options = [{"key": key, "label": {"it": key}} for key in ("gold", "silver")]
    facts = {"options": options} if kind in {"choice", "choices"} else {}
    first = {"key": "first", "type": kind, "label": {"it": "Prima"}, **facts}

    def change(definition: Any) -> None:
        definition["sections"][0]["questions"].insert(0, first)
        asked(definition, 0, 1)["visible_if"] = {"question": "first", **found}

    place, said = refusal(change)
    assert (place or "").startswith(f"{FEW}.{next(iter(found))}")
    assert said == f"definition_{code}"


@pytest.mark.parametrize(
    ("found", "place", "code"),
    [
        ("molti", "", "exact"),
        (1.5, "", "exact"),
        ([], "", "formula"),
        ({}, "", "formula"),
        ({"sum": []}, ".sum", "few"),
        ({"sum": ["1"] * 51}, ".sum", "many"),
        ({"difference": ["1"]}, ".difference", "two"),
        ({"share": ["1", "2", "3"]}, ".share", "two"),
        ({"question": "asked", "rows": "lines"}, "", "formula"),
        ({"sum": [{"question": "nothing"}]}, ".sum[0].question", "no_question"),
        ({"sum": [{"question": "founded"}]}, ".sum[0].question", "no_number"),
        ({"sum": [{"question": "lines"}]}, ".sum[0].question", "no_number"),
        ({"question": "lines", "column": "nothing"}, ".column", "no_column"),
        ({"question": "lines", "column": "item"}, ".column", "no_number"),
        ({"question": "asked", "column": "cost"}, ".question", "not_table"),
        ({"rows": "asked"}, ".rows", "not_table"),
        ({"column": "cost"}, ".column", "formula"),
        ({"question": "total"}, "", "circle"),
        ({"question": "illness"}, ".question", "sealed"),
    ],
)
def test_mistake_in_a_formula_has_its_place(found: Any, place: str, code: str) -> None:
    assert refusal(formula(found)) == (f"{SUM}{place}", f"definition_{code}")


def test_circle_through_what_a_condition_hides_is_found() -> None:
    def change(definition: Any) -> None:
        first = {
            "key": "first",
            "type": "computed",
            "label": {"it": "Prima"},
            "formula": {"sum": [{"question": "asked"}]},
        }
        definition["sections"][0]["questions"].insert(0, first)
        asked(definition, 1, 2)["visible_if"] = {"question": "first", "more_than": "0"}

    assert refusal(change) == ("form.sections[0].questions[0].formula", "definition_circle")


@pytest.mark.parametrize(
    ("found", "place", "code"),
    [
        ({"column": "each"}, "", "circle"),
        ({"question": "asked"}, "", "row"),
        ({"rows": "lines"}, "", "row"),
        ({"sum": [{"column": "item"}]}, ".sum[0].column", "no_number"),
        ({"sum": [{"column": "nothing"}]}, ".sum[0].column", "no_column"),
    ],
)
def test_computed_column_looks_at_its_row_alone(found: Any, place: str, code: str) -> None:
    def change(definition: Any) -> None:
        asked(definition, 1, 0)["columns"][3]["formula"] = found

    columns = "form.sections[1].questions[0].columns[3].formula"
    assert refusal(change) == (f"{columns}{place}", f"definition_{code}")


@pytest.mark.parametrize(
    ("facts", "place", "code"),
    [
        ({"at": "nothing"}, ".at", "no_question"),
        ({"left": "1", "right": "2"}, ".left", "idle"),
        ({"must": "be"}, ".must", "choice"),
        ({"when": {"question": "nothing", "is": True}}, ".when.question", "no_question"),
        ({"right": {"question": "founded"}}, ".right.question", "no_number"),
        ({"message": {"it": "%(sum)s non va"}}, ".message", "message"),
        ({"message": {"it": "il 5 % non va"}}, ".message", "message"),
        ({"message": {"it": "%(left)d non va"}}, ".message", "message"),
        ({"message": {"it": "%(left)99999999999s non va"}}, ".message", "message"),
        ({"message": {"it": "%(left).9s non va"}}, ".message", "message"),
    ],
)
def test_mistake_in_a_check_has_its_place(facts: dict[str, Any], place: str, code: str) -> None:
    assert refusal(check(**facts)) == (f"form.checks[0]{place}", f"definition_{code}")


@pytest.mark.parametrize(
    ("facts", "place", "code"),
    [
        ({"columns": []}, ".columns", "few"),
        ({"least_rows": 5, "most_rows": 2}, ".least_rows", "range"),
        ({"most_rows": 51}, ".most_rows", "range"),
        ({"limit": 3}, ".limit", "unsuited"),
        ({"readers": "everybody"}, ".readers", "choice"),
    ],
)
def test_table_that_can_not_be_is_refused(facts: dict[str, Any], place: str, code: str) -> None:
    wanted = (f"form.sections[1].questions[0]{place}", f"definition_{code}")
    assert refusal(lambda d: asked(d, 1, 0).update(facts)) == wanted


@pytest.mark.parametrize(
    ("facts", "name", "code"),
    [
        ({"total": True, "type": "short_text"}, "total", "unsuited"),
        ({"type": "table"}, "type", "choice"),
        ({"type": "computed"}, "formula", "missing"),
        ({"decimals": 5}, "decimals", "range"),
    ],
)
def test_column_that_can_not_be_is_refused(facts: dict[str, Any], name: str, code: str) -> None:
    column = {"key": "other", "label": {"it": "Altro"}, "type": "number", **facts}
    wanted = (f"form.sections[1].questions[0].columns[4].{name}", f"definition_{code}")
    assert refusal(lambda d: asked(d, 1, 0)["columns"].append(column)) == wanted


def test_computed_answer_is_never_asked_for_nor_sealed() -> None:
    path = "form.sections[1].questions[1]"
    wanted = (f"{path}.required", "definition_unsuited")
    assert refusal(lambda d: asked(d, 1, 1).update(required=False)) == wanted
    wanted = (f"{path}.readers", "definition_unsealed")
    assert refusal(lambda d: asked(d, 1, 1).update(readers="special")) == wanted


def test_what_lists_show_is_not_kept_from_the_committee() -> None:
    wanted = ("form.sections[1].questions[2].readers", "definition_open")
    change = {"copies": "requested_amount", "readers": "staff"}
    assert refusal(lambda d: asked(d, 1, 2).update(change)) == wanted


def test_each_reader_sees_his_questions() -> None:
    form = read_form(LINKED)
    committee = {"founded", "few", "lines", "total", "asked"}
    assert for_reader(form, Readers.COMMITTEE) == committee
    assert for_reader(form, Readers.STAFF) == committee | {"debts"}
    assert for_reader(form, Readers.SPECIAL) == committee | {"debts", "illness"}


def test_conditions_without_end_are_refused() -> None:
    endless: dict[str, Any] = {"question": "founded", "is": True}
    for _ in range(2_000):
        endless = {"all": [endless]}

    assert refusal(condition(endless)) == ("form", "definition_deep")
