"""Before a call is published: what must hold, what should, and that the service asks too."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.calls import services
from portal.calls.models import Call
from portal.calls.queries import blockers_of, publishing_checks, warnings_of
from portal.db import transaction
from portal.errors import Invalid
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.calls.lives import draft_call

TEMPLATE = {"key": "budget", "title": {"it": "Modello", "en": "Template"}, "kind": "template"}
CONTACTS = ("name", "owner", "email", "phone", "address")


def codes(call: Call) -> tuple[list[str], list[str]]:
    """What keeps the call from being published, and what should be looked at."""
    checks = publishing_checks(call)
    blockers, warnings = blockers_of(checks), warnings_of(checks)
    return [check.code for check in blockers], [check.code for check in warnings]


def without(call: Call, *path: str) -> None:
    """Take a rule out of a draft behind the portal's back."""
    rules: dict[str, Any] = copy.deepcopy(call.rules)
    part = rules
    for name in path[:-1]:
        part = part[name]
    part.pop(path[-1])
    with transaction():
        call.rules = rules


@pytest.mark.parametrize(
    ("path", "code"),
    [
        *((("office", name), "office") for name in CONTACTS),
        (("privacy", "sections"), "privacy"),
        (("applicants",), "applicants"),
    ],
)
def test_call_that_lacks_something_is_not_published(
    db: SQLAlchemy, path: tuple[str, ...], code: str
) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff)
    without(call, *path)
    assert codes(call)[0] == [code]
    with pytest.raises(Invalid, match="call_not_ready"):
        services.publish_call(call, staff)
    assert call.state == "draft"


def test_closed_window_files_and_money_block(db: SQLAlchemy) -> None:
    staff, now = make.user(Role.STAFF), clock.now()
    past = {"opens": now - timedelta(days=9), "closes": now - timedelta(days=1)}
    assert codes(draft_call(staff, "chiuso", **past))[0] == ["window"]
    assert codes(draft_call(staff, "allegati", attachments=[TEMPLATE]))[0] == ["attachments"]
    money = {"budget_line": "NESSUNA", "reserve": "requested_amount"}
    assert codes(draft_call(staff, "soldi", money=money))[0] == ["money"]


def test_form_without_declarations_or_reachable_threshold_blocks(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff)
    form = copy.deepcopy(call.form_definition.definition)
    form["sections"] = [part for part in form["sections"] if part["key"] != "declarations"]
    with transaction():
        call.form_definition.definition = form
        call.threshold_hundredths = 10_001
    assert codes(call)[0] == ["declarations", "threshold"]


def test_warnings_ask_for_a_tick(db: SQLAlchemy) -> None:
    staff, now = make.user(Role.STAFF), clock.now()
    title = {"it": "Avviso (esempio)"}
    call = draft_call(staff, title=title, opens=now - timedelta(days=1), acts=None)
    assert codes(call) == ([], ["opening", "acts", "examples", "english", "trial"])
    with pytest.raises(Invalid, match="call_warnings"):
        services.publish_call(call, staff, despite_warnings=False)
    services.publish_call(call, staff)
    assert (call.state, call.form_definition.frozen_at is not None) == ("published", True)


def test_page_shows_every_check_and_publishes(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff)
    make.sign_in(client, staff)
    address = f"/gestione/avvisi/{call.code}/pubblica"
    shown = words(client.get(address))
    assert all(str(check.title) in shown for check in publishing_checks(call))
    refused = submit(client, address)
    assert refused.status_code == 422
    assert "Conferma di avere guardato i punti segnati" in words(refused)
    done = submit(client, address, despite_warnings="y")
    assert (done.status_code, done.location) == (303, f"/gestione/avvisi/{call.code}/storia")
    assert "Questo avviso è già pubblicato" in words(client.get(address))


def test_page_of_a_call_that_is_not_ready_has_no_button(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff, attachments=[TEMPLATE])
    make.sign_in(client, staff)
    page = client.get(f"/gestione/avvisi/{call.code}/pubblica")
    assert "C'è 1 punto da sistemare" in words(page)
    assert "Pubblica l'avviso" not in words(page)
