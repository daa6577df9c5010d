"""The page of a section: which control asks what, what comes back, what is said to be wrong."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict

from portal import i18n
from portal.errors import Invalid
from portal.questionnaires.engine import Answers, Given, read_form
from portal.questionnaires.forms import SectionForm, section_form
from portal.questionnaires.schemas import QuestionType
from tests.make_definitions import COMPLETE, EVERY_TYPE, FORM, option, question

FORM_READ = read_form(FORM)
ANY = read_form(EVERY_TYPE)
PROJECT, MONEY, DECLARATIONS = FORM_READ.sections


@pytest.fixture(autouse=True)
def request_for_a_page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def page_as_kept(section: Any, **given: Given) -> SectionForm:
    return section_form(section, Answers(FORM_READ, given))


def page_of_every_type() -> SectionForm:
    return section_form(ANY.section("all"), Answers(ANY, {}))


def offered(field: Any) -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in field.choices]


def drawn(app: Flask, form: SectionForm) -> str:
    template = app.jinja_env.from_string(
        '{% from "macros/fields.html" import field %}'
        "{% for f in form if f.question is defined %}"
        "{{ field(f, suffix=f.suffix, inputmode=f.inputmode, width=f.width) }}{% endfor %}"
    )
    return template.render(form=form)


def test_page_asks_the_questions_of_the_section_in_their_order() -> None:
    fields = [field for field in page_as_kept(PROJECT) if hasattr(field, "question")]
    assert [(field.name, field.id, field.label.text) for field in fields] == [
        ("project_title", "question-project_title", "Titolo"),
        ("description", "question-description", "Descrizione"),
        ("sector", "question-sector", "Settore"),
        ("impact_place", "question-impact_place", "Dove agirai"),
        ("needs", "question-needs", "Di cosa hai bisogno"),
    ]
    assert [bool(field.flags.required) for field in fields] == [True, True, True, True, False]


def test_page_speaks_the_language_of_the_reader() -> None:
    with i18n.in_language("en"):
        page = page_as_kept(PROJECT)
    assert page["sector"].label.text == "Sector"
    assert offered(page["sector"])[2] == ("tourism", "Tourism")


def test_each_type_has_its_control() -> None:
    kinds = {
        field.name: type(field).__name__
        for field in page_of_every_type()
        if hasattr(field, "question")
    }
    assert kinds == {
        "short_text": "StringField",
        "long_text": "TextAreaField",
        "integer": "StringField",
        "amount": "StringField",
        "percent": "StringField",
        "date": "StringField",
        "yes_no": "RadioField",
        "choice": "RadioField",
        "choices": "SelectMultipleField",
        "file": "FileField",
        "municipality": "SelectField",
        "codice_fiscale": "StringField",
        "partita_iva": "StringField",
        "iban": "StringField",
        "email": "EmailField",
        "phone": "TelField",
        "declaration": "BooleanField",
        "number": "StringField",
        "sector": "SelectField",
        "ateco": "StringField",
        "table": "TableField",
        "computed": "ComputedField",
    }


def test_many_options_are_a_list_that_chooses_nothing_by_itself() -> None:
    options = [option(f"o{number}", f"Opzione {number}", "") for number in range(7)]
    for each in options:
        each["label"].pop("en")
    form = read_form(
        {
            "sections": [
                {
                    "key": "only",
                    "title": {"it": "Sola"},
                    "questions": [question("which", "choice", "Quale", options=options)],
                }
            ]
        }
    )
    page = section_form(form.section("only"), Answers(form, {}))
    assert type(page["which"]).__name__ == "SelectField"
    assert offered(page["which"])[0] == ("", "Scegli…")
    assert page["which"].data is None


def test_municipality_is_one_of_the_55() -> None:
    choices = offered(page_as_kept(PROJECT)["impact_place"])
    assert len(choices) == 56
    assert ("037006", "Bologna") in choices


def test_control_says_how_it_is_drawn() -> None:
    page = page_of_every_type()
    assert (page["amount"].suffix, page["amount"].inputmode) == ("€", "decimal")
    assert page["long_text"].max_characters == 2_000
    assert page["short_text"].max_characters is None
    assert page["file"].accept == ".pdf,.p7m,.png,.jpg,.jpeg,.docx,.xlsx"
    assert page_as_kept(MONEY)["budget"].accept == ".pdf"
    assert type(page_as_kept(MONEY)["budget"]).__name__ == "MultipleFileField"


def test_question_without_help_says_how_an_amount_is_written() -> None:
    page = page_as_kept(MONEY)
    assert str(page["amount"].description) == "Euro e centesimi, per esempio 1.234,56"


def test_page_shows_what_was_typed_also_when_it_is_wrong() -> None:
    page = page_as_kept(MONEY, amount=Given(["1.234,567"], None, "amount_format"))
    assert page["amount"].data == "1.234,567"
    assert page["amount"].errors == [i18n.message(Invalid("amount_format"))]
    assert list(page.errors) == ["amount"]


def test_page_shows_what_was_chosen_and_ticked() -> None:
    project = page_as_kept(
        PROJECT,
        sector=Given(["tourism"], "tourism", None),
        needs=Given(["space", "training"], ["training", "space"], None),
    )
    assert project["sector"].data == "tourism"
    assert project["needs"].data == ["space", "training"]
    declared = page_as_kept(DECLARATIONS, truthful=Given(["y"], True, None))
    assert declared["truthful"].data is True
    assert page_as_kept(DECLARATIONS)["truthful"].data is False


def test_page_shows_nothing_wrong_in_what_is_only_blank() -> None:
    assert page_as_kept(PROJECT).errors == {}


def test_page_that_was_sent_holds_what_was_sent() -> None:
    kept = Answers(FORM_READ, {"project_title": Given(["Vecchio"], "Vecchio", None)})
    sent = MultiDict(
        [(key, text) for key, texts in COMPLETE["project"].items() for text in texts]
        + [("version", "3")]
    )
    page = section_form(PROJECT, kept, sent)
    assert page.typed() == COMPLETE["project"]
    assert page["project_title"].data == "Orto di quartiere"


def test_box_left_unticked_is_sent_as_nothing() -> None:
    page = section_form(DECLARATIONS, Answers(FORM_READ, {}), MultiDict([("version", "1")]))
    assert page.typed() == {"truthful": []}


def test_errors_of_the_saving_take_the_place_of_the_kept_ones() -> None:
    kept = Answers(FORM_READ, {"amount": Given(["x"], None, "amount_format")})
    page = section_form(MONEY, kept, MultiDict([("amount", "9.000")]))
    assert page.errors == {}
    page.show_errors({"budget": Invalid("file_empty")})
    assert page["budget"].errors == [i18n.message(Invalid("file_empty"))]
    page.show_errors({"amount": Invalid("required")})
    assert list(page.errors) == ["amount"]


def test_files_are_handed_over_by_question() -> None:
    chosen = FileStorage(io.BytesIO(b"%PDF-1.7"), filename="conti.pdf")
    left = FileStorage(io.BytesIO(b""), filename="")
    sent = CombinedMultiDict(
        [MultiDict([("budget", chosen), ("budget", left)]), MultiDict([("amount", "2.000")])]
    )
    page = section_form(MONEY, Answers(FORM_READ, {}), sent)
    assert page.uploads() == {"budget": [chosen]}
    assert page.typed() == {"amount": ["2.000"]}
    assert section_form(MONEY, Answers(FORM_READ, {}), MultiDict()).uploads() == {}


def test_single_file_is_handed_over_too() -> None:
    chosen = FileStorage(io.BytesIO(b"%PDF-1.7"), filename="conti.pdf")
    sent = MultiDict([("file", chosen)])
    page = section_form(ANY.section("all"), Answers(ANY, {}), sent)
    assert page.uploads() == {"file": [chosen]}


def test_macros_draw_every_type_with_what_was_typed(app: Flask) -> None:
    given = {
        "short_text": Given(['Orto <"di"> quartiere'], "x", None),
        "amount": Given(["1.234,567"], None, "amount_format"),
        "yes_no": Given(["no"], False, None),
        "choices": Given(["space"], ["space"], None),
        "municipality": Given(["037059"], "037059", None),
    }
    html = drawn(app, section_form(ANY.section("all"), Answers(ANY, given)))
    assert html.count('class="portal-field') == len(QuestionType)
    assert 'value="Orto &lt;&#34;di&#34;&gt; quartiere"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="no" checked' in html
    assert 'value="space" checked' in html
    assert '<option selected value="037059">Vergato</option>' in html
    assert 'data-count="2000"' in html
