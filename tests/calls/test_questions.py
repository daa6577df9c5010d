"""Public questions on a call: asked without an account, answered without names."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from portal import clock
from portal.calls import services
from portal.calls.models import Call, CallQuestion
from portal.calls.queries import may_ask, published_questions, waiting_questions
from portal.calls.states import QuestionState
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.browse import submit, words

ASKED = "Sono Anna Bianchi di Imola: vale anche per chi ha 54 anni?"
PUBLIC = "L'avviso vale anche per chi ha 54 anni?"
ANSWER = "No: bisogna aver compiuto 55 anni.\nConta il giorno dell'invio."


def ask(call: Call, key: str = "a" * 32, email: str | None = None) -> CallQuestion:
    """Ask as a visitor would."""
    return services.ask_question(call, make.user(), ASKED, email, key, "127.0.0.1")


def staff() -> object:
    """Somebody of the office."""
    return make.user(Role.STAFF)


def test_visitor_asks_and_everybody_reads_the_answer_without_names(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    call, page = make.call(), ""
    page = f"/avvisi/{call.code}/domande/nuova"
    typed = {"question": ASKED, "email": "Anna@esempio.example.org"}
    response = submit(client, page, **typed)
    assert response.status_code == 303
    assert "Nessuno ha ancora chiesto niente" in words(client.get(f"/avvisi/{call.code}/domande"))
    question = portal_db.session.scalars(select(CallQuestion)).one()
    make.sign_in(client, make.user(Role.STAFF))
    desk = f"/gestione/avvisi/{call.code}/domande"
    assert "1 domanda" in words(client.get(desk))
    answer = {"question": PUBLIC, "answer": ANSWER, "action": "publish"}
    assert submit(client, f"{desk}/{question.id}", **answer).status_code == 303
    text = words(client.get(f"/avvisi/{call.code}/domande"))
    assert PUBLIC in text
    assert "Conta il giorno dell'invio." in text
    assert "Anna" not in text


def test_who_left_an_address_is_written_to_once_and_the_address_goes(db: SQLAlchemy) -> None:
    call, office = make.call(), staff()
    question = ask(call, email="anna@esempio.example.org")
    services.publish_answer(question, office, PUBLIC, ANSWER, question.version)
    services.publish_answer(question, office, PUBLIC, ANSWER + " Davvero.", question.version)
    mails = portal_db.session.execute(
        select(Mail.recipient, Mail.body).where(Mail.template == "question_answered")
    ).all()
    assert [recipient for recipient, _ in mails] == ["anna@esempio.example.org"]
    assert ANSWER.splitlines()[1] in mails[0].body
    assert question.email is None
    assert question.answer == ANSWER + " Davvero."


def test_private_answer_is_mailed_and_never_published(db: SQLAlchemy) -> None:
    call = make.call()
    question = ask(call, email="anna@esempio.example.org")
    services.answer_privately(question, staff(), ANSWER, question.version)
    assert question.state is QuestionState.ANSWERED
    assert published_questions(call) == []
    assert portal_db.session.scalar(select(sa.func.count()).select_from(Mail)) == 1


def test_double_click_asks_once(db: SQLAlchemy) -> None:
    call = make.call()
    assert ask(call).id == ask(call).id
    assert waiting_questions([call]) == {call.id: 1}


def test_questions_close_so_many_days_before_the_end(db: SQLAlchemy) -> None:
    call = make.call(rules={**make.RULES, "questions_close_days": 3})
    until = call.closes_at - timedelta(days=3)
    with clock.at(until - timedelta(seconds=1)):
        assert may_ask(call)
    with clock.at(until):
        assert not may_ask(call)
        with pytest.raises(WrongState):
            ask(call)


def test_search_finds_words_of_questions_and_answers_literally(db: SQLAlchemy) -> None:
    call, office = make.call(), staff()
    for number, (text, answer) in enumerate((("Quanto al 100%?", "Si"), ("Quando?", "Il 100."))):
        question = ask(call, key=f"{number:032}")
        services.publish_answer(question, office, text, answer, question.version)
    assert [each.question for each in published_questions(call, "100%")] == ["Quanto al 100%?"]
    assert [each.question for each in published_questions(call, "il 100")] == ["Quando?"]


def test_second_colleague_is_told_that_it_has_been_answered(db: SQLAlchemy) -> None:
    question = ask(make.call())
    seen = question.version
    services.publish_answer(question, staff(), PUBLIC, ANSWER, seen)
    with pytest.raises(Stale):
        services.dismiss_question(question, staff(), seen)
    assert question.state is QuestionState.PUBLISHED


@pytest.mark.parametrize(
    ("text", "answer", "field"), [("", ANSWER, "question"), (PUBLIC, "", "answer")]
)
def test_nothing_is_published_half(db: SQLAlchemy, text: str, answer: str, field: str) -> None:
    question = ask(make.call())
    with pytest.raises(Invalid) as refusal:
        services.publish_answer(question, staff(), text, answer, question.version)
    assert refusal.value.field == field
    assert question.state is QuestionState.WAITING


def test_only_the_office_of_the_call_answers(db: SQLAlchemy) -> None:
    question = ask(make.call())
    elsewhere = make.user(make.held(Role.STAFF, strand="self_employment"))
    others = ((make.user(), NotFound), (elsewhere, NotFound), (make.user(Role.AUDITOR), Forbidden))
    for nobody, refusal in others:
        with pytest.raises(refusal):
            services.publish_answer(question, nobody, PUBLIC, ANSWER, question.version)


def test_office_keeps_what_it_typed_when_the_answer_is_missing(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    question = ask(make.call())
    make.sign_in(client, make.user(Role.STAFF))
    page = f"/gestione/avvisi/{question.call.code}/domande/{question.id}"
    response = submit(client, page, question=PUBLIC, answer="", action="publish")
    assert response.status_code == 422
    assert "Scrivi la risposta." in words(response)
    assert PUBLIC in words(response)
