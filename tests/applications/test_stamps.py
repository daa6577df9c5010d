"""Stamp duty: who pays it, how it is said, and that a missing one stops nobody."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application
from portal.errors import Invalid, Stale, WrongState
from portal.permissions import Role
from portal.registry.engine import ORGANISATION_LABELS, stamp_exemption
from portal.registry.models import OrganisationType
from tests import make
from tests.applications import stories
from tests.browse import submit, words

pytestmark = pytest.mark.usefixtures("db")

SERIAL = "01234567890123"


def to_stamp(kind: OrganisationType = OrganisationType.SRL) -> Application:
    """A draft with nothing missing, to a call that asks for the stamp duty."""
    rules = {**stories.RULES, "stamp_duty": "16.00", "applicants": []}
    owner = make.user()
    body = make.body(owner, organisation_type=kind)
    return stories.filled(stories.open_call(rules=rules), body, owner)


def say(application: Application, version: int = 0, **paid: str) -> Any:
    """Say how it was paid."""
    return services.record_stamp(application, stories.owner_of(application), version, **paid)


def test_exempt_are_third_sector_bodies_and_no_company() -> None:
    exempt = {kind for kind in ORGANISATION_LABELS if stamp_exemption(kind)}
    assert exempt == {
        *("odv", "aps", "philanthropic", "network", "mutual_aid", "other_ets"),
        *("social_coop_a", "social_coop_b", "social_coop_ab", "social_coop_consortium"),
        *("social_enterprise_other", "church_body_branch"),
    }


@pytest.mark.parametrize(
    ("kind", "is_due"),
    [
        (OrganisationType.APS, False),
        (OrganisationType.SOCIAL_COOP_B, False),
        (OrganisationType.SOCIAL_ENTERPRISE_COMPANY, True),
        (OrganisationType.SRL, True),
    ],
)
def test_type_of_body_says_whether_it_is_due(kind: OrganisationType, is_due: bool) -> None:
    application = to_stamp(kind)
    stamp = queries.stamp_of(application)
    assert (stamp.is_due, bool(stamp.exemption)) == (is_due, not is_due)
    assert [each.code for each in queries.warnings(application)] == ["stamp_missing"] * is_due


def test_call_that_says_nothing_asks_for_nothing() -> None:
    assert queries.stamp_of(stories.filled()).amount is None


@pytest.mark.database
def test_stamp_goes_with_the_application() -> None:
    application = to_stamp()
    row = say(application, serial="0123 4567 8901 23", issued_on="04/05/2026")
    assert row.serial == SERIAL
    assert queries.warnings(application) == []
    owner = stories.owner_of(application)
    submission = services.submit_application(application, owner, stories.KEY, clock.now())
    said = json.loads(submission.snapshot)["stamp"]
    assert said == {
        "amount": "16.00",
        "is_due": True,
        "serial": SERIAL,
        "issued_on": "2026-05-04",
        "reference": None,
        "is_missing": False,
    }


@pytest.mark.database
def test_missing_stamp_is_recorded_and_blocks_nothing(client: FlaskClient) -> None:
    application = to_stamp()
    owner = stories.owner_of(application)
    assert queries.obstacles(application, owner) == []
    submission = services.submit_application(application, owner, stories.KEY, clock.now())
    assert json.loads(submission.snapshot)["stamp"]["is_missing"]
    make.sign_in(client, make.user(Role.STAFF))
    shown = words(client.get(f"/pratiche/{application.practice_code}"))
    assert "manca, da regolarizzare" in shown


def test_payment_may_be_said_by_its_reference_and_taken_back() -> None:
    application = to_stamp()
    row = say(application, reference="pagoPA 3012 0000 0000")
    assert (row.serial, row.reference) == (None, "pagoPA 3012 0000 0000")
    assert say(application, row.version) is None
    assert queries.stamp_of(application).is_missing


@pytest.mark.parametrize(
    ("paid", "code", "field"),
    [
        ({"serial": "123", "issued_on": "04/05/2026"}, "stamp_serial", "serial"),
        ({"serial": SERIAL}, "required", "issued_on"),
        ({"serial": SERIAL, "issued_on": "31/02/2026"}, "date_not_real", "issued_on"),
        ({"serial": SERIAL, "reference": "F24"}, "stamp_one", "reference"),
        ({}, "stamp_one", "serial"),
    ],
)
def test_what_does_not_hold_together_is_refused(
    paid: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        say(to_stamp(), **paid)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_day_of_a_stamp_is_not_in_the_future() -> None:
    tomorrow = f"{clock.today() + timedelta(days=1):%d/%m/%Y}"
    with pytest.raises(Invalid) as refusal:
        say(to_stamp(), serial=SERIAL, issued_on=tomorrow)
    assert refusal.value.code == "stamp_day"


def test_exempt_body_says_nothing_of_a_stamp() -> None:
    with pytest.raises(WrongState):
        say(to_stamp(OrganisationType.APS), reference="F24")


def test_second_of_two_editors_is_told() -> None:
    application = to_stamp()
    say(application, reference="F24")
    with pytest.raises(Stale):
        say(application, reference="pagoPA")


def test_page_keeps_refuses_and_shows_both_texts(client: FlaskClient) -> None:
    application = to_stamp()
    make.sign_in(client, stories.owner_of(application))
    page = f"/domande/{application.practice_code}/firma"
    wrong = submit(client, page, action="stamp", version="0", serial="12", issued_on="01/01/2026")
    assert wrong.status_code == 422 and "14 cifre" in words(wrong)
    assert submit(client, page, action="stamp", version="0", reference="F24").status_code == 303
    late = submit(client, page, action="stamp", version="0", reference="pagoPA")
    assert late.status_code == 409
    assert "F24" in words(late) and "pagoPA" in late.text
    summary = words(client.get(f"/domande/{application.practice_code}/riepilogo"))
    assert "pagamento F24" in summary


def test_signature_and_documents_wait_for_the_sections(client: FlaskClient) -> None:
    rules = {**stories.RULES, "stamp_duty": "16.00", "applicants": []}
    owner = make.user()
    body = make.body(owner, organisation_type=OrganisationType.SRL)
    draft = stories.draft(stories.open_call(rules=rules), body, owner)
    make.sign_in(client, owner)
    for status, fill in (("Non ancora", False), ("A posto", True)):
        if fill:
            stories.fill(draft, owner)
        said = words(client.get(f"/domande/{draft.practice_code}"))
        assert status in said.partition("Firma e documenti di invio")[2][:160]
