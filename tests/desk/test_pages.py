"""The personal area and the page of a dossier."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications import services
from portal.applications.queries import events_for_applicant
from portal.applications.states import ApplicationState
from portal.desk import queries
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.browse import words

pytestmark = pytest.mark.usefixtures("db")


def test_area_of_a_newcomer_says_how_to_begin(client: FlaskClient) -> None:
    make.sign_in(client, make.user())
    page = client.get("/area-personale")
    assert "empty-state" in page.text
    assert 'href="/avvisi"' in page.text


def test_area_lists_own_applications_alone(client: FlaskClient) -> None:
    owner = make.user()
    applicant = make.body(owner)
    draft, sent = stories.draft(None, applicant, owner), stories.sent(None, applicant, owner)
    other = stories.sent()
    make.sign_in(client, owner)
    page = words(client.get("/area-personale/pratiche"))
    assert draft.practice_code in page
    assert sent.submission is not None
    assert sent.submission.protocol_entry.code in page
    assert other.practice_code not in page


@pytest.mark.parametrize(
    ("group", "expected"), [("draft", {"draft"}), ("sent", {"submitted"}), ("refused", set())]
)
def test_area_filters_by_what_the_applicant_calls_a_state(group: str, expected: set[str]) -> None:
    owner = make.user()
    applicant = make.body(owner)
    stories.draft(None, applicant, owner)
    stories.sent(None, applicant, owner)
    assert {line.application.state.value for line in queries.own_lines(owner, group)} == expected


def test_filters_of_the_area_cover_every_state_once() -> None:
    grouped = [state for states in queries.GROUPS.values() for state in states]
    assert sorted(grouped) == sorted(ApplicationState)


def test_area_tells_until_when_a_draft_can_be_sent() -> None:
    owner = make.user()
    application = stories.draft(owner=owner)
    assert [line.can_send for line in queries.own_lines(owner)] == [True]
    with clock.at(application.call.closes_at):
        assert [line.can_send for line in queries.own_lines(owner)] == [False]


def test_area_counts_the_work_of_the_roles_held() -> None:
    stories.sent()
    staff, evaluator = make.user(Role.STAFF), make.user(Role.EVALUATOR)
    assert queries.work_of(staff) == queries.Work(1, None)
    assert queries.work_of(evaluator) == queries.Work(None, 0)
    assert queries.work_of(make.user()) == queries.Work(None, None)


def test_dossier_shows_what_was_sent_and_who_did_what(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF, name="Sara Stanghellini")
    application = stories.under_check(staff=staff)
    services.record_check(application, staff, {"seat": ("not_met", "La sede è a Modena.")})
    make.sign_in(client, staff)
    page = words(client.get(f"/pratiche/{application.practice_code}"))
    for fact in (
        "Orto di quartiere",
        "6.000,50",
        application.applicant.tax_code,
        "Sara Stanghellini",
        "La sede è a Modena.",
    ):
        assert fact in page, fact


def test_dossier_begins_with_an_index_that_leads_to_all_its_parts(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    make.sign_in(client, staff)
    page = client.get(f"/pratiche/{application.practice_code}").text
    index = page.split('data-element="page-index">')[1].split("</ul>")[0]
    places = re.findall('href="#([^"]+)"', index)
    assert len(places) == len(set(places)) == 8 + index.count("#section-")
    assert all(page.count(f'id="{place}"') == 1 for place in places)
    assert page.index('id="in-charge"') < page.index('id="tags"') < page.index('id="applicant"')


def test_dossier_offers_the_deeds_of_who_looks(client: FlaskClient) -> None:
    application = stories.sent()
    address = f"/pratiche/{application.practice_code}"
    make.sign_in(client, make.user(Role.STAFF))
    assert f"{address}/istruttoria" in client.get(address).text
    make.sign_in(client, make.user(Role.AUDITOR))
    page = client.get(address)
    assert page.status_code == 200
    assert f"{address}/istruttoria" not in page.text


def test_dossier_is_shown_to_nobody_else(client: FlaskClient) -> None:
    application = stories.sent()
    address = f"/pratiche/{application.practice_code}"
    barred = make.user(Role.STAFF)
    make.access(application, barred, Effect.BAR)
    for other in (make.user(), make.user(Role.EVALUATOR), make.user(Role.ADMIN), barred):
        make.sign_in(client, other)
        assert client.get(address).status_code == 404


def test_draft_has_no_dossier(client: FlaskClient) -> None:
    application = stories.draft()
    make.sign_in(client, make.user(Role.STAFF))
    assert client.get(f"/pratiche/{application.practice_code}").status_code == 404


def test_office_is_led_from_the_applicants_page_to_its_own(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, make.user(Role.STAFF))
    answer = client.get(f"/domande/{application.practice_code}")
    assert answer.location == f"/pratiche/{application.practice_code}"


def test_events_are_told_in_order_of_their_happening() -> None:
    with clock.at(make.NOON):
        application = stories.draft()
        owner = stories.owner_of(application)
        stories.fill(application, owner)
    with clock.at(make.NOON + timedelta(hours=1)):
        services.submit_application(application, owner, stories.KEY, clock.now())
    events = events_for_applicant(application)
    assert [event.at for event in events] == [make.NOON, make.NOON + timedelta(hours=1)]
    assert [event.who for event in events] == ["", ""]


@pytest.mark.check(18)
@pytest.mark.parametrize("address", ["/pratiche/{code}", "/pratiche/{code}/istruttoria"])
def test_office_of_other_calls_that_judges_here_reads_no_profile(
    client: FlaskClient, address: str
) -> None:
    application, other = stories.sent(), make.call()
    judge = make.user(make.held(Role.STAFF, call_code=other.code), make.held(Role.EVALUATOR))
    make.access(application, judge, Effect.GRANT)
    answer = make.sign_in(client, judge).get(address.format(code=application.practice_code))
    assert (answer.status_code, application.applicant.tax_code in answer.text) == (404, False)
