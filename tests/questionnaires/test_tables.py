"""Tables: rows kept word for word, cells that are wrong named, limits, totals, and the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal import i18n
from portal.errors import Invalid
from portal.questionnaires.engine import (
    Answers,
    Given,
    InvalidCells,
    read_answer,
    read_form,
    show_lines,
    show_table,
    show_typed,
    typed_rows,
    write_rows,
)
from portal.questionnaires.forms import SectionForm, section_form
from tests.make_definitions import LINKED

FORM = read_form(LINKED)
TABLE = FORM.question("lines")
COSTS = FORM.section("costs")
TYPED = [
    {"item": " Serra ", "pieces": "3", "cost": "1.000"},
    {"item": "Semi", "pieces": "", "cost": "0,5"},
]
VALUE = [
    {"item": "Serra", "pieces": 3, "cost": "1000.00", "each": "33333.33"},
    {"item": "Semi", "pieces": None, "cost": "0.50", "each": None},
]


@pytest.fixture(autouse=True)
def italian(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def refusal(rows: list[dict[str, str]]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_answer(TABLE, write_rows(rows))
    assert caught.value.field == "lines"
    return caught.value


def test_rows_are_kept_word_for_word_and_read_with_what_is_computed() -> None:
    typed = write_rows(TYPED)
    assert typed_rows(TABLE, typed) == TYPED
    assert read_answer(TABLE, typed) == VALUE


def test_blank_rows_are_dropped() -> None:
    blank = {"item": " ", "pieces": "", "cost": ""}
    assert write_rows([blank, TYPED[0], blank]) == write_rows([TYPED[0]])
    assert read_answer(TABLE, [json.dumps(blank), *write_rows(TYPED)]) == VALUE
    with pytest.raises(Invalid) as caught:
        read_answer(TABLE, [json.dumps(blank)])
    assert caught.value.code == "required"


def test_wrong_cells_are_named_by_row_and_column() -> None:
    wrong = [TYPED[0], {"item": "", "pieces": "due", "cost": "25,000"}]
    found = refusal(wrong)
    assert isinstance(found, InvalidCells)
    assert {place: each.code for place, each in found.cells.items()} == {
        (1, "item"): "required",
        (1, "pieces"): "number_format",
        (1, "cost"): "amount_format",
    }
    assert i18n.message(found) == "Riga 2, Voce: " + i18n.message(Invalid("required"))
    second = i18n.message(found.one_by_one()[1])
    assert second == "Riga 2, Pezzi: " + i18n.message(Invalid("number_format"))


@pytest.mark.parametrize(("count", "code"), [(4, "table_many_rows"), (3, None)])
def test_rows_have_their_limit(count: int, code: str | None) -> None:
    if code is None:
        assert len(read_answer(TABLE, write_rows([TYPED[0]] * count))) == count
    else:
        assert refusal([TYPED[0]] * count).code == code


def test_least_rows_are_needed() -> None:
    definition = json.loads(json.dumps(LINKED))
    definition["sections"][1]["questions"][0]["least_rows"] = 2
    with pytest.raises(Invalid) as caught:
        read_answer(read_form(definition).question("lines"), write_rows(TYPED[:1]))
    assert (caught.value.code, caught.value.facts) == ("table_few_rows", {"least": 2})


@pytest.mark.parametrize("text", ["Serra", "[1]", '{"item": 1}', "[" * 5_000])
def test_what_is_no_row_stands_in_the_first_column(text: str) -> None:
    assert typed_rows(TABLE, [text]) == [{"item": text}]


def test_table_is_shown_with_its_totals() -> None:
    shown = show_table(TABLE, VALUE)
    assert shown.heads == ["Voce", "Pezzi", "Costo", "Uno"]
    assert shown.rows[1] == ["Semi", "", "0,50\xa0€", ""]
    assert shown.totals == ["", "", "1.000,50\xa0€", ""]
    assert show_lines(TABLE, VALUE) == [
        "Voce: Serra; Pezzi: 3; Costo: 1.000,00\xa0€; Uno: 33.333,33\xa0€",
        "Voce: Semi; Costo: 0,50\xa0€",
        "Totale – Costo: 1.000,50\xa0€",
    ]
    assert show_typed(TABLE, write_rows(TYPED))[1] == "Voce: Semi; Costo: 0,5"


def page(sent: dict[str, str] | None = None, typed: Any = TYPED, value: Any = VALUE) -> Any:
    kept = {
        "founded": Given(["yes"], True, None),
        "lines": Given(write_rows(typed), value, None if value else "table_cell"),
    }
    answers = Answers(FORM, kept)
    return section_form(COSTS, answers, None if sent is None else MultiDict(sent))


def texts(form: SectionForm) -> list[list[str]]:
    table: Any = form["lines"]
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_page_shows_the_rows_and_one_to_go_on() -> None:
    assert texts(page()) == [
        [" Serra ", "3", "1.000", "33.333,33\xa0€"],
        ["Semi", "", "0,5", ""],
        ["", "", "", ""],
    ]
    assert len(texts(page(typed=TYPED + TYPED[:1]))) == 3
    assert [text for _, text in page()["lines"].totals] == ["", "", "1.000,50\xa0€", ""]
    assert [text for _, text in page(typed=[], value=[])["lines"].totals] == [
        "",
        "",
        "0,00\xa0€",
        "",
    ]
    wrong = page(typed=[{"item": "Serra", "cost": "x"}], value=None)
    assert [text for _, text in wrong["lines"].totals] == ["", "", "", ""]


SENT = {
    "lines-0-item": "Serra",
    "lines-0-cost": "1.000",
    "lines-2-item": "Semi",
    "lines-2-cost": "x",
    "lines-3-item": "",
    "lines-1-nothing": "x",
    "asked": "1.000",
}


def test_page_that_was_sent_is_read_row_by_row() -> None:
    form = page(SENT)
    assert form.typed() == {
        "lines": write_rows([{"item": "Serra", "cost": "1.000"}, {"item": "Semi", "cost": "x"}]),
        "asked": ["1.000"],
    }
    assert page({"asked": "1"}).typed()["lines"] == []


def test_row_is_taken_away_by_its_button() -> None:
    form = page({**SENT, "action": "remove_row:lines:0"})
    assert form.typed()["lines"] == write_rows([{"item": "Semi", "cost": "x"}])
    other = page({**SENT, "action": "remove_row:others:0"})
    assert len(other.typed()["lines"]) == 2


@pytest.mark.parametrize("number", ["9" * 5_000, "١", "-1", ""])
def test_button_of_no_row_takes_none_away(number: str) -> None:
    form = page({**SENT, "action": f"remove_row:lines:{number}"})
    assert len(form.typed()["lines"]) == 2


def test_wrong_cell_is_said_beside_it_and_above() -> None:
    form = page(typed=[{"item": "Serra", "cost": "25,000"}], value=None)
    table: Any = form["lines"]
    amount = i18n.message(Invalid("amount_format"))
    assert table.errors == [f"Riga 1, Costo: {amount}"]
    assert [cell.error for cell in table.rows[0].cells] == ["", "", amount, ""]


def test_macros_draw_the_table_with_names_for_every_cell(app: Flask) -> None:
    source = (
        '{% from "macros/fields.html" import field %}{% for f in form %}{{ field(f) }}{% endfor %}'
    )
    template = app.jinja_env.from_string(source)
    html = template.render(form=[page()["lines"], page()["total"]])
    assert 'name="lines-0-cost" value="1.000" aria-label="Costo, riga 1"' in html
    assert 'value="remove_row:lines:1"' in html
    assert 'name="lines-ROW-item"' in html
    assert '<output data-total="lines-cost">1.000,50\xa0€</output>' in html
    assert 'data-computed="total">1.000,50\xa0€</output>' in html


def test_questions_out_of_sight_are_on_the_page_and_marked() -> None:
    form = section_form(COSTS, Answers(FORM, {}), None)
    fields: Any = [field for field in form if hasattr(field, "question")]
    assert [(field.name, field.is_hidden) for field in fields] == [
        ("lines", True),
        ("total", True),
        ("asked", True),
    ]


def test_too_many_rows_are_said_above_the_table() -> None:
    form = page()
    form.show_errors({"lines": Invalid("table_many_rows", "lines", most=3)})
    assert form["lines"].errors == ["Qui puoi mettere al massimo 3 righe. Togline qualcuna."]
