"""A call's life told in as many statements however much has happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.applications.services import start_application
from portal.calls import services
from portal.calls.models import Call
from portal.permissions import Role
from tests import make
from tests.calls.lives import published_call
from tests.costs import cost

REASON = "Serve più tempo."


def live(call: Call, staff: Any, code: str) -> None:
    """Extend a call for all and for one, and amend it."""
    later = call.closes_at + timedelta(days=1)
    services.extend_call(call, staff, later, REASON, make.ACT, call.version)
    services.extend_call_for(call, staff, code, later + timedelta(days=9), REASON)
    amendment = services.open_amendment(call, staff)
    summary = {"it": f"Riassunto {amendment.id}", "en": f"Summary {call.version}"}
    said = {**amendment.definition, "summary": summary}
    saved = services.save_amendment(call, staff, said, amendment.version)
    services.publish_amendment(call, staff, REASON, make.ACT, saved.version)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("page", ["/avvisi/{code}", "/gestione/avvisi/{code}/storia"])
def test_life_costs_the_same_however_long(client: FlaskClient, page: str) -> None:
    staff, codes = make.user(Role.STAFF), ("97103880585", "00743110157", "80007010376")
    call = published_call(staff)
    for code in codes:
        make.body(make.user(), tax_code=code)
    make.sign_in(client, staff)
    address = page.format(code=call.code)
    live(call, staff, codes[0])
    once = cost(client, address)
    for code in codes[1:]:
        live(call, staff, code)
    assert cost(client, address) <= once


@pytest.mark.usefixtures("db")
def test_personal_area_costs_the_same_with_longer_terms(client: FlaskClient) -> None:
    staff, owner = make.user(Role.STAFF), make.user()
    applicant = make.body(owner)
    calls = [published_call(staff, f"avviso-{number}") for number in range(3)]
    for call in calls:
        start_application(call, applicant, owner, call.rules["privacy"]["version"])
    make.sign_in(client, owner)
    before = cost(client, "/area-personale")
    for call in calls:
        until = call.closes_at + timedelta(days=3)
        services.extend_call_for(call, staff, applicant.tax_code, until, REASON)
    assert cost(client, "/area-personale") <= before
