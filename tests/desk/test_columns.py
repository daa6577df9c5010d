"""The office's list: columns chosen, every filter, the same cost whatever is shown."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.applications.states import ApplicationState
from portal.calls.models import Strand
from portal.db import transaction
from portal.desk import queries, services
from portal.permissions import Role
from portal.registry.models import OrganisationType
from tests import make
from tests.browse import words
from tests.costs import cost, counted
from tests.desk.test_lists import MOST_QUERIES, NOON, received

pytestmark = pytest.mark.usefixtures("db")

EVERY = list(queries.COLUMNS)


def listing(**asked: Any) -> Any:
    """The list as an address asks for it."""
    return queries.read_office_listing(MultiDict(asked))


def titles(user: Any, **asked: Any) -> list[str]:
    """The titles that the list holds, by name."""
    found = queries.applications_page(user, listing(**asked), EVERY)
    return sorted(line.title for line in found.items)


def scene() -> Any:
    """Two applications that differ in everything a filter asks about; the member of the office."""
    social = make.call(strand=Strand.SOCIAL)
    own = make.call(strand=Strand.SELF_EMPLOYMENT)
    office = make.user(Role.STAFF)
    with clock.at(NOON):
        first = received(social, "Ape", title="A", requested_amount=Decimal("100"), sector="food")
    with clock.at(NOON + timedelta(days=3)):
        second = received(
            own,
            "Bosco",
            title="B",
            requested_amount=Decimal("900.50"),
            sector="care",
            on_behalf_by_id=office.id,
            assessment_window=2,
            state=ApplicationState.FORMAL_CHECK,
        )
    with transaction():
        second.applicant.municipality_code = "037019"
        second.applicant.organisation_type = OrganisationType.ODV
    services.tag_application(first, "Da chiamare", office)
    return office, queries.all_tags()[0]


@pytest.mark.database
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"strand": "social"}, ["A"]),
        ({"strand": "self_employment"}, ["B"]),
        ({"state": "formal_check"}, ["B"]),
        ({"type": "odv"}, ["B"]),
        ({"area": "bologna"}, ["A"]),
        ({"area": "metropolitan"}, ["B"]),
        ({"sector": "food"}, ["A"]),
        ({"since": "05/05/2026"}, ["B"]),
        ({"until": "04/05/2026"}, ["A"]),
        ({"since": "04/05/2026", "until": "07/05/2026"}, ["A", "B"]),
        ({"least": "100,01"}, ["B"]),
        ({"most": "100"}, ["A"]),
        ({"window": "2"}, ["B"]),
        ({"behalf": "yes"}, ["B"]),
        ({"alike": "yes"}, []),
        ({"q": "bosco"}, ["B"]),
        ({"q": "a", "strand": "social"}, ["A"]),
    ],
)
def test_every_filter_narrows(asked: dict[str, str], expected: list[str]) -> None:
    office, _tag = scene()
    assert titles(office, **asked) == expected


def test_tag_is_a_filter() -> None:
    office, tag = scene()
    assert titles(office, tag=str(tag.id)) == ["A"]
    assert titles(office, tag=str(tag.id + 1)) == []


@pytest.mark.database
@pytest.mark.parametrize(
    "asked",
    [
        {"since": "31/02/2026"},
        {"least": "molto"},
        {"tag": "99999999999999999999"},
        {"window": "-1"},
        {"area": "altrove"},
        {"strand": "nonsense"},
    ],
)
def test_filter_that_is_not_understood_is_said_and_narrows_nothing(
    client: FlaskClient, asked: dict[str, str]
) -> None:
    office, _tag = scene()
    make.sign_in(client, office)
    answer = client.get("/pratiche", query_string=asked)
    assert answer.status_code == 200
    assert "Non capito:" in words(answer)
    assert titles(office, **asked) == ["A", "B"]
    assert client.get("/pratiche/filtri", query_string=asked).status_code == 200


@pytest.mark.parametrize("key", EVERY)
def test_every_column_is_shown_alone_and_says_the_same_in_a_spreadsheet(
    client: FlaskClient, key: str
) -> None:
    office, _tag = scene()
    make.sign_in(client, office)
    page = words(client.get("/pratiche", query_string={"columns": key}))
    assert str(queries.COLUMNS[key].label) in page
    lines = queries.applications_page(office, listing(), EVERY).items
    first = next(line for line in lines if line.title == "A")
    assert (
        EXPECTED[key] == str(queries.COLUMNS[key].value(first)).partition(" +")[0] or key in LOOSE
    )


LOOSE = {"practice", "call", "changed", "protocol"}
EXPECTED = {
    "practice": "",
    "protocol": "",
    "applicant": "Ape",
    "tax_code": make.BODY_TAX_CODE,
    "type": "Associazione di promozione sociale (APS)",
    "municipality": "Bologna",
    "project": "A",
    "call": "",
    "strand": "Linea sociale",
    "sector": "food",
    "amount": "100.00",
    "received": str(NOON),
    "window": "None",
    "state": "Inviata",
    "changed": "",
    "sheets": "None",
    "flags": "",
    "tags": "Da chiamare",
}


def test_chosen_columns_stand_in_their_order_and_the_code_always_leads() -> None:
    asked = listing(columns=["state", "amount", "nonsense"])
    assert queries.columns_of(asked) == ("practice", "amount", "state")
    assert queries.columns_of(listing()) == queries.DEFAULT_COLUMNS


def test_filters_and_columns_are_kept_in_sorting_paging_and_searching(
    client: FlaskClient,
) -> None:
    call = make.call()
    for number in range(27):
        received(call, title=f"{number:02}", sector="food")
    make.sign_in(client, make.user(Role.STAFF))
    page = client.get(
        "/pratiche", query_string={"sector": "food", "columns": ["project", "sector"]}
    ).text
    kept = "columns=project&amp;columns=sector&amp;sector=food"
    assert f"page=2&amp;{kept}" in page
    assert f"sort=title&amp;dir=asc&amp;page=1&amp;{kept}" in page
    for hidden in ('name="columns" value="sector"', 'name="sector" value="food"'):
        assert page.count(hidden) == 2, hidden


def test_last_filters_are_offered_and_what_was_searched_is_not_kept(client: FlaskClient) -> None:
    office, _tag = scene()
    make.sign_in(client, office)
    assert "Riprendi i filtri" not in words(client.get("/pratiche"))
    client.get("/pratiche?sector=food&q=segreto")
    page = client.get("/pratiche")
    assert "Riprendi i filtri" in words(page)
    assert "sector=food" in page.text
    assert "segreto" not in page.text
    with client.session_transaction() as session:
        assert "segreto" not in str(dict(session))


@pytest.mark.database
@pytest.mark.parametrize("columns", [[], EVERY])
def test_list_costs_the_same_for_few_and_many_whatever_its_columns(
    client: FlaskClient, columns: list[str]
) -> None:
    call, office = make.call(), make.user(Role.STAFF)
    make.sign_in(client, office)
    costs = []
    for more in (2, 20):
        for number in range(more):
            one = received(call, title=f"Uguale {number % 2}")
            services.tag_application(one, f"Etichetta {number % 3}", office)
        costs.append(cost(client, "/pratiche?" + "&".join(f"columns={key}" for key in columns)))
    assert costs == [costs[0]] * 2
    assert costs[0] <= MOST_QUERIES


def test_table_that_no_column_needs_is_not_joined() -> None:
    office, _tag = scene()
    with counted() as statements:
        asked = listing(columns=["practice", "amount"], sort="amount")
        queries.applications_page(office, asked, ("amount",))
    assert [" JOIN " in statement for statement in statements[-2:]] == [False, False]
