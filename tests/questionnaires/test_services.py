"""Keeping forms and answers: versions, nothing typed is ever lost, two pages at once."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal import clock
from portal.db import transaction
from portal.definitions import DefinitionError
from portal.errors import Invalid, Stale
from portal.questionnaires.engine import clean
from portal.questionnaires.models import Answer, AnswerSet, FormDefinition
from portal.questionnaires.queries import answers_of, form_of
from portal.questionnaires.services import (
    freeze_form_definition,
    open_answers,
    require_version,
    save_answers,
    save_form_definition,
    set_answer,
)
from tests.costs import counted
from tests.make import NOON
from tests.make_definitions import COMPLETE, EVERY_TYPE, FORM

pytestmark = pytest.mark.database

FILE = {"id": "f1", "name": "conti.pdf", "size": 2048, "sha256": "0" * 64}


def test_same_definition_is_kept_once_when_it_can_not_change_any_more(db: SQLAlchemy) -> None:
    first = save_form_definition("tests", FORM)
    freeze_form_definition(first)
    spelled = copy.deepcopy(FORM)
    spelled["sections"][0]["questions"][0]["required"] = True
    assert save_form_definition("tests", spelled).id == first.id
    assert (first.key, first.version) == ("tests", 1)
    assert form_of(first).question("amount").label == {
        "it": "Contributo richiesto",
        "en": "Grant asked for",
    }


def test_changed_definition_is_the_next_version(db: SQLAlchemy) -> None:
    first = save_form_definition("tests", FORM)
    freeze_form_definition(first)
    changed = copy.deepcopy(FORM)
    changed["sections"][2]["questions"][0]["label"]["it"] = "Dichiaro il vero."
    second = save_form_definition("tests", changed)
    assert (second.version, first.version) == (2, 1)
    assert save_form_definition("tests", FORM).id == first.id
    assert save_form_definition("others", FORM).version == 1


def test_wrong_definition_is_not_kept(db: SQLAlchemy) -> None:
    with pytest.raises(DefinitionError):
        save_form_definition("tests", {"sections": []})
    assert db.session.query(FormDefinition).count() == 0


def test_complete_answers_are_kept_with_their_meaning(answer_set: AnswerSet, anna: Any) -> None:
    with clock.at(NOON):
        for section, typed in COMPLETE.items():
            assert save_answers(answer_set, section, typed, anna) == {}
    answers = answers_of(answer_set)
    assert answers.is_complete is True
    assert answers.typed("amount") == ["6.000,50"]
    assert answers.values == {
        "project_title": "Orto di quartiere",
        "description": "Un orto coltivato insieme.\nTutto l'anno.",
        "sector": "social_agriculture",
        "impact_place": "037006",
        "needs": ["training", "space"],
        "amount": "6000.50",
        "budget": None,
        "truthful": True,
    }


def test_answer_says_who_saved_it_and_when(
    db: SQLAlchemy, answer_set: AnswerSet, anna: Any
) -> None:
    with clock.at(NOON):
        save_answers(answer_set, "money", COMPLETE["money"], anna)
    row = db.session.query(Answer).one()
    assert (row.question_key, row.saved_at, row.saved_by_id) == ("amount", NOON, anna.id)


def test_wrong_answer_is_kept_as_typed_and_shown_as_wrong(
    db: SQLAlchemy, answer_set: AnswerSet, anna: Any
) -> None:
    errors = save_answers(answer_set, "money", {"amount": ["1.234,567"]}, anna)
    assert {key: error.code for key, error in errors.items()} == {"amount": "amount_format"}
    db.session.expire_all()
    answers = answers_of(answer_set)
    assert answers.typed("amount") == ["1.234,567"]
    assert answers.value("amount") is None
    assert answers.errors["amount"].code == "amount_format"


def test_corrected_answer_is_wrong_no_more(answer_set: AnswerSet, anna: Any) -> None:
    save_answers(answer_set, "money", {"amount": ["25,000"]}, anna)
    assert save_answers(answer_set, "money", {"amount": ["2.500"]}, anna) == {}
    answers = answers_of(answer_set)
    assert (answers.value("amount"), answers.errors) == ("2500.00", {})


def test_answer_wrong_after_it_was_right_has_no_meaning(answer_set: AnswerSet, anna: Any) -> None:
    save_answers(answer_set, "money", {"amount": ["2.500"]}, anna)
    save_answers(answer_set, "money", {"amount": ["9.000"]}, anna)
    answers = answers_of(answer_set)
    assert (answers.value("amount"), answers.errors["amount"].code) == (
        None,
        "amount_over_call_max",
    )


def test_blank_is_no_error_while_drafting(answer_set: AnswerSet, anna: Any) -> None:
    typed = {**COMPLETE["project"], "description": [" \r\n"]}
    assert save_answers(answer_set, "project", typed, anna) == {}
    gaps = answers_of(answer_set).missing_in(answers_of(answer_set).form.section("project"))
    assert [(gap.question.key, gap.reason.code) for gap in gaps] == [("description", "required")]


def test_answer_is_taken_back_by_leaving_it_blank(answer_set: AnswerSet, anna: Any) -> None:
    save_answers(answer_set, "money", {"amount": ["2.500"]}, anna)
    save_answers(answer_set, "money", {"amount": [""]}, anna)
    assert answers_of(answer_set).value("amount") is None


def test_box_left_unticked_is_an_answer(answer_set: AnswerSet, anna: Any) -> None:
    save_answers(answer_set, "project", COMPLETE["project"], anna)
    save_answers(answer_set, "declarations", COMPLETE["declarations"], anna)
    save_answers(answer_set, "project", {**COMPLETE["project"], "needs": []}, anna)
    save_answers(answer_set, "declarations", {}, anna)
    answers = answers_of(answer_set)
    assert (answers.typed("needs"), answers.value("needs")) == ([], None)
    assert answers.value("truthful") is None
    assert answers.state("declarations") == "empty"


def test_question_the_page_did_not_send_stays_answered(answer_set: AnswerSet, anna: Any) -> None:
    save_answers(answer_set, "project", COMPLETE["project"], anna)
    save_answers(answer_set, "project", {"project_title": ["Nuovo"], "sector": []}, anna)
    answers = answers_of(answer_set)
    assert answers.value("project_title") == "Nuovo"
    assert answers.value("sector") == "social_agriculture"
    assert answers.typed("description") == COMPLETE["project"]["description"]


def test_answers_of_other_sections_and_strangers_are_not_taken(
    db: SQLAlchemy, answer_set: AnswerSet, anna: Any
) -> None:
    save_answers(answer_set, "money", {"truthful": ["y"], "state": ["admitted"]}, anna)
    assert db.session.query(Answer).count() == 0


def test_character_the_database_refuses_is_replaced_and_said(
    answer_set: AnswerSet, anna: Any
) -> None:
    typed = {"project_title": ["Or\x00to"], "description": ["a\ud800b"]}
    errors = save_answers(answer_set, "project", typed, anna)
    assert {key: error.code for key, error in errors.items()} == {
        "project_title": "text_control",
        "description": "text_control",
    }
    answers = answers_of(answer_set)
    assert answers.typed("project_title") == ["Or\N{REPLACEMENT CHARACTER}to"]
    assert answers.errors["description"].code == "text_control"


def test_files_are_an_answer(answer_set: AnswerSet, anna: Any) -> None:
    set_answer(answer_set, "budget", [FILE], anna)
    answers = answers_of(answer_set)
    assert (answers.typed("budget"), answers.value("budget")) == (["conti.pdf"], [FILE])
    save_answers(answer_set, "money", {"amount": ["2.500"], "budget": ["altro.pdf"]}, anna)
    assert answers_of(answer_set).value("budget") == [FILE]
    set_answer(answer_set, "budget", [], anna)
    assert answers_of(answer_set).value("budget") is None


def test_too_many_files_are_refused(answer_set: AnswerSet, anna: Any) -> None:
    with pytest.raises(Invalid) as caught:
        set_answer(answer_set, "budget", [FILE] * 3, anna)
    assert (caught.value.code, caught.value.field) == ("too_many_files", "budget")


def test_typed_question_is_not_answered_by_program(answer_set: AnswerSet, anna: Any) -> None:
    with pytest.raises(ValueError, match="amount"):
        set_answer(answer_set, "amount", "1.00", anna)


def test_every_saving_is_counted(answer_set: AnswerSet, anna: Any) -> None:
    assert answer_set.version == 1
    save_answers(answer_set, "money", {"amount": ["2.500"]}, anna)
    assert answer_set.version == 2
    save_answers(answer_set, "money", {"amount": ["2.500"]}, anna)
    set_answer(answer_set, "budget", [FILE], anna)
    assert answer_set.version == 4


def test_older_page_is_refused(answer_set: AnswerSet, anna: Any) -> None:
    with transaction():
        require_version(answer_set, 1)
        save_answers(answer_set, "money", {"amount": ["2.500"]}, anna)
    with pytest.raises(Stale), transaction():
        require_version(answer_set, 1)
        save_answers(answer_set, "money", {"amount": ["3.000"]}, anna)
    assert answers_of(answer_set).value("amount") == "2500.00"


def test_saving_answers_leaves_their_definition_free_for_others(committed: SQLAlchemy) -> None:
    answer_set = open_answers(save_form_definition("tests", FORM))
    with transaction():
        require_version(answer_set, 1)
        with committed.engine.connect() as other:
            free = other.execute(select(FormDefinition.key).with_for_update(nowait=True))
            assert free.scalars().all() == ["tests"]


def test_saving_and_reading_cost_the_same_however_many_questions(db: SQLAlchemy, anna: Any) -> None:
    few = open_answers(save_form_definition("few", FORM))
    many = open_answers(save_form_definition("many", EVERY_TYPE))
    typed = {kind: ["?"] for kind in ("amount", "date", "iban", "email", "phone", "integer")}
    costs = []
    for answer_set, section, sent in ((few, "money", {"amount": ["?"]}), (many, "all", typed)):
        save_answers(answer_set, section, sent, anna)
        with counted() as saving:
            save_answers(answer_set, section, sent, anna)
        with counted() as reading:
            answers_of(answer_set)
        costs.append((len(saving), len(reading)))
    assert costs[0] == costs[1]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {
            key: st.lists(st.text(st.characters(codec=None, exclude_categories=())), max_size=2)
            for key in ("project_title", "description", "sector", "impact_place", "needs")
        }
    )
)
def test_nothing_typed_is_ever_lost(db: SQLAlchemy, anna: Any, typed: dict[str, list[str]]) -> None:
    answer_set = open_answers(save_form_definition("tests", FORM))
    errors = save_answers(answer_set, "project", typed, anna)
    db.session.expire_all()
    answers = answers_of(answer_set)
    assert {key: answers.typed(key) for key in typed} == {
        key: clean(texts) for key, texts in typed.items()
    }
    assert answers.errors.keys() == errors.keys()
    assert {key: e.code for key, e in answers.errors.items()} == {
        key: e.code for key, e in errors.items()
    }
