"""What was typed and what it means: reading, showing, what is still missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import i18n
from portal.errors import Invalid
from portal.questionnaires.engine import (
    Answers,
    Given,
    clean,
    read_answer,
    read_files,
    read_form,
    show_answer,
    show_lines,
)
from tests.make_definitions import EVERY_TYPE, FORM, question

FORM_READ = read_form(FORM)
ANY = read_form(EVERY_TYPE)
FILES = [{"id": "f1", "name": "conti.pdf", "size": 2048}, {"id": "f2", "name": "piano.pdf"}]


def asked(kind: str, **facts: Any) -> Any:
    definition = {
        "sections": [
            {
                "key": "only",
                "title": {"it": "Sola"},
                "questions": [question("answer", kind, "Domanda", **facts)],
            }
        ]
    }
    return read_form(definition).question("answer")


def refusal(asked: Any, *typed: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_answer(asked, list(typed))
    assert caught.value.field == asked.key
    return caught.value


@pytest.fixture
def italian(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("short_text", "  Orto   di quartiere ", "Orto di quartiere"),
        ("long_text", "Prima riga\r\nseconda", "Prima riga\nseconda"),
        ("integer", "1.200", 1200),
        ("amount", "1.234,5", "1234.50"),
        ("percent", "12,5 %", "12.50"),
        ("date", "9/5/2026", "2026-05-09"),
        ("yes_no", "yes", True),
        ("yes_no", "no", False),
        ("choice", "advice", "advice"),
        ("municipality", "037006", "037006"),
        ("codice_fiscale", "rssmra80a01h501u", "RSSMRA80A01H501U"),
        ("codice_fiscale", "97103880585", "97103880585"),
        ("partita_iva", "IT 00743110157", "00743110157"),
        ("iban", "it60 x054 2811 1010 0000 0123 456", "IT60X0542811101000000123456"),
        ("email", "anna.bianchi@Esempio.it", "anna.bianchi@esempio.it"),
        ("phone", "051 123456", "+39051123456"),
        ("declaration", "y", True),
        ("number", "1.234,5", "1234.50"),
        ("sector", "tourism", "tourism"),
        ("ateco", "621000", {"code": "62.10.00", "edition": "2025"}),
    ],
)
def test_typed_answer_is_read_by_its_type(kind: str, typed: str, value: Any) -> None:
    assert read_answer(ANY.question(kind), [typed]) == value


def test_choices_are_read_in_the_order_of_the_options() -> None:
    assert read_answer(ANY.question("choices"), ["space", "", "training"]) == ["training", "space"]


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("integer", "uno", "number_format"),
        ("amount", "1.234,567", "amount_format"),
        ("amount", "25,000", "amount_format"),
        ("percent", "101", "percent_range"),
        ("date", "31/02/2026", "date_not_real"),
        ("yes_no", "forse", "yes_no"),
        ("choice", "gold", "choice_unknown"),
        ("choices", "gold", "choice_unknown"),
        ("municipality", "058091", "municipality_unknown"),
        ("codice_fiscale", "RSSMRA80A01H501X", "cf_checksum"),
        ("partita_iva", "123", "piva_length"),
        ("iban", "IT60X0542811101000000123457", "iban_invalid"),
        ("email", "anna@", "email_format"),
        ("phone", "quattro", "phone_format"),
        ("declaration", "no", "required"),
        ("short_text", "un\x00due", "text_control"),
        ("file", "conti.pdf", "invalid"),
    ],
)
def test_wrong_answer_is_refused_with_its_reason(kind: str, typed: str, code: str) -> None:
    assert refusal(ANY.question(kind), typed).code == code


@pytest.mark.parametrize("kind", [q.key for q in ANY.questions])
@pytest.mark.parametrize("blank", [[], [""], [" \t"], ["", ""]])
def test_blank_is_refused_as_required_whatever_the_type(kind: str, blank: list[str]) -> None:
    assert refusal(ANY.question(kind), *blank).code == "required"


def test_second_answer_to_a_question_of_one_is_refused() -> None:
    assert refusal(ANY.question("date"), "9/5/2026", "10/5/2026").code == "invalid"


def test_long_text_is_counted_after_its_line_ends_are_one_character() -> None:
    asked_text = asked("long_text", limit=3)
    assert read_answer(asked_text, ["a\r\nb"]) == "a\nb"
    assert refusal(asked_text, "a\r\nbc").facts == {"length": 4, "maximum": 3}


def test_amount_over_the_maximum_is_said_to_be_over_what_the_call_gives() -> None:
    refused = refusal(FORM_READ.question("amount"), "8.000,01")
    assert refused.code == "amount_over_call_max"
    assert str(refused.facts["ceiling"]) == "8000.00"
    assert read_answer(FORM_READ.question("amount"), ["8.000"]) == "8000.00"


def test_amount_under_the_minimum_is_told_both_limits() -> None:
    refused = refusal(FORM_READ.question("amount"), "99,99")
    assert refused.code == "amount_range"
    assert {name: str(fact) for name, fact in refused.facts.items()} == {
        "minimum": "100.00",
        "maximum": "8000.00",
    }


def test_amount_may_be_zero_only_where_the_form_says_so() -> None:
    assert refusal(asked("amount"), "0").code == "amount_range"
    assert read_answer(asked("amount", minimum=0), ["0"]) == "0.00"


def test_whole_number_keeps_within_its_limits() -> None:
    people = asked("integer", minimum=2, maximum=5)
    assert read_answer(people, ["5"]) == 5
    assert refusal(people, "6").code == "number_range"
    assert refusal(people, "1").code == "number_range"


def test_character_that_was_replaced_is_still_refused() -> None:
    kept = clean(["un\x00due"])
    assert kept == ["un\N{REPLACEMENT CHARACTER}due"]
    assert refusal(ANY.question("long_text"), *kept).code == "text_control"


def test_files_beyond_the_number_asked_for_are_refused() -> None:
    budget = FORM_READ.question("budget")
    assert read_files(budget, FILES) == FILES
    with pytest.raises(Invalid) as caught:
        read_files(budget, [*FILES, FILES[0]])
    assert (caught.value.code, caught.value.field) == ("too_many_files", "budget")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("short_text", "Orto", "Orto"),
        ("integer", 1200, "1.200"),
        ("amount", "1234.50", "1.234,50\xa0€"),
        ("percent", "12.50", "12,5%"),
        ("date", "2026-05-09", "09/05/2026"),
        ("yes_no", True, "Sì"),
        ("yes_no", False, "No"),
        ("choice", "advice", "Consulenza"),
        ("choices", ["training", "space"], "Formazione, Uno spazio"),
        ("municipality", "037059", "Vergato"),
        ("iban", "IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456"),
        ("declaration", True, "Dichiarato"),
        ("file", FILES, "conti.pdf (2 kB), piano.pdf"),
        ("choices", [], ""),
        ("amount", None, ""),
    ],
)
@pytest.mark.usefixtures("italian")
def test_answer_is_shown_as_one_reads_it(kind: str, value: Any, shown: str) -> None:
    assert show_answer(ANY.question(kind), value) == shown


@pytest.mark.usefixtures("italian")
def test_answer_is_shown_in_the_language_of_the_reader() -> None:
    with i18n.in_language("en"):
        assert show_answer(ANY.question("choice"), "advice") == "Advice"
        assert show_lines(ANY.question("choices"), ["advice", "space"]) == ["Advice", "A place"]


def given_as(**typed: str) -> Answers:
    """Answers as they would be kept, one text each."""
    kept = {}
    for key, text in typed.items():
        try:
            kept[key] = Given([text], read_answer(FORM_READ.question(key), [text]), None)
        except Invalid as error:
            kept[key] = Given([text], None, error.code)
    return Answers(FORM_READ, kept)


def gaps(answers: Answers) -> list[tuple[str, str, str]]:
    return [(gap.section.key, gap.question.key, gap.reason.code) for gap in answers.missing()]


def test_nothing_answered_is_all_missing_but_what_may_wait() -> None:
    answers = given_as()
    assert gaps(answers) == [
        ("project", "project_title", "required"),
        ("project", "description", "required"),
        ("project", "sector", "choice_required"),
        ("project", "impact_place", "required"),
        ("money", "amount", "required"),
        ("declarations", "truthful", "required"),
    ]
    assert answers.is_complete is False
    assert answers.errors == {}
    assert answers.state("project") == "empty"


def test_wrong_answer_is_missing_with_its_reason_and_facts() -> None:
    answers = given_as(amount="9.000", truthful="y")
    assert ("money", "amount", "amount_over_call_max") in gaps(answers)
    assert answers.typed("amount") == ["9.000"]
    assert answers.value("amount") is None
    assert str(answers.errors["amount"].facts["ceiling"]) == "8000.00"
    assert answers.state("money") == "partial"
    assert answers.state(FORM_READ.section("declarations")) == "complete"


def test_reason_that_can_not_be_found_again_is_kept() -> None:
    answers = Answers(FORM_READ, {"budget": Given(["conti.exe"], None, "file_type_not_allowed")})
    assert answers.errors["budget"].code == "file_type_not_allowed"
    assert answers.errors["budget"].field == "budget"


def test_wrong_answer_to_an_optional_question_is_in_the_way() -> None:
    answers = Answers(FORM_READ, {"needs": Given(["gold"], None, "choice_unknown")})
    assert ("project", "needs", "choice_unknown") in gaps(answers)


def test_complete_answers_are_complete() -> None:
    answers = given_as(
        project_title="Orto",
        description="Un orto.",
        sector="tourism",
        impact_place="037006",
        amount="100",
        truthful="y",
    )
    assert answers.is_complete is True
    assert [answers.state(section) for section in FORM_READ.sections] == ["complete"] * 3
    assert answers.values["amount"] == "100.00"
    assert answers.values["budget"] is None


def test_required_no_is_an_answer() -> None:
    yes_no = asked("yes_no")
    form = read_form(
        {
            "sections": [
                {
                    "key": "only",
                    "title": {"it": "Sola"},
                    "questions": [question("answer", "yes_no", "Domanda")],
                }
            ]
        }
    )
    answers = Answers(form, {"answer": Given(["no"], read_answer(yes_no, ["no"]), None)})
    assert (answers.is_complete, answers.state("only")) == (True, "complete")


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=())), max_size=3))
def test_any_text_is_read_or_refused_on_its_question(typed: list[str]) -> None:
    for each in ANY.questions:
        try:
            value = read_answer(each, typed)
        except Invalid as error:
            assert error.field == each.key
        else:
            assert value is not None


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_cleaned_text_differs_only_where_the_database_refuses(text: str) -> None:
    (kept,) = clean([text])
    assert len(kept) == len(text)
    kept.encode()
    pairs = zip(text, kept, strict=True)
    assert {a for a, b in pairs if a != b} <= {"\x00", *map(chr, range(0xD800, 0xE000))}
    assert "\x00" not in kept
