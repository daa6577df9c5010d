"""The office's list and one's own: found, sorted, paged, at a constant cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock, protocol, tables
from portal.applications.models import Application, Submission
from portal.applications.states import ApplicationState
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries
from portal.errors import Forbidden
from portal.evaluation.models import ScoreSheet
from portal.evaluation.services import enter_round
from portal.evaluation.states import SheetState
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.costs import counted

pytestmark = pytest.mark.usefixtures("db")

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
MOST_QUERIES = 12


def received(call: Any, name: str = "", **facts: Any) -> Application:
    """An application the office has, with its number."""
    owner = make.user()
    applicant = make.body(owner, **({"name": name} if name else {}))
    values = {"state": ApplicationState.SUBMITTED, **facts}
    application = make.application(call, applicant, **values)
    with transaction():
        entry = protocol.register(protocol.Direction.INCOMING, "x", "y", "0" * 64)
        submission = Submission(
            application_id=application.id,
            request_key=application.practice_code,
            received_at=clock.now(),
            submitted_by_id=owner.id,
            snapshot="{}",
            sha256="0" * 64,
            protocol_entry=entry,
        )
        portal_db.session.add(submission)
    return application


def listed(user: Any, **args: str) -> list[str]:
    """The titles of the page of the list that the address asks for."""
    page = queries.applications_page(user, queries.read_applications_listing(args))
    return [line.title for line in page.items]


def test_list_holds_what_was_received_newest_first() -> None:
    call = make.call()
    with clock.at(NOON):
        received(call, title="Prima")
    with clock.at(NOON + timedelta(minutes=1)):
        received(call, title="Seconda")
    make.application(call, make.body(make.user()), title="Bozza")
    assert listed(make.user(Role.STAFF)) == ["Seconda", "Prima"]


@pytest.mark.database
@pytest.mark.parametrize(
    "search", ["IPL-AAAA-2222", "aaaa", "forno", "coop le api", "0000002/2026", "2/2026", "2"]
)
def test_search_finds_code_title_applicant_and_number(search: str) -> None:
    call = make.call()
    with clock.at(NOON):
        received(call, "Un ente", title="Altro", practice_code="IPL-BBBB-3333")
        received(call, "Coop Le Api", title="Il forno", practice_code="IPL-AAAA-2222")
    assert listed(make.user(Role.STAFF), q=search) == ["Il forno"]


def test_search_takes_its_wildcards_literally() -> None:
    received(make.call(), title="Il forno")
    staff = make.user(Role.STAFF)
    assert listed(staff, q="%") == []
    assert listed(staff, q="forno_") == []


def test_filters_narrow_by_call_and_state() -> None:
    first, second = make.call(), make.call()
    received(first, title="A")
    received(second, title="B", state=ApplicationState.FORMAL_CHECK)
    staff = make.user(Role.STAFF)
    assert listed(staff, call=first.code) == ["A"]
    assert listed(staff, state="formal_check") == ["B"]
    assert listed(staff, call=first.code, state="formal_check") == []
    assert sorted(listed(staff, state="nonsense")) == ["A", "B"]


@pytest.mark.database
def test_every_column_sorts_both_ways() -> None:
    call = make.call()
    facts = (("c", "Zeta", "100"), ("a", "beta", None), ("b", "Alfa", "20"))
    for minute, (title, name, amount) in enumerate(facts):
        with clock.at(NOON + timedelta(minutes=minute)):
            asked = None if amount is None else Decimal(amount)
            received(call, name, title=title, requested_amount=asked)
    staff = make.user(Role.STAFF)
    found = {
        sort: ["".join(listed(staff, sort=sort, dir=direction)) for direction in ("asc", "desc")]
        for sort in ("title", "applicant", "amount", "received")
    }
    assert found == {
        "title": ["abc", "cba"],
        "applicant": ["bac", "cab"],
        "amount": ["bca", "cba"],
        "received": ["cab", "bac"],
    }


def test_pages_hold_twenty_five_and_lose_none() -> None:
    call = make.call()
    for number in range(27):
        received(call, title=f"{number:02}")
    staff = make.user(Role.STAFF)
    order = {"sort": "title", "dir": "asc"}
    first, second = listed(staff, **order), listed(staff, **order, page="2")
    assert (len(first), len(second)) == (25, 2)
    assert first + second == [f"{number:02}" for number in range(27)]
    assert listed(staff, **order, page="9") == second


@pytest.mark.check(22)
def test_list_shows_what_the_reader_may_read() -> None:
    first, second = make.call(), make.call()
    kept, elsewhere = received(first, title="A"), received(second, title="B")
    staff = make.user(make.held(Role.STAFF, call_code=first.code))
    assert listed(staff) == ["A"]
    make.access(kept, staff, Effect.BAR)
    assert listed(staff) == []
    assert listed(make.user(Role.AUDITOR), q=elsewhere.practice_code) == ["B"]
    for other in (make.user(), make.user(Role.EVALUATOR)):
        with pytest.raises(Forbidden):
            listed(other)


def test_filter_offers_only_calls_with_something_received() -> None:
    first, second = make.call(), make.call()
    received(first)
    make.application(second, make.body(make.user()))
    calls = queries.calls_with_applications(make.user(Role.STAFF))
    assert [code for code, _title in calls] == [first.code]


def test_line_counts_sheets_sent_and_assigned() -> None:
    application = received(make.call(), state=ApplicationState.UNDER_EVALUATION)
    with transaction():
        entered = enter_round(application)
    for order, state in enumerate((SheetState.DRAFT, SheetState.SENT)):
        evaluator, sent = make.user(Role.EVALUATOR), state is SheetState.SENT
        make.add(
            ScoreSheet(
                round_id=entered.id,
                application_id=application.id,
                evaluator_id=evaluator.id,
                state=state,
                assigned_at=clock.now(),
                assigned_by_id=evaluator.id,
                reading_order=order,
                sent_at=clock.now() if sent else None,
                total_hundredths=100 if sent else None,
            )
        )
    listing = tables.read_listing(queries.APPLICATIONS, {})
    line = queries.applications_page(make.user(Role.STAFF), listing).items[0]
    assert (line.sheets_sent, line.sheets) == (1, 2)


@pytest.mark.database
def test_list_costs_the_same_for_one_and_for_many(client: FlaskClient) -> None:
    call, staff = make.call(), make.user(Role.STAFF)
    make.sign_in(client, staff)
    costs = []
    for more in (1, 2, 30):
        for _ in range(more):
            received(call)
        client.get("/pratiche")
        with counted() as statements:
            assert client.get("/pratiche").status_code == 200
        costs.append(len(statements))
    assert costs[0] <= MOST_QUERIES
    assert costs == [costs[0]] * 3


def test_list_page_shows_practice_and_protocol(client: FlaskClient) -> None:
    with clock.at(NOON):
        application = stories.sent()
    make.sign_in(client, make.user(Role.STAFF))
    html = client.get("/pratiche").text
    for fact in (application.practice_code, "0000001/2026", "Orto di quartiere", "6.000,50"):
        assert fact in html, fact
    assert client.get("/pratiche?q=niente").status_code == 200


def test_empty_list_says_so(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    assert "empty-state" in client.get("/pratiche").text


def test_list_is_the_offices_own(client: FlaskClient) -> None:
    assert client.get("/pratiche").status_code == 303
    for other in (make.user(), make.user(Role.EVALUATOR)):
        make.sign_in(client, other)
        assert client.get("/pratiche").status_code == 404
