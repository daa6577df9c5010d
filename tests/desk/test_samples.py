"""What the template of a spreadsheet shows as an example can be entered as it stands."""

from __future__ import annotations

import pytest

from portal.calls.engine import blueprint_names, load_blueprint
from portal.desk.engine.papers import asked_in
from portal.desk.engine.samples import example_of
from portal.questionnaires.engine import QuestionType, read_answer, read_form

# These are written as labels or row by row, and read by the import itself.
BY_LABEL = {QuestionType.YES_NO, QuestionType.DECLARATION, QuestionType.MUNICIPALITY}
BY_LABEL |= {QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.SECTOR}
BY_LABEL |= {QuestionType.TABLE, QuestionType.ATECO}


@pytest.mark.parametrize("name", blueprint_names())
def test_example_of_each_question_of_a_shipped_call_is_read(name: str) -> None:
    form = read_form(load_blueprint(name)["form"])
    asked = [each for each in asked_in(form) if each.type not in BY_LABEL]
    assert asked
    for question in asked:
        assert read_answer(question, [example_of(question)]) is not None


def test_example_of_a_whole_number_is_one() -> None:
    form = read_form(load_blueprint("social-innovation")["form"])
    people = form.question("people_employed")
    assert (people.type, example_of(people)) == (QuestionType.INTEGER, str(people.minimum or 1))
