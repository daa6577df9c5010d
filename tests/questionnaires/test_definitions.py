"""Reading a form's definition: what is accepted, and where a mistake is said to be."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import i18n
from portal.definitions import DefinitionError
from portal.questionnaires.engine import (
    Copy,
    QuestionType,
    cached_form,
    dump_form,
    municipality_keys,
    option_labels,
    read_form,
)
from portal.questionnaires.schemas import FILE_KINDS, RESERVED
from tests.make_definitions import COLUMNS, EVERY_TYPE, FORM, NEEDS, SECTORS, question, text

Change = Callable[[Any], Any]


def changed(change: Change) -> dict[str, Any]:
    definition = copy.deepcopy(FORM)
    change(definition["sections"])
    return definition


def refusal(definition: Any) -> tuple[str | None, str]:
    with pytest.raises(DefinitionError) as caught:
        read_form(definition)
    return caught.value.field, caught.value.code


def test_form_knows_its_sections_and_questions() -> None:
    form = read_form(FORM)
    assert [section.key for section in form.sections] == ["project", "money", "declarations"]
    assert form.question("amount").type == QuestionType.AMOUNT
    assert form.section_of("budget") == form.section("money")
    assert form.copied(Copy.REQUESTED_AMOUNT) == form.question("amount")
    assert option_labels(form)["sector"]["tourism"] == text("Turismo", "Tourism")
    assert municipality_keys(form) == {"impact_place"}


def test_question_has_the_defaults_of_its_type() -> None:
    form = read_form(EVERY_TYPE)
    assert form.question("short_text").limit == 200
    assert form.question("long_text").limit == 2_000
    assert form.question("date").limit is None
    assert form.question("date").required is True
    assert form.question("file").accept == ("pdf", "p7m", "png", "jpg", "docx", "xlsx")
    assert form.question("file").most_files == 1
    assert form.question("date").accept == ()


def test_limits_are_exact_numbers() -> None:
    amount = read_form(FORM).question("amount")
    assert (amount.minimum, amount.maximum) == (Decimal("100.00"), Decimal("8000.00"))


def test_column_is_copied_from_one_question_at_most() -> None:
    form = read_form(changed(lambda s: s[0]["questions"][2].pop("copies")))
    assert form.copied(Copy.SECTOR) is None


Q = "form.sections[0].questions"


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (lambda s: s[0]["questions"][0].update(colour="red"), f"{Q}[0].colour", "unknown"),
        (lambda s: s[0]["questions"][0].update(type="picture"), f"{Q}[0].type", "choice"),
        (lambda s: s[0]["questions"][0].pop("type"), f"{Q}[0].type", "missing"),
        (lambda s: s[0]["questions"][0].pop("label"), f"{Q}[0].label", "missing"),
        (lambda s: s[0]["questions"][0].update(label="Titolo"), f"{Q}[0].label", "text"),
        (lambda s: s[0]["questions"][0].update(label={"en": "T"}), f"{Q}[0].label", "text"),
        (lambda s: s[0]["questions"][0].update(label={"it": " "}), f"{Q}[0].label", "text"),
        (
            lambda s: s[0]["questions"][0].update(label={"it": "T", "fr": "T"}),
            f"{Q}[0].label",
            "language",
        ),
        (lambda s: s[0]["questions"][0].update(limit=201), f"{Q}[0].limit", "range"),
        (lambda s: s[0]["questions"][1].update(limit=0), f"{Q}[1].limit", "range"),
        (lambda s: s[0]["questions"][1].update(limit="many"), f"{Q}[1].limit", "number"),
        (lambda s: s[0]["questions"][2].update(limit=10), f"{Q}[2].limit", "unsuited"),
        (lambda s: s[0]["questions"][2].pop("options"), f"{Q}[2].options", "missing"),
        (lambda s: s[0]["questions"][2].update(options=SECTORS[:1]), f"{Q}[2].options", "few"),
        (
            lambda s: s[0]["questions"][2].update(options=[*SECTORS, SECTORS[0]]),
            f"{Q}[2].options",
            "repeated",
        ),
        (lambda s: s[0]["questions"][4].update(options=None), f"{Q}[4].options", "missing"),
        (lambda s: s[0]["questions"][0].update(key="Title"), f"{Q}[0].key", "key"),
        (lambda s: s[0]["questions"][0].update(key="t" * 65), f"{Q}[0].key", "key"),
        (lambda s: s[0]["questions"][0].update(key=7), f"{Q}[0].key", "key"),
        (lambda s: s[0]["questions"][0].update(key="version"), f"{Q}[0].key", "reserved"),
        (lambda s: s[0]["questions"][0].update(key="sector"), Q, "repeated"),
        (lambda s: s[0]["questions"][0].update(required="yes"), f"{Q}[0].required", "choice"),
        (lambda s: s[0]["questions"][1].update(copies="title"), f"{Q}[1].copies", "unsuited"),
        (lambda s: s[0].update(questions=[]), Q, "few"),
        (lambda s: s[0].update(questions={}), Q, "list"),
        (lambda s: s.append(copy.deepcopy(s[0])), "form.sections", "repeated"),
        (lambda s: s.append("page"), "form.sections[3]", "mapping"),
    ],
)
def test_mistake_is_named_with_its_path(change: Change, path: str, code: str) -> None:
    assert refusal(changed(change)) == (path, f"definition_{code}")


@pytest.mark.parametrize(
    ("facts", "name", "code"),
    [
        ({"maximum": 8000.5}, "maximum", "number"),
        ({"maximum": "8.000"}, "maximum", "number"),
        ({"maximum": "1e3"}, "maximum", "number"),
        ({"maximum": True}, "maximum", "number"),
        ({"maximum": 99}, "maximum", "limits"),
        ({"minimum": -1}, "minimum", "wrong"),
        ({"minimum": "100.001"}, "minimum", "number"),
    ],
)
def test_amount_with_impossible_limits_is_refused(
    facts: dict[str, Any], name: str, code: str
) -> None:
    definition = changed(lambda s: s[1]["questions"][0].update(facts))
    assert refusal(definition) == (f"form.sections[1].questions[0].{name}", f"definition_{code}")


@pytest.mark.parametrize("name", ["minimum", "maximum"])
def test_whole_number_has_whole_limits(name: str) -> None:
    asked = question("people", "integer", "Persone", **{name: "2.50"})
    definition = changed(lambda s: s[2].update(questions=[asked]))
    assert refusal(definition) == (f"form.sections[2].questions[0].{name}", "definition_number")


@pytest.mark.parametrize(
    ("accept", "path", "code"),
    [
        (["exe"], ".accept[0]", "choice"),
        ([], ".accept", "few"),
        (["pdf", "pdf"], ".accept", "repeated"),
    ],
)
def test_file_question_takes_known_kinds(accept: list[str], path: str, code: str) -> None:
    definition = changed(lambda s: s[1]["questions"][1].update(accept=accept))
    assert refusal(definition) == (
        f"form.sections[1].questions[1]{path}",
        f"definition_{code}",
    )


def test_question_key_is_unique_in_the_whole_form() -> None:
    definition = changed(lambda s: s[2]["questions"][0].update(key="sector"))
    assert refusal(definition) == ("form.sections[2].questions[0].key", "definition_repeated")


def test_no_two_questions_are_copied_to_one_column() -> None:
    other = question("other", "amount", "Altro", copies="requested_amount")
    definition = changed(lambda s: s[2]["questions"].append(other))
    assert refusal(definition) == ("form.sections[2].questions[1].copies", "definition_repeated")


@pytest.mark.parametrize("nothing", [None, [], "form", 7])
def test_what_is_no_mapping_is_no_form(nothing: Any) -> None:
    assert refusal(nothing) == ("form", "definition_mapping")


def test_mistake_reads_well(app: Flask) -> None:
    with app.app_context(), pytest.raises(DefinitionError) as caught:
        read_form({"sections": [{**FORM["sections"][2], "key": "A"}]}, root="call.form")
    assert str(caught.value) == "call.form.sections[0].key: definition_key"
    with app.app_context():
        assert i18n.message(caught.value) == (
            "Una chiave comincia con una lettera minuscola e contiene solo lettere minuscole, "
            "cifre e _."
        )


def test_dump_leaves_out_what_goes_without_saying() -> None:
    spelled = changed(
        lambda s: (
            s[0]["questions"][0].update(required=True),
            s[1]["questions"][0].update(maximum="8000.00"),
        )
    )
    assert dump_form(read_form(spelled)) == dump_form(read_form(FORM))
    assert "required" not in dump_form(read_form(spelled))["sections"][0]["questions"][0]


def test_same_content_is_read_once() -> None:
    assert cached_form(FORM) is cached_form(copy.deepcopy(FORM))


KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(lambda k: k not in RESERVED)
SEEN = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip)
TEXTS = st.fixed_dictionaries(
    {"it": SEEN},
    optional={"en": SEEN},
)
CENTS = st.integers(1, 10**11).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
FACTS: dict[QuestionType, st.SearchStrategy[dict[str, Any]]] = {
    QuestionType.SHORT_TEXT: st.fixed_dictionaries({}, optional={"limit": st.integers(1, 200)}),
    QuestionType.LONG_TEXT: st.fixed_dictionaries({}, optional={"limit": st.integers(1, 10_000)}),
    QuestionType.INTEGER: st.fixed_dictionaries({}, optional={"maximum": st.integers(1, 10**9)}),
    QuestionType.AMOUNT: st.fixed_dictionaries({}, optional={"maximum": CENTS}),
    QuestionType.CHOICE: st.just({"options": SECTORS}),
    QuestionType.CHOICES: st.just({"options": NEEDS}),
    QuestionType.TABLE: st.just({"columns": COLUMNS}),
    QuestionType.COMPUTED: st.just({"formula": {"sum": ["1", "2.50"]}}),
    QuestionType.FILE: st.fixed_dictionaries(
        {},
        optional={
            "accept": st.lists(st.sampled_from(FILE_KINDS), min_size=1, unique=True),
            "most_files": st.integers(1, 10),
        },
    ),
}


@st.composite
def questions(draw: st.DrawFn, key: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(QuestionType))
    shared = st.fixed_dictionaries(
        {"label": TEXTS}, optional={"help": TEXTS, "required": st.booleans()}
    )
    facts = draw(shared)
    if kind == QuestionType.COMPUTED:
        facts.pop("required", None)
    return {"key": key, "type": kind, **facts, **draw(FACTS.get(kind, st.just({})))}


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    keys = draw(st.lists(KEYS, min_size=1, max_size=6, unique=True))
    sections = []
    for start in range(0, len(keys), 2):
        asked = [draw(questions(key)) for key in keys[start : start + 2]]
        sections.append({"key": keys[start], "title": draw(TEXTS), "questions": asked})
    return {"sections": sections}


@given(forms())
def test_dumped_form_is_read_back_the_same(definition: dict[str, Any]) -> None:
    form = read_form(definition)
    assert read_form(dump_form(form)) == form
    assert dump_form(read_form(dump_form(form))) == dump_form(form)
