"""Pages and lists: as many statements for a full one as for an empty one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.applications import services
from portal.demo.services import load_bulk
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.costs import cost
from tests.evaluation import stories as committee

pytestmark = pytest.mark.usefixtures("db")
MOST_QUERIES = 12
MOST_OF_A_DOSSIER = 22  # what was sent, the check, letters, messages, who is like it, and so on
MOST_OF_A_DRAFT = 17
MOST_OF_RESULTS = 17  # the columns of criteria, where evaluators differ, what the ranking lacks


@pytest.mark.parametrize("page", ["", "/sezioni/money", "/riepilogo"])
def test_page_of_a_draft_costs_the_same_however_full(client: FlaskClient, page: str) -> None:
    owner = make.user()
    application = stories.draft(owner=owner)
    make.sign_in(client, owner)
    address = f"/domande/{application.practice_code}{page}"
    empty = cost(client, address)
    stories.fill(application, owner)
    for pages in (1, 2):
        services.attach_file(application, "budget", stories.pdf(pages), f"{pages}.pdf", owner)
    assert cost(client, address) <= empty <= MOST_OF_A_DRAFT


@pytest.mark.parametrize("page", ["", "/istruttoria"])
def test_page_of_a_dossier_costs_the_same_however_much_happened(
    client: FlaskClient, page: str
) -> None:
    staff = make.user(Role.STAFF)
    owner = make.user()
    application = stories.filled(owner=owner)
    services.attach_file(application, "budget", stories.pdf(), "uno.pdf", owner)
    services.submit_application(application, owner, stories.KEY, stories.clock.now())
    services.start_check(application, staff)
    make.sign_in(client, staff)
    address = f"/pratiche/{application.practice_code}{page}"
    before = cost(client, address)
    for _ in range(3):
        services.record_check(application, staff, {"in_time": ("met", ""), "seat": ("met", "")})
    assert cost(client, address) == before <= MOST_OF_A_DOSSIER


@pytest.mark.uncounted  # thousands of rows, all written alike
def test_lists_cost_the_same_for_1_3_and_10000_dossiers(client: FlaskClient) -> None:
    office, people = committee.staff(), [committee.evaluator() for _ in range(3)]
    make.sign_in(client, office)
    costs = []
    for count in (1, 3, 10_000):
        call = committee.closed_call()
        load_bulk(call, office, people, count)
        results = f"/gestione/avvisi/{call.code}/risultati?criteria=all"
        costs.append((cost(client, f"/pratiche?call={call.code}"), cost(client, results)))
    assert costs == [costs[0]] * 3
    in_list, in_results = costs[0]
    assert in_list <= MOST_QUERIES
    assert in_results <= MOST_OF_RESULTS
