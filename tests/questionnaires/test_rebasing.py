"""A form that changes under its answers: edited as a draft, or amended once published."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.db import db as database
from portal.definitions import DefinitionError
from portal.errors import Stale, WrongState
from portal.questionnaires.models import AnswerChange, AnswerSet
from portal.questionnaires.queries import (
    answers_of,
    changes_of,
    form_of,
    open_sealed,
    opened_answers_of,
)
from portal.questionnaires.services import (
    Rebase,
    edit_form_definition,
    freeze_form_definition,
    open_answers,
    rebase_answers,
    save_answers,
    save_form_definition,
    set_answer,
)
from tests.make_definitions import COMPLETE, FORM, LINKED, question

pytestmark = pytest.mark.database

Change = Callable[[Any], Any]
FILES = [{"id": f"f{number}", "name": f"{number}.pdf", "size": 1} for number in (1, 2)]


def changed(change: Change, form: dict[str, Any] = FORM) -> dict[str, Any]:
    definition = copy.deepcopy(form)
    change(definition["sections"])
    return definition


def filled(anna: Any) -> AnswerSet:
    answer_set = open_answers(save_form_definition("tests", FORM))
    for section, typed in COMPLETE.items():
        save_answers(answer_set, section, typed, anna)
    set_answer(answer_set, "budget", FILES, anna)
    return answer_set


def rebased(answer_set: AnswerSet, change: Change) -> Rebase:
    return rebase_answers(answer_set, save_form_definition("tests", changed(change)))


def test_draft_is_edited_in_place_until_it_is_frozen(db: SQLAlchemy) -> None:
    row = save_form_definition("tests", FORM)
    shorter = changed(lambda sections: sections.pop())
    assert edit_form_definition(row, shorter, 1) is row
    assert [section.key for section in form_of(row).sections] == ["project", "money"]
    assert (row.revision, row.version) == (2, 1)
    freeze_form_definition(row)
    with pytest.raises(WrongState) as caught:
        edit_form_definition(row, FORM, 2)
    assert caught.value.code == "form_frozen"
    assert [section.key for section in form_of(row).sections] == ["project", "money"]


def test_edit_of_an_older_page_or_of_nonsense_changes_nothing(db: SQLAlchemy) -> None:
    row = save_form_definition("tests", FORM)
    edit_form_definition(row, changed(lambda sections: sections.pop()), 1)
    with pytest.raises(Stale):
        edit_form_definition(row, FORM, 1)
    with pytest.raises(DefinitionError):
        edit_form_definition(row, {"sections": []}, 2)
    assert (row.revision, len(form_of(row).sections)) == (2, 2)
    edit_form_definition(row, changed(lambda sections: sections.pop()), 2)
    assert row.revision == 2


def test_frozen_form_stays_the_instant_it_was_frozen(db: SQLAlchemy) -> None:
    row = save_form_definition("tests", FORM)
    freeze_form_definition(row)
    frozen_at = row.frozen_at
    freeze_form_definition(row)
    assert row.frozen_at == frozen_at


def test_drafts_never_share_a_form(db: SQLAlchemy) -> None:
    assert save_form_definition("tests", FORM).id != save_form_definition("tests", FORM).id


def test_answers_tried_on_a_draft_are_read_again(db: SQLAlchemy, anna: Any) -> None:
    answer_set = filled(anna)
    lower = changed(lambda sections: sections[1]["questions"][0].update(maximum=500))
    edit_form_definition(answer_set.form_definition, lower, 1)
    answers = answers_of(answer_set)
    assert answers.typed("amount") == ["6.000,50"]
    assert (answers.value("amount"), answers.errors["amount"].code) == (
        None,
        "amount_over_call_max",
    )


def test_amendment_says_what_has_gone_changed_and_come(db: SQLAlchemy, anna: Any) -> None:
    def amend(sections: Any) -> None:
        sections[0]["questions"].pop(4)
        sections[0]["questions"][1]["limit"] = 10
        sections[2]["questions"].append(question("vat", "yes_no", "Paghi l'IVA"))

    answer_set = filled(anna)
    before = answer_set.version
    assert rebased(answer_set, amend) == (("needs",), ("description",), ("vat",))
    answers = answers_of(answer_set)
    assert answer_set.version == before + 1
    assert answers.typed("description") == COMPLETE["project"]["description"]
    assert answers.errors["description"].code == "too_long"
    assert [gap.question.key for gap in answers.missing()] == ["description", "vat"]
    assert answers.value("amount") == "6000.50"


def test_text_of_a_question_that_has_gone_stands_in_the_history(db: SQLAlchemy, anna: Any) -> None:
    answer_set = filled(anna)
    rebased(answer_set, lambda sections: sections[0]["questions"].pop(1))
    assert answers_of(answer_set).typed("description") == []
    change = changes_of(answer_set)[0]
    assert (change.label, list(change.before), list(change.after), change.is_gone) == (
        "Descrizione",
        ["Un orto coltivato insieme.\r\nTutto l'anno."],
        [],
        True,
    )


def test_files_stay_and_are_counted_again(db: SQLAlchemy, anna: Any) -> None:
    answer_set = filled(anna)
    rebased(answer_set, lambda sections: sections[1]["questions"][1].pop("most_files"))
    answers = answers_of(answer_set)
    assert answers.value("budget") == FILES
    assert answers.errors["budget"].code == "too_many_files"


def test_file_does_not_answer_a_question_for_a_text(db: SQLAlchemy, anna: Any) -> None:
    def amend(sections: Any) -> None:
        sections[1]["questions"][1] = question("budget", "long_text", "Bilancio")

    answer_set = filled(anna)
    assert rebased(answer_set, amend) == (("budget",), (), ("budget",))
    assert answers_of(answer_set).typed("budget") == []
    assert list(changes_of(answer_set)[0].before) == ["1.pdf", "2.pdf"]


def test_text_that_becomes_a_table_stands_in_its_first_cell(db: SQLAlchemy, anna: Any) -> None:
    columns = [{"key": "what", "type": "short_text", "label": {"it": "Che cosa"}}]

    def amend(sections: Any) -> None:
        sections[0]["questions"][0] = question("project_title", "table", "T", columns=columns)

    answer_set = filled(anna)
    rebased(answer_set, amend)
    answers = answers_of(answer_set)
    assert answers.typed("project_title") == ["Orto di quartiere"]
    assert answers.value("project_title") == [{"what": "Orto di quartiere"}]


def test_answer_is_sealed_and_opened_as_its_question_asks(db: SQLAlchemy, anna: Any) -> None:
    answer_set = filled(anna)
    rebased(answer_set, lambda sections: sections[0]["questions"][1].update(readers="special"))
    text = COMPLETE["project"]["description"]
    assert answers_of(answer_set).typed("description") == []
    assert opened_answers_of(answer_set).typed("description") == text
    rebased(answer_set, lambda sections: None)
    assert answers_of(answer_set).typed("description") == text


def test_special_text_that_goes_stays_sealed(db: SQLAlchemy, anna: Any) -> None:
    answer_set = open_answers(save_form_definition("linked", LINKED))
    save_answers(answer_set, "body", {"illness": ["Fra noi"]}, anna)
    without = changed(lambda sections: sections[0]["questions"].pop(3), LINKED)
    rebase_answers(answer_set, save_form_definition("linked", without))
    (change,) = [x for x in db.session.query(AnswerChange) if x.sealed is not None]
    assert (change.before, open_sealed(change.sealed)["typed"]) == ([], ["Fra noi"])


KINDS = st.sampled_from(["short_text", "long_text", "amount", "date", "yes_no", "integer"])
SHAPES = st.dictionaries(st.sampled_from("abcd"), st.tuples(KINDS, st.booleans()), min_size=1)
TYPED = st.dictionaries(
    st.sampled_from("abcd"), st.sampled_from(["1.000", "sì", "31/02/2026", "yes", "x" * 300])
)


def shaped(shape: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    questions = [
        {"key": key, "type": kind, "label": {"it": key}, **({"readers": "special"} if seal else {})}
        for key, (kind, seal) in sorted(shape.items())
    ]
    return {"sections": [{"key": "only", "title": {"it": "Sola"}, "questions": questions}]}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(SHAPES, TYPED, st.lists(SHAPES, min_size=1, max_size=3))
def test_no_amendment_loses_a_typed_text(
    db: SQLAlchemy, anna: Any, first: Any, typed: dict[str, str], later: list[Any]
) -> None:
    answer_set = open_answers(save_form_definition("random", shaped(first)))
    sent = {key: [text] for key, text in typed.items() if key in first}
    save_answers(answer_set, "only", sent, anna)
    for shape in later:
        rebase_answers(answer_set, save_form_definition("random", shaped(shape)))
    standing = opened_answers_of(answer_set)
    for key, texts in sent.items():
        assert standing.typed(key) == texts or texts in last_words(answer_set, key)


def last_words(answer_set: AnswerSet, key: str) -> list[list[str]]:
    changes = select(AnswerChange).where(
        AnswerChange.answer_set_id == answer_set.id, AnswerChange.question_key == key
    )
    return [
        open_sealed(change.sealed)["typed"] if change.sealed else change.before
        for change in database.session.scalars(changes)
    ]
