"""Questions on a call that the office puts aside, answers by mail alone, or no longer takes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.accounts.engine import REQUESTS
from portal.calls import services
from portal.calls.models import Call, CallQuestion
from portal.calls.queries import published_questions
from portal.calls.states import QuestionState
from portal.db import db as portal_db
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, submit, words
from tests.calls.filled import filled

pytestmark = pytest.mark.usefixtures("db")
WRITER = "anna@esempio.example.org"
ANSWER = "No: bisogna aver compiuto 55 anni."


def asked(call: Call) -> CallQuestion:
    """A question of somebody who left an address."""
    return services.ask_question(
        call, make.user(), "Vale a 54 anni?", WRITER, "a" * 32, "127.0.0.1"
    )


@pytest.mark.parametrize(
    ("action", "state", "label", "mailed"),
    [
        ("dismiss", QuestionState.DISMISSED, "Messa da parte", []),
        ("privately", QuestionState.ANSWERED, "Risposta solo per e-mail", ["question_answered"]),
    ],
)
def test_question_is_settled_without_being_published(
    client: FlaskClient, action: str, state: QuestionState, label: str, mailed: list[str]
) -> None:
    question = asked(make.call())
    make.sign_in(client, make.user(Role.STAFF))
    desk = f"/gestione/avvisi/{question.call.code}/domande"
    page = f"{desk}/{question.id}"
    typed = {**filled(client.get(page).text), "answer": ANSWER, "action": action}
    assert submit(client, page, **typed).location == desk
    assert (question.state, published_questions(question.call)) == (state, [])
    assert [mail.template for mail in mails_to(WRITER)] == mailed
    assert (label in words(client.get(desk)), question.email) == (True, None)


def test_question_put_aside_meanwhile_is_not_answered(client: FlaskClient) -> None:
    question = asked(make.call())
    make.sign_in(client, make.user(Role.STAFF))
    page = f"/gestione/avvisi/{question.call.code}/domande/{question.id}"
    seen = filled(client.get(page).text)
    services.dismiss_question(question, make.user(Role.STAFF), question.version)
    late = submit(client, page, **{**seen, "answer": ANSWER, "action": "publish"})
    assert (late.status_code, question.state) == (409, QuestionState.DISMISSED)
    assert published_questions(question.call) == []


def test_too_many_questions_from_one_place_are_refused_with_what_was_typed(
    client: FlaskClient,
) -> None:
    call = make.call()
    page = f"/avvisi/{call.code}/domande/nuova"
    for number in range(REQUESTS.tries):
        services.ask_question(call, make.user(), "Quando?", None, f"{number:032}", "127.0.0.1")
    typed = {**filled(client.get(page).text), "question": "E dove si va?"}
    answer = submit(client, page, **typed)
    count = portal_db.session.scalar(sa.select(sa.func.count()).select_from(CallQuestion))
    assert (answer.status_code, count) == (422, REQUESTS.tries)
    assert "E dove si va?" in words(answer)
