"""Saving one answer by itself: versions, conflicts, the history, and what is sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal import clock
from portal.errors import NotFound, Stale
from portal.questionnaires.models import Answer, AnswerChange, AnswerSet
from portal.questionnaires.queries import answers_of, changes_of, opened_answers_of
from portal.questionnaires.services import (
    open_answers,
    save_answer,
    save_answers,
    save_form_definition,
    set_answer,
)
from tests.make import NOON, user
from tests.make_definitions import COMPLETE, LINKED

pytestmark = pytest.mark.database

FILE = {"id": "f1", "name": "conti.pdf", "size": 2048, "sha256": "0" * 64}


@pytest.fixture
def bruno(db: SQLAlchemy) -> Any:
    return user(name="Bruno Verdi")


@pytest.fixture
def linked(db: SQLAlchemy) -> AnswerSet:
    return open_answers(save_form_definition("linked", LINKED))


def test_each_saving_counts_the_answer_and_the_set(answer_set: AnswerSet, anna: Any) -> None:
    assert save_answer(answer_set, "amount", ["2.500"], anna, 0) == (1, None)
    assert save_answer(answer_set, "amount", ["2.600"], anna, 1) == (2, None)
    answers = answers_of(answer_set)
    assert (answers.value("amount"), answers.version("amount")) == ("2600.00", 2)
    assert answers.version("project_title") == 0
    assert answer_set.version == 3


def test_wrong_answer_is_kept_and_said(answer_set: AnswerSet, anna: Any) -> None:
    saved = save_answer(answer_set, "amount", ["25,000"], anna, 0)
    assert saved.version == 1
    assert saved.error is not None
    assert (saved.error.code, saved.error.field) == ("amount_format", "amount")
    assert answers_of(answer_set).typed("amount") == ["25,000"]


def test_page_older_than_the_answer_writes_nothing(
    answer_set: AnswerSet, anna: Any, bruno: Any
) -> None:
    save_answer(answer_set, "amount", ["2.500"], anna, 0)
    for seen in (0, 2):
        with pytest.raises(Stale):
            save_answer(answer_set, "amount", ["3.000"], bruno, seen)
    assert answers_of(answer_set).typed("amount") == ["2.500"]
    assert [change.who for change in changes_of(answer_set)] == ["Anna Bianchi"]


def test_same_text_again_is_no_conflict(answer_set: AnswerSet, anna: Any) -> None:
    assert save_answer(answer_set, "amount", ["2.500"], anna, 0).version == 1
    assert save_answer(answer_set, "amount", ["2.500"], anna, 0).version == 1
    assert answer_set.version == 2


def test_blank_saved_with_the_section_is_no_conflict(answer_set: AnswerSet, anna: Any) -> None:
    save_answers(answer_set, "money", {"amount": [""]}, anna)
    assert save_answer(answer_set, "amount", ["2.500"], anna, 0).version == 1


@pytest.mark.parametrize("key", ["nothing", "budget"])
def test_only_what_is_typed_is_saved(answer_set: AnswerSet, anna: Any, key: str) -> None:
    with pytest.raises(NotFound):
        save_answer(answer_set, key, ["x"], anna, 0)


def test_computed_answer_is_never_saved(linked: AnswerSet, anna: Any) -> None:
    with pytest.raises(NotFound):
        save_answer(linked, "total", ["1"], anna, 0)
    save_answers(linked, "costs", {"total": ["1"], "asked": ["2"]}, anna)
    assert answers_of(linked).typed("total") == []


def test_history_says_who_changed_what_from_what_to_what(
    answer_set: AnswerSet, anna: Any, bruno: Any
) -> None:
    with clock.at(NOON):
        save_answer(answer_set, "sector", ["tourism"], anna, 0)
        set_answer(answer_set, "budget", [FILE], anna)
    with clock.at(NOON + timedelta(minutes=1)):
        save_answer(answer_set, "sector", ["social_agriculture"], bruno, 1)
    found = [
        (x.at, x.who, x.question_key, x.label, list(x.before), list(x.after))
        for x in changes_of(answer_set)
    ]
    assert found == [
        (
            NOON + timedelta(minutes=1),
            "Bruno Verdi",
            "sector",
            "Settore",
            ["Turismo"],
            ["Agricoltura sociale"],
        ),
        (NOON, "Anna Bianchi", "budget", "Bilancio", [], ["conti.pdf"]),
        (NOON, "Anna Bianchi", "sector", "Settore", [], ["Turismo"]),
    ]


def test_changes_of_a_few_minutes_are_one_line(answer_set: AnswerSet, anna: Any) -> None:
    for minute, amount in enumerate(["1", "12", "120"]):
        with clock.at(NOON + timedelta(minutes=4 * minute)):
            save_answer(answer_set, "amount", [amount], anna, minute)
    with clock.at(NOON + timedelta(minutes=11)):
        save_answer(answer_set, "amount", ["1.200"], anna, 3)
    changes = [(list(x.before), list(x.after)) for x in changes_of(answer_set)]
    assert changes == [(["120"], ["1.200"]), ([], ["120"])]


def test_change_of_a_colleague_in_between_begins_a_new_line(
    answer_set: AnswerSet, anna: Any, bruno: Any
) -> None:
    with clock.at(NOON):
        save_answer(answer_set, "amount", ["1"], anna, 0)
        save_answer(answer_set, "amount", ["2"], bruno, 1)
        save_answer(answer_set, "amount", ["3"], anna, 2)
    changes = [(x.who, list(x.before), list(x.after)) for x in changes_of(answer_set)]
    assert changes == [
        ("Anna Bianchi", ["2"], ["3"]),
        ("Bruno Verdi", ["1"], ["2"]),
        ("Anna Bianchi", [], ["1"]),
    ]


def test_section_saved_again_unchanged_is_no_change(answer_set: AnswerSet, anna: Any) -> None:
    save_answers(answer_set, "project", COMPLETE["project"], anna)
    save_answers(answer_set, "project", COMPLETE["project"], anna)
    assert {x.question_key for x in changes_of(answer_set)} == set(COMPLETE["project"])
    assert len(changes_of(answer_set)) == len(COMPLETE["project"])
    assert answers_of(answer_set).version("sector") == 1


SECRET = "Una diagnosi che resta fra noi"


def test_special_answer_is_sealed_wherever_it_is_kept(
    db: SQLAlchemy, linked: AnswerSet, anna: Any
) -> None:
    save_answer(linked, "illness", [SECRET], anna, 0)
    save_answers(linked, "body", {"founded": ["yes"], "illness": [SECRET + "!"]}, anna)
    for table in ("answer", "answer_change"):
        rows = db.session.execute(text(f"SELECT * FROM {table}")).all()
        assert SECRET not in str(rows)
    row = db.session.scalars(select(Answer).where(Answer.question_key == "illness")).one()
    assert (row.typed, row.value, row.version) == ([], None, 2)
    (change,) = [x for x in changes_of(linked) if x.question_key == "illness"]
    assert (change.before, change.after) == ([], [])


def test_special_answer_is_opened_by_name_alone(linked: AnswerSet, anna: Any) -> None:
    save_answer(linked, "illness", [SECRET], anna, 0)
    sealed, opened = answers_of(linked), opened_answers_of(linked)
    assert (sealed.typed("illness"), sealed.value("illness")) == ([], None)
    assert (opened.typed("illness"), opened.value("illness")) == ([SECRET], SECRET)
    assert "illness" not in [gap.question.key for gap in sealed.missing()]
    assert sealed.state("body") != "empty"


def test_special_answer_is_a_conflict_like_any_other(linked: AnswerSet, anna: Any) -> None:
    save_answer(linked, "illness", [SECRET], anna, 0)
    with pytest.raises(Stale):
        save_answer(linked, "illness", ["Altro"], anna, 0)
    assert save_answer(linked, "illness", [SECRET], anna, 0).version == 1
    assert save_answer(linked, "illness", [""], anna, 1).version == 2
    assert opened_answers_of(linked).value("illness") is None


def test_unchanged_special_answer_keeps_its_seal(
    db: SQLAlchemy, linked: AnswerSet, anna: Any
) -> None:
    save_answer(linked, "illness", [SECRET], anna, 0)
    sealed = select(Answer.sealed).where(Answer.question_key == "illness")
    before = db.session.scalar(sealed)
    save_answers(linked, "body", {"illness": [SECRET]}, anna)
    assert db.session.scalar(sealed) == before


def test_history_costs_the_same_however_long(
    db: SQLAlchemy, answer_set: AnswerSet, anna: Any
) -> None:
    save_answers(answer_set, "project", COMPLETE["project"], anna)
    save_answers(answer_set, "money", COMPLETE["money"], anna)
    assert db.session.query(AnswerChange).count() == 6
    assert len(changes_of(answer_set)) == 6


TEXTS = st.sampled_from(["", "a", "b", "2.500", "25,000"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["one", "section"]),
        st.sampled_from(["project_title", "description", "illness"]),
        TEXTS,
        st.integers(0, 3),
    ),
    max_size=12,
)
MIXED = {
    "sections": [
        {
            "key": "only",
            "title": {"it": "Sola"},
            "questions": [
                {"key": "project_title", "type": "short_text", "label": {"it": "Titolo"}},
                {"key": "description", "type": "long_text", "label": {"it": "Testo"}},
                {
                    "key": "illness",
                    "type": "short_text",
                    "label": {"it": "Salute"},
                    "readers": "special",
                },
            ],
        }
    ]
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_no_text_that_was_acknowledged_is_lost(db: SQLAlchemy, anna: Any, steps: Any) -> None:
    answer_set = open_answers(save_form_definition("mixed", MIXED))
    kept: dict[str, str] = {}
    for way, key, typed, behind in steps:
        if way == "section":
            save_answers(answer_set, "only", {key: [typed]}, anna)
            kept[key] = typed
            continue
        seen = max(0, answers_of(answer_set).version(key) - behind)
        try:
            saved = save_answer(answer_set, key, [typed], anna, seen)
        except Stale:
            assert seen < answers_of(answer_set).version(key)
            continue
        kept[key] = typed
        assert saved.version == answers_of(answer_set).version(key)
    db.session.expire_all()
    answers = opened_answers_of(answer_set)
    assert {key: (answers.typed(key) or [""])[0] for key in kept} == kept
