"""Addresses tell nothing: no name, code or contact of a person, no key that opens something."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote_plus, urlsplit

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.permissions import Role
from tests import make
from tests.access_records import make_calls, send

pytestmark = pytest.mark.check(76)

CANARY = "Canarina Gialla"
EMAIL = "canarina.gialla@esempio.example.org"
ADDRESS = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')
KEY = re.compile(r"[A-Za-z0-9_-]{40,}")  # as long as a token of a session or of a mailed link
MOST_PAGES = 40
OUTSIDE = ("mailto:", "tel:", "http:", "https:", "data:", "otpauth:", "#")


def walk(client: FlaskClient) -> set[str]:
    """Follow the links of pages from the home page on; return every address seen."""
    seen, left, visited = set(), ["/", "/area-personale", "/profili"], 0
    while left and visited < MOST_PAGES:
        answer = client.get(left.pop(0))
        visited += 1
        if answer.mimetype != "text/html":
            continue
        assert answer.headers["Referrer-Policy"] == "same-origin"
        found = {unescape(one) for one in ADDRESS.findall(answer.text)}
        fresh = {one for one in found if one.startswith("/") and one not in seen}
        seen |= found
        left += sorted(one for one in fresh if not one.startswith("/static/"))
    return {one for one in seen if one and not one.startswith(OUTSIDE)}


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.ADMIN])
def test_addresses_hold_nothing_personal(
    db: SQLAlchemy, client: FlaskClient, role: Role | None
) -> None:
    owner = make.user(name=CANARY, email=EMAIL)
    body = make.body(owner, name=f"Associazione {CANARY}", email=EMAIL)
    call = make_calls(make.user(Role.STAFF))["judged"]
    application = send(call, body, {"owner": owner})
    make.sign_in(client, owner if role is None else make.user(role, name=CANARY))
    addresses = walk(client)
    assert any(application.practice_code in one for one in addresses) is (role is not Role.ADMIN)
    plain = [unquote_plus(one).casefold() for one in addresses]
    personal = (*CANARY.casefold().split(), "@", make.BODY_TAX_CODE)
    assert [one for one in plain if any(word in one for word in personal)] == []
    paths = [urlsplit(one).path for one in addresses if not one.startswith("/static/")]
    assert [path for path in paths if KEY.search(path)] == []
