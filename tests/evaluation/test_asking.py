"""Questions of evaluators to the office, and its answers: the applicant never sees any of it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.applications.states import APPLICATION
from portal.audit import AuditEntry
from portal.db import db as database
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.evaluation.models import ScoreSheet
from portal.evaluation.queries import (
    count_waiting,
    get_sheet_question,
    questions_on,
)
from portal.evaluation.services import answer_question, ask_office
from portal.permissions import Effect, Role
from tests import make
from tests.browse import mails_to, submit, words
from tests.costs import cost
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

MOST_QUERIES = 24
ASKED, ANSWERED = "Il socio Verdi è uno solo?", "Sì, uno solo: l'altro è un omonimo."


def judged_by_two() -> tuple[ScoreSheet, ScoreSheet]:
    """The sheets of two evaluators on one dossier."""
    application = stories.admitted(stories.closed_call())
    one, other = stories.evaluator(), stories.evaluator()
    return stories.assigned(application, one), stories.assigned(application, other)


def test_question_goes_to_the_office_and_the_answer_comes_back(client: FlaskClient) -> None:
    sheet, _other = judged_by_two()
    code = sheet.application.practice_code
    make.sign_in(client, sheet.evaluator)
    url = f"/valutazioni/{code}"
    assert submit(client, f"{url}/quesito", body=ASKED).location == f"{url}#questions"
    assert "Aspetta una risposta" in words(client.get(url))
    office = stories.staff()
    make.sign_in(client, office)
    assert "1 domanda di chi valuta a cui rispondere" in words(client.get("/oggi"))
    listed = client.get("/gestione/quesiti").get_data(as_text=True)
    assert ASKED[:10] in listed
    address = listed.split('href="/gestione/quesiti/')[1].split('"')[0]
    answer = submit(client, f"/gestione/quesiti/{address}", answer=ANSWERED)
    assert answer.location == "/gestione/quesiti"
    assert "Nessun valutatore aspetta" in words(client.get("/gestione/quesiti"))
    assert "domanda di chi valuta" not in words(client.get("/oggi"))
    make.sign_in(client, sheet.evaluator)
    assert ANSWERED in words(client.get(url)).replace("’", "'")
    (mail,) = [x for x in mails_to(sheet.evaluator.email) if "risposto" in x.subject]
    assert code in mail.body
    assert "Verdi" not in f"{mail.subject}{mail.body}"


def test_answer_stays_with_who_asked_unless_it_is_for_all() -> None:
    sheet, other = judged_by_two()
    office = stories.staff()
    answer_question(ask_office(sheet, sheet.evaluator, "Uno?"), office, "Per te.", False)
    assert questions_on(other) == []
    answer_question(ask_office(sheet, sheet.evaluator, "Due?"), office, "Per tutti.", True)
    assert [(each.is_own, each.answer) for each in questions_on(other)] == [(False, "Per tutti.")]
    assert [each.answer for each in questions_on(sheet)] == ["Per te.", "Per tutti."]
    told = [x for x in mails_to(other.evaluator.email) if "risposto" in x.subject]
    assert len(told) == 1


@pytest.mark.check(17)
def test_applicant_sees_nothing_of_it(client: FlaskClient) -> None:
    owner = make.user()
    application = stories.admitted(stories.closed_call(), owner=owner)
    sheet = stories.assigned(application, stories.evaluator())
    question = ask_office(sheet, sheet.evaluator, ASKED)
    answer_question(question, stories.staff(), ANSWERED, True)
    make.sign_in(client, owner)
    code = application.practice_code
    for path in (f"/domande/{code}", f"/domande/{code}/messaggi", "/area-personale"):
        page = client.get(path)
        said = [word for word in ("Verdi", "omonimo") if word in words(page)]
        assert (path, page.status_code, said) == (path, 200, [])
    assert client.get(f"/gestione/quesiti/{question.public_id}").status_code == 404
    assert client.get("/gestione/quesiti").status_code == 404
    assert [x for x in mails_to(owner.email) if "risposto" in x.subject] == []


def test_who_is_barred_in_the_office_neither_counts_nor_reads_it() -> None:
    sheet, _other = judged_by_two()
    question = ask_office(sheet, sheet.evaluator, ASKED)
    barred, elsewhere = stories.staff(), make.user(make.held(Role.STAFF, call_code="altrove"))
    make.access(sheet.application, barred, Effect.BAR)
    for who in (barred, elsewhere, stories.evaluator()):
        assert count_waiting(who) == 0
        with pytest.raises(NotFound):
            get_sheet_question(question.public_id, who)
        with pytest.raises((NotFound, Forbidden)):
            answer_question(question, who, ANSWERED, False)
    assert count_waiting(stories.staff()) == 1


def test_question_is_answered_once() -> None:
    sheet, _other = judged_by_two()
    question = ask_office(sheet, sheet.evaluator, ASKED)
    with pytest.raises(Invalid):
        answer_question(question, stories.staff(), "  ", False)
    answer_question(question, stories.staff(), ANSWERED, False)
    with pytest.raises(WrongState):
        answer_question(question, stories.staff(), "Anzi no.", False)
    assert question.answer == ANSWERED


def test_only_who_judges_asks_and_only_while_it_is_judged() -> None:
    sheet, other = judged_by_two()
    with pytest.raises(NotFound):
        ask_office(sheet, other.evaluator, ASKED)
    with pytest.raises(Invalid):
        ask_office(sheet, sheet.evaluator, "")
    with transaction():
        APPLICATION.advance(sheet.application, "refuse", stories.staff())
    with pytest.raises(WrongState):
        ask_office(sheet, sheet.evaluator, ASKED)


def test_trail_holds_no_word_of_it() -> None:
    sheet, _other = judged_by_two()
    answer_question(ask_office(sheet, sheet.evaluator, ASKED), stories.staff(), ANSWERED, True)
    deeds = ("sheet_question.ask", "sheet_question.answer")
    entries = list(database.session.scalars(select(AuditEntry)))
    found = [each for each in entries if each.action in deeds]
    assert [each.action for each in found] == list(deeds)
    assert "Verdi" not in "".join(str(each.facts) for each in found)


def test_list_and_sheet_cost_the_same_for_few_and_for_many(client: FlaskClient) -> None:
    who, call, office = stories.evaluator(), stories.closed_call(), stories.staff()
    costs = []
    for _ in range(2):
        for _ in range(3):
            sheet = stories.judged(stories.admitted(call), who, 3, 2)
            answer_question(ask_office(sheet, who, "Uno?"), office, "Sì.", True)
            ask_office(sheet, who, "Due?")
            stories.judged(sheet.application, stories.evaluator(), 1, 1)
        blank = stories.assigned(stories.admitted(call), who)
        pages = (sheet.application.practice_code, blank.application.practice_code)
        make.sign_in(client, office)
        listed = cost(client, "/gestione/quesiti")
        make.sign_in(client, who)
        costs.append((listed, *(cost(client, f"/valutazioni/{page}") for page in pages)))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= MOST_QUERIES
