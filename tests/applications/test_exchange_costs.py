"""Pages of messages, notes and sendings: as many statements for many as for one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications import services
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.costs import cost

pytestmark = pytest.mark.usefixtures("db")
MOST_QUERIES = 20


@pytest.mark.parametrize("side", ["domande", "pratiche"])
def test_messages_cost_the_same_however_many(client: FlaskClient, side: str) -> None:
    application, staff = stories.sent(), make.user(Role.STAFF)
    owner = stories.owner_of(application)
    services.write_message(application, owner, "Uno.", [(stories.pdf(), "uno.pdf")])
    make.sign_in(client, owner if side == "domande" else staff)
    address = f"/{side}/{application.practice_code}/messaggi"
    few = cost(client, address)
    for number in range(2, 5):
        files = [(stories.pdf(number), "altro.pdf")]
        services.answer_applicant(application, staff, "Ancora.", files)
        services.write_message(application, owner, "Ancora.", [(stories.pdf(number + 5), "x.pdf")])
    assert cost(client, address) <= few <= MOST_QUERIES


def test_list_of_those_who_wait_costs_the_same(client: FlaskClient) -> None:
    call, staff = stories.open_call(one_per_applicant=False), make.user(Role.STAFF)
    make.sign_in(client, staff)
    costs = []
    for _ in range(3):
        application = stories.sent(call)
        services.write_message(application, stories.owner_of(application), "Ciao.")
        costs.append(cost(client, "/messaggi"))
    assert costs[-1] <= costs[0] <= MOST_QUERIES


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_dossier_costs_the_same_however_often_it_was_sent(client: FlaskClient, who: str) -> None:
    application, staff = stories.sent(), make.user(Role.STAFF)
    owner = stories.owner_of(application)
    make.sign_in(client, owner if who == "owner" else staff)
    address = f"/{'domande' if who == 'owner' else 'pratiche'}/{application.practice_code}"
    once = cost(client, address)
    for number in range(3):
        services.withdraw_application(application, owner, "", clock.now())
        services.resume_application(application, owner, clock.now())
        services.submit_application(application, owner, f"{number}" * 32, clock.now())
    assert cost(client, address) <= once
