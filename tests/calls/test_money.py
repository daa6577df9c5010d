"""What visitors and the office see of a call that is limited by money."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.calls.queries import blockers_of, money_left, money_obstacle, publishing_checks
from portal.calls.states import CallState
from portal.db import transaction
from portal.sources import services
from tests import make
from tests.applications import stories
from tests.applications.test_money import asking, limited
from tests.browse import words
from tests.costs import cost
from tests.sources import stories as money
from tests.sources.stories import euros


@pytest.mark.parametrize("page", ["/", "/avvisi", "/avvisi/{code}"])
def test_pages_say_what_is_left_at_each_view(client: FlaskClient, page: str) -> None:
    line = money.line(60_000)
    address = page.format(code=limited(line).code)
    assert "Restano 60.000,00 € su 60.000,00 €" in words(client.get(address))
    services.reserve(line, euros(48_000), money.holder(), None)
    assert "Restano 12.000,00 € su 60.000,00 €" in words(client.get(address))


def test_call_without_money_says_so(client: FlaskClient) -> None:
    call = limited(money.line(100), state=CallState.EXHAUSTED)
    told = words(client.get(f"/avvisi/{call.code}"))
    assert "Risorse esaurite" in told
    assert "Presenta la candidatura" not in told
    assert "Risorse esaurite" in words(client.get("/avvisi"))


def test_call_that_money_does_not_limit_says_nothing_of_it(client: FlaskClient) -> None:
    call = stories.open_call()
    assert money_left(call) is None
    for address in ("/avvisi", f"/avvisi/{call.code}"):
        assert "Restano" not in words(client.get(address))


def test_draft_is_warned_when_less_is_left_than_it_asks(client: FlaskClient) -> None:
    line = money.line(5_000)
    application = asking(limited(line), "4.000")
    make.sign_in(client, stories.owner_of(application))
    address = f"/domande/{application.practice_code}"
    assert "Restano 5.000,00 € dei 5.000,00 € dell'avviso" in words(client.get(address))
    services.reserve(line, euros("1000.01"), money.holder(), None)
    told = words(client.get(address))
    assert "Ora i soldi non bastano" in told
    assert "restano 3.999,99 €, e tu chiedi 4.000,00 €" in told


def test_closed_draft_says_that_the_call_may_open_again(client: FlaskClient) -> None:
    call = limited(money.line(5_000))
    application = asking(call, "4.000")
    with transaction():
        call.state = CallState.EXHAUSTED
    make.sign_in(client, stories.owner_of(application))
    told = words(client.get(f"/domande/{application.practice_code}"))
    assert "Le risorse dell'avviso sono esaurite" in told


def test_list_costs_one_query_more_however_many_calls_are_limited(client: FlaskClient) -> None:
    stories.open_call()
    without = cost(client, "/avvisi")
    for _ in range(3):
        limited(money.line(100))
    assert cost(client, "/avvisi") == without + 1


@pytest.mark.parametrize(
    ("amount", "lowest", "obstacle"),
    [(100, None, None), (0, None, "too_little"), (100, 101, "too_little"), (100, 100, None)],
)
def test_call_is_published_only_with_money(
    db: SQLAlchemy, amount: int, lowest: int | None, obstacle: str | None
) -> None:
    line = money.line(amount) if amount else money.empty_line()
    least = None if lowest is None else euros(lowest)
    call = limited(line, state=CallState.DRAFT, lowest_amount=least)
    assert money_obstacle(call) == obstacle
    blockers = {check.code for check in blockers_of(publishing_checks(call))}
    assert ("money" in blockers) == (obstacle is not None)


def test_call_is_not_published_on_a_line_that_nobody_opened(db: SQLAlchemy) -> None:
    rules = {**stories.RULES, "money": {"budget_line": "none", "reserve": "requested_amount"}}
    call = stories.open_call(rules=rules, state=CallState.DRAFT)
    assert (money_obstacle(call), money_left(call)) == ("no_line", None)
