"""The feed of calls and their calendar files."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, timedelta

from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from icalendar import Calendar  # noqa: TID251  read back as another program would

from portal import clock
from portal.calls import services
from portal.permissions import Role
from tests import make

ATOM = {"a": "http://www.w3.org/2005/Atom"}
REASON = "Il portale non era raggiungibile ieri."


def feed(client: FlaskClient, language: str = "it") -> ET.Element:
    """The feed as a reader reads it."""
    response = client.get("/avvisi/feed.xml", query_string={"lingua": language})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.text)  # noqa: S314  our own page


def test_feed_lists_published_calls_the_latest_change_first(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    now, office = clock.now(), make.user(Role.STAFF)
    first = make.call(title={"it": "Primo <avviso> & co."}, published_at=now - timedelta(days=10))
    make.call(title={"it": "Secondo", "en": "Second"}, published_at=now - timedelta(days=9))
    root = feed(client)
    titles = [entry.findtext("a:title", None, ATOM) for entry in root.findall("a:entry", ATOM)]
    assert titles == ["Secondo", "Primo <avviso> & co."]
    services.extend_call(
        first, office, first.closes_at + timedelta(days=2), REASON, make.ACT, first.version
    )
    root = feed(client, "en")
    entries = root.findall("a:entry", ATOM)
    assert [entry.findtext("a:title", None, ATOM) for entry in entries] == [
        "Primo <avviso> & co.",
        "Second",
    ]
    assert entries[0].findtext("a:updated", None, ATOM) == root.findtext("a:updated", None, ATOM)
    assert root.findtext("a:title", None, ATOM) == "Calls of Insieme per il lavoro"


def test_feed_without_calls_is_still_a_feed(db: SQLAlchemy, client: FlaskClient) -> None:
    root = feed(client)
    assert root.findall("a:entry", ATOM) == []
    assert root.findtext("a:updated", None, ATOM)


def moments(client: FlaskClient, code: str) -> dict[str, tuple[object, int]]:
    """Start and sequence of each event of the call's calendar, by the key in its name."""
    response = client.get(f"/avvisi/{code}/calendario.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.data)
    return {
        str(event["uid"]).split("@")[0]: (event.decoded("dtstart"), int(event["sequence"]))
        for event in calendar.walk("VEVENT")
    }


def test_calendar_holds_the_moments_and_follows_an_extension(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    opened = clock.now().replace(microsecond=0) - timedelta(days=10)
    call = make.call(code="primo", opens_at=opened, closes_at=opened + timedelta(days=20))
    office = make.user(Role.STAFF)
    opens, closes = call.opens_at.astimezone(UTC), call.closes_at.astimezone(UTC)
    asked = closes - timedelta(days=5)
    expected = {"primo.opens": (opens, 0), "primo.closes": (closes, 0)}
    if asked > opens:
        expected["primo.questions-close"] = (asked, 0)
    assert moments(client, "primo") == expected
    later = call.closes_at + timedelta(days=2)
    services.extend_call(call, office, later, REASON, make.ACT, call.version)
    assert moments(client, "primo")["primo.closes"] == (later.astimezone(UTC), 1)


def test_rolling_call_has_its_windows_in_the_calendar(db: SQLAlchemy, client: FlaskClient) -> None:
    windows = [{"until": "2026-12-31T12:00"}]
    rules = {**make.RULES, "assessment_windows": windows}
    make.call(code="sempre", kind="rolling", closes_at=None, rules=rules)
    keys = set(moments(client, "sempre"))
    assert keys == {"sempre.opens", "sempre.window-1"}
