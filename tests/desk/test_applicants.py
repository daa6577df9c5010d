"""Bodies and people: found by name or tax code, all they have asked for over the years."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.access_log import AccessLogEntry
from portal.applications.states import ApplicationState
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries
from portal.errors import Forbidden, NotFound
from portal.permissions import Effect, Role
from portal.registry.models import OrganisationType
from tests import make
from tests.applications import stories
from tests.browse import words
from tests.costs import cost
from tests.desk.test_lists import MOST_QUERIES, NOON, received

pytestmark = pytest.mark.usefixtures("db")
OTHER_CODE = "80039790375"


def names(user: Any, **asked: str) -> list[str]:
    """The names that the list holds."""
    page = queries.applicants_page(user, queries.read_applicants_listing(asked))
    return [line.applicant.name for line in page.items]


def body(name: str, tax_code: str = OTHER_CODE) -> Any:
    """An applicant with one application that was received."""
    application = received(make.call(), name)
    with transaction():
        application.applicant.tax_code = tax_code
    return application


@pytest.mark.database
def test_those_who_sent_something_are_found_by_name_or_code() -> None:
    office = make.user(Role.STAFF)
    body("Zeta")
    body("alfa", make.BODY_TAX_CODE)
    owner = make.user()
    stories.draft(None, make.body(owner, name="Solo una bozza"), owner)
    assert names(office) == ["alfa", "Zeta"]
    assert names(office, sort="name", dir="desc") == ["Zeta", "alfa"]
    assert names(office, q="ALF") == ["alfa"]
    assert names(office, q=OTHER_CODE) == ["Zeta"]
    assert names(office, q="%") == []


@pytest.mark.database
def test_most_and_latest_applications_sort() -> None:
    office = make.user(Role.STAFF)
    with clock.at(NOON + timedelta(days=1)):
        late = body("Tarda")
    with clock.at(NOON):
        often = body("Spesso")
        again = received(make.call())
    with transaction():
        again.applicant_id = often.applicant_id
    assert names(office, sort="latest", dir="desc") == ["Tarda", "Spesso"]
    assert names(office, sort="applications", dir="desc") == ["Spesso", "Tarda"]
    assert late.applicant.name == "Tarda"


@pytest.mark.check(22)
def test_nobody_is_listed_for_what_the_reader_may_not_read() -> None:
    office, elsewhere = make.user(Role.STAFF), make.call()
    application = body("Coperta")
    limited = make.user(make.held(Role.STAFF, call_code=elsewhere.code))
    make.access(application, office, Effect.BAR)
    for user in (office, limited):
        assert names(user) == []
        with pytest.raises(NotFound):
            queries.get_history(application.applicant.public_id, user)
    with pytest.raises(NotFound):
        queries.get_history("nobody", office)
    for user in (make.user(), make.user(Role.EVALUATOR)):
        with pytest.raises(Forbidden):
            names(user)
        with pytest.raises(Forbidden):
            queries.get_history(application.applicant.public_id, user)


@pytest.mark.database
def test_history_joins_all_that_came_under_one_tax_code_by_year() -> None:
    office = make.user(Role.STAFF)
    asked = {"requested_amount": Decimal("1000.10")}
    with clock.at(NOON.replace(year=2024)):
        first = received(make.call(), "Vecchio nome", state=ApplicationState.REFUSED, **asked)
    with clock.at(NOON):
        second = received(make.call(), "Nuovo nome", **asked)
        third = received(make.call(), requested_amount=None)
        apart = body("Altri")
    history = queries.get_history(first.applicant.public_id, office)
    assert history.years == {2026: [third, second], 2024: [first]}
    assert history.asked == Decimal("2000.20")
    assert apart not in history.applications
    assert len(history.mandates) == 3


def test_page_shows_outcomes_people_and_notes_and_is_noted(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    owner = make.user(name="Anna Ferri")
    application = stories.sent(owner=owner)
    make.sign_in(client, office)
    dossier = client.get(f"/pratiche/{application.practice_code}").text
    address = f"/enti/{application.applicant.public_id}"
    assert f'href="{address}"' in dossier
    page = words(client.get(address))
    for said in (
        application.applicant.name,
        application.practice_code,
        "Inviata",
        "6.000,50",
        "Anna Ferri",
        "legale rappresentante",
        "Note interne",
    ):
        assert said in page, said
    looks = portal_db.session.scalars(
        portal_db.select(AccessLogEntry.outcome).where(
            AccessLogEntry.record_key == application.applicant.public_id
        )
    )
    assert [each.value for each in looks] == ["read"]


def test_list_shows_what_was_searched_and_says_when_there_is_nobody(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.AUDITOR))
    assert "Qui compare chi invia" in words(client.get("/enti"))
    body("Zeta")
    assert "Zeta" in words(client.get("/enti"))
    assert "Nessuno corrisponde." in words(client.get("/enti?q=niente"))


@pytest.mark.database
def test_pages_cost_the_same_for_one_and_for_many(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    costs = []
    for more in (1, 6):
        for _ in range(more):
            application = received(make.call())
        address = f"/enti/{application.applicant.public_id}"
        costs.append((cost(client, "/enti"), cost(client, address)))
    assert costs == [costs[0]] * 2
    assert max(costs[0]) <= MOST_QUERIES


def test_office_sees_what_follows_from_the_type_and_what_looks_wrong(client: FlaskClient) -> None:
    applicant = body("Cooperativa").applicant
    with transaction():
        applicant.organisation_type = OrganisationType.SOCIAL_COOP_B
        applicant.representative_name = "Zoe Zorzi"
    make.sign_in(client, make.user(Role.STAFF))
    text = words(client.get(f"/enti/{applicant.public_id}"))
    assert "Imposta di bollo Esente: è un ente del Terzo settore" in text
    assert "Ritenuta del 4 per cento" not in text
    assert "non sembra quello di Zoe Zorzi" in text
