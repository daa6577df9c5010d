"""What is in sight, what is computed and what does not fit together, with given answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import yaml
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import i18n
from portal.questionnaires.engine import Answers, Given, dump_form, look_at, read_form
from tests.make_definitions import COLUMNS, LINKED
from tests.questionnaires import random_forms
from tests.questionnaires.naive import Naive

FORM = read_form(LINKED)
IN_TOWN, OUTSIDE = {"area": "bologna", "kind": "body"}, {"area": "metropolitan", "kind": "body"}
LINES = [
    {"item": "Serra", "pieces": 2, "cost": "3000.00"},
    {"item": "Semi", "pieces": None, "cost": "0.50"},
]


@pytest.fixture
def italian(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_condition_looks_at_earlier_answers_and_at_the_profile() -> None:
    given = {"founded": True}
    assert "few" in look_at(FORM, given, OUTSIDE).visible
    assert "few" not in look_at(FORM, given, IN_TOWN).visible
    assert "few" not in look_at(FORM, {"founded": False}, OUTSIDE).visible


def test_section_out_of_sight_hides_its_questions_and_what_they_say() -> None:
    hidden = look_at(FORM, {"lines": LINES, "asked": "10.00"}, IN_TOWN)
    assert hidden.visible == {"founded", "debts", "illness"}
    assert (hidden.computed, hidden.totals, hidden.problems) == ({}, {}, [])
    assert "asked" not in hidden.values


def test_sums_are_exact_and_blanks_count_as_nothing() -> None:
    seen = look_at(FORM, {"founded": True, "lines": LINES, "asked": "0.10"}, IN_TOWN)
    assert seen.computed == {"total": "3000.60"}
    assert seen.totals == {("lines", "cost"): Decimal("3000.50"), ("lines", "pieces"): Decimal(2)}
    assert look_at(FORM, {"founded": True, "asked": "1.00"}, {}).computed == {"total": "1.00"}


def test_formula_of_blanks_alone_is_blank() -> None:
    assert look_at(FORM, {"founded": True}, {}).computed == {"total": None}


def computed(formula: Any, **facts: Any) -> str | None:
    questions = [
        {"key": "part", "type": "amount", "label": {"it": "Parte"}},
        {"key": "whole", "type": "amount", "label": {"it": "Tutto"}},
        {
            "key": "result",
            "type": "computed",
            "label": {"it": "Esito"},
            "formula": formula,
            **facts,
        },
    ]
    section = {"key": "only", "title": {"it": "Sola"}, "questions": questions}
    given = {"part": "1.00", "whole": "8.00"}
    return look_at(read_form({"sections": [section]}), given, {}).computed["result"]


PART, WHOLE = {"question": "part"}, {"question": "whole"}


@pytest.mark.parametrize(
    ("formula", "facts", "result"),
    [
        ({"share": [PART, WHOLE]}, {"result": "percent"}, "12.50"),
        ({"share": [PART, "3"]}, {"result": "percent"}, "33.33"),
        ({"share": [PART, "0"]}, {"result": "percent"}, None),
        ({"product": [PART, "0.125"]}, {}, "0.13"),
        ({"product": [{"difference": ["0", PART]}, "0.125"]}, {}, "-0.13"),
        ({"product": [{"difference": ["0", PART]}, "0.004"]}, {}, "0.00"),
        ({"product": [WHOLE, "0.5"]}, {"result": "number", "decimals": 0}, "4"),
        ({"product": ["999999999999"] * 2 + [PART]}, {}, None),
    ],
)
def test_result_is_rounded_once_half_up(
    formula: Any, facts: dict[str, Any], result: str | None
) -> None:
    assert computed(formula, **facts) == result


def test_check_that_fails_says_so_in_words(italian: None) -> None:
    (problem,) = look_at(FORM, {"founded": True, "lines": LINES, "asked": "3100.00"}, {}).problems
    assert (problem.at, problem.check_key) == ("asked", "lines_add_up")
    assert problem.message == (
        "Le voci fanno 3.000,50\xa0€, ma chiedi 3.100,00\xa0€: mancano 99,50\xa0€."
    )
    with i18n.in_language("en"):
        assert problem.message == "The lines add up to €3,000.50, you asked for €3,100.00."


def test_check_waits_for_both_its_sides() -> None:
    assert look_at(FORM, {"founded": True, "asked": "3100.00"}, {}).problems == []
    assert look_at(FORM, {"founded": True, "lines": LINES}, {}).problems == []


def answered(**values: Any) -> Answers:
    return Answers(FORM, {key: Given(["x"], value, None) for key, value in values.items()}, OUTSIDE)


def test_only_questions_in_sight_are_missing() -> None:
    gaps = answered(founded=False).missing()
    assert [(gap.question.key, gap.reason.code) for gap in gaps] == [
        ("lines", "required"),
        ("asked", "required"),
    ]
    assert [gap.question.key for gap in answered(founded=True).missing()] == [
        "few",
        "lines",
        "asked",
    ]
    assert [gap.question.key for gap in answered(founded=True).missing(IN_TOWN)] == [
        "lines",
        "asked",
    ]


def test_failing_check_keeps_its_question_from_being_complete(italian: None) -> None:
    answers = answered(founded=True, few="Perché sì", lines=LINES, asked="3100.00")
    (gap,) = answers.missing()
    assert (gap.question.key, gap.reason.code) == ("asked", "check_failed")
    assert i18n.message(gap.reason).startswith("Le voci fanno 3.000,50")
    assert answers.errors == {}
    assert answers.state("costs") == "partial"


def test_section_without_questions_in_sight_is_hidden() -> None:
    assert answered().state("costs") == "hidden"
    assert answered(founded=True).state("costs") == "empty"
    assert answered(founded=True, lines=LINES, asked="3000.50").state("costs") == "complete"


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_sight_is_what_a_plain_evaluator_sees(data: st.DataObject) -> None:
    definition = data.draw(random_forms.forms())
    form = read_form(definition)
    given_values = data.draw(random_forms.answers(definition))
    profile = data.draw(random_forms.PROFILES)
    seen, naive = look_at(form, given_values, profile), Naive(definition, given_values, profile)
    keys = [question.key for question in form.questions]
    assert seen.visible == {key for key in keys if naive.visible(key)}
    assert seen.values == {key: naive.value(key) for key in keys if naive.visible(key)}
    assert seen.totals == {
        (key, column): total
        for key in keys
        if form.question(key).columns
        for column in ("cost", "pieces")
        if (total := naive.total(key, column)) is not None
    }
    assert {problem.check_key for problem in seen.problems} == naive.failing()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_forms.forms())
def test_form_written_as_yaml_reads_back_the_same(definition: dict[str, Any]) -> None:
    form = read_form(definition)
    assert read_form(yaml.safe_load(yaml.safe_dump(dump_form(form)))) == form
    assert dump_form(read_form(dump_form(form))) == dump_form(form)


@pytest.mark.parametrize(
    ("left", "must", "right", "said"),
    [
        (PART, "less_than", "0.50", "1,00\xa0€ e 0,50\xa0€"),
        ({"share": [PART, WHOLE]}, "more_than", "80", "12,5% e 80%"),
        ({"rows": "lines"}, "at_least", "3", "2 e 3"),
        ({"sum": [{"question": "lines", "column": "pieces"}, "1"]}, "equal", "5", "3 e 5"),
        ({"sum": [PART, {"rows": "lines"}]}, "at_most", "1", "3,00\xa0€ e 1,00\xa0€"),
    ],
)
def test_sides_of_a_check_are_shown_as_what_they_are(
    italian: None, left: Any, must: str, right: str, said: str
) -> None:
    check = {
        "key": "check",
        "left": left,
        "must": must,
        "right": right,
        "message": {"it": "%(left)s e %(right)s"},
        "at": "part",
    }
    questions = [
        {"key": "part", "type": "amount", "label": {"it": "Parte"}},
        {"key": "whole", "type": "amount", "label": {"it": "Tutto"}},
        {"key": "lines", "type": "table", "label": {"it": "Voci"}, "columns": COLUMNS},
    ]
    section = {"key": "only", "title": {"it": "Sola"}, "questions": questions}
    form = read_form({"sections": [section], "checks": [check]})
    assert read_form(dump_form(form)) == form
    given = {"part": "1.00", "whole": "8.00", "lines": LINES}
    (problem,) = look_at(form, given, {}).problems
    assert problem.message == said
