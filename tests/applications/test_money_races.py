"""The last euro, asked for by several at the same instant."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import audit, clock, i18n, ledger
from portal.applications import services
from portal.applications.models import Application, Submission
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.calls.states import CallState
from portal.db import db as portal_db
from portal.errors import Invalid
from portal.outbox import Mail
from portal.permissions import Role
from portal.protocol import ProtocolEntry
from portal.sources.models import BudgetLine, Reservation
from portal.sources.queries import rooms_of
from tests import make
from tests.applications import stories
from tests.applications.test_money import asking, counted, limited
from tests.at_once import at_once, came_to
from tests.browse import TOKEN, words
from tests.sources import stories as money
from tests.sources.stories import euros

pytestmark = pytest.mark.database


def ready_to_send(app: Flask, application: Application) -> tuple[Any, str, dict[str, str]]:
    """A browser with the summary of an application open: itself, the address, the form."""
    client = make.sign_in(app.test_client(), stories.owner_of(application))
    at = f"/domande/{application.practice_code}"
    token = TOKEN.search(client.get(f"{at}/riepilogo").text)
    assert token is not None
    form = {"csrf_token": token[1], "request_key": stories.KEY, "confirmed": "y"}
    return client, f"{at}/invia", form


def test_call_closes_itself_on_the_last_euro_and_one_of_two_is_told_why(
    committed: SQLAlchemy, app: Flask
) -> None:
    line = money.line(10_000)
    call = limited(line, form=up_to(10_000))
    code, line_code = call.code, line.code
    browsers = [ready_to_send(app, asking(call, "10.000")) for _ in range(2)]

    def send(client: Any, address: str, form: dict[str, str]) -> Any:
        return client.post(address, data=form)

    answers = at_once(app, [partial(send, *browser) for browser in browsers])
    refused, accepted = sorted(answers, key=lambda answer: answer.status_code, reverse=True)
    assert (accepted.status_code, refused.status_code) == (303, 422)
    assert i18n.message(Invalid("call_exhausted")) in words(refused)
    found = portal_db.session.scalars(sa.select(Call).where(Call.code == code)).one()
    assert found.state is CallState.EXHAUSTED
    assert counted(Submission, ProtocolEntry, Mail, Reservation) == [1, 1, 1, 1]
    states = portal_db.session.scalars(sa.select(Application.state)).all()
    assert Counter(states) == {ApplicationState.DRAFT: 1, ApplicationState.SUBMITTED: 1}
    assert (rooms_of([line_code])[line_code].left, ledger.verify().bad_account) == (0, None)
    assert audit.verify().bad_number is None


def up_to(amount: int) -> dict[str, Any]:
    """The form of the tests with another highest amount."""
    sections = [
        {
            **section,
            "questions": [
                {**question, "maximum": amount} if question["key"] == "amount" else question
                for question in section["questions"]
            ],
        }
        for section in make.FORM["sections"]
    ]
    return {**make.FORM, "sections": sections}


@pytest.mark.check(56)
def test_of_many_at_once_those_get_in_for_whom_there_is_money(
    committed: SQLAlchemy, app: Flask
) -> None:
    line = money.line(20_000)
    call, line_code = limited(line), line.code
    ids = [asking(call, "6.000,50").id for _ in range(8)]

    def send(application_id: int) -> str:
        application = portal_db.session.get_one(Application, application_id)
        owner = stories.owner_of(application)
        try:
            services.submit_application(application, owner, stories.KEY, clock.now())
        except Invalid as refusal:
            return f"{refusal.code} {refusal.facts['left']}"
        return "sent"

    outcomes = at_once(app, [partial(send, each) for each in ids])
    assert Counter(outcomes) == {"sent": 3, "money_used_up 1998.50": 5}
    assert counted(Submission, ProtocolEntry, Mail, Reservation) == [3] * 4
    room = rooms_of([line_code])[line_code]
    assert (room.reserved, room.left) == (euros("18001.50"), euros("1998.50"))
    amounts = sa.select(Application.requested_amount).where(
        Application.state == ApplicationState.SUBMITTED
    )
    assert sum(portal_db.session.scalars(amounts)) == room.reserved
    assert ledger.verify().bad_account is None


def send_and_withdraw(application_id: int) -> None:
    """Send an application and take it back, as its owner does."""
    application = portal_db.session.get_one(Application, application_id)
    owner = stories.owner_of(application)
    services.submit_application(application, owner, stories.KEY, clock.now())
    services.withdraw_application(application, owner, "", clock.now())


def fund_and_reduce(line_id: int, staff_id: int) -> None:
    """Add money to a line and take it off again."""
    line = portal_db.session.get_one(BudgetLine, line_id)
    staff = portal_db.session.get_one(make.User, staff_id)
    money.fund(line, staff, 500)
    money.reduce(line, staff, 500)


def test_sending_withdrawing_and_adding_money_at_once_wait_for_nobody(
    committed: SQLAlchemy, app: Flask
) -> None:
    line, staff = money.line(3_000), make.user(Role.STAFF)
    calls, line_code = [limited(line), limited(line)], line.code
    ids = [asking(calls[number % 2], "1.000").id for number in range(6)]
    deeds = [partial(send_and_withdraw, each) for each in ids]
    deeds += [partial(fund_and_reduce, line.id, staff.id)] * 4
    outcomes = set(came_to(app, deeds))
    assert outcomes <= {"done", "money_used_up", "call_exhausted", "line_below_reserved"}
    room = rooms_of([line_code])[line_code]
    assert (room.reserved, room.left) == (0, room.funded)
    assert set(portal_db.session.scalars(sa.select(Call.state))) == {CallState.PUBLISHED}
    assert ledger.verify().bad_account is None
