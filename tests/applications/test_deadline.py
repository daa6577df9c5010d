"""The hour of closing: the server's clock decides, in UTC, wherever process and database stand."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, text

from portal import clock, jobs
from portal.applications import services
from portal.calls.engine import load_blueprint, read_call
from portal.calls.models import Call
from portal.calls.states import Phase
from portal.db import db as portal_db
from portal.errors import Invalid
from tests import make
from tests.applications import stories
from tests.browse import submit, words

NEW_YORK = "America/New_York"
MILLISECOND = timedelta(milliseconds=1)
# Noon in Rome on the days the clocks change, and the instants those are.
CHANGES = {
    "2026-10-25T12:00": datetime(2026, 10, 25, 11, tzinfo=UTC),
    "2027-03-28T12:00": datetime(2027, 3, 28, 10, tzinfo=UTC),
}
ZONES = (UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=14)))


@pytest.fixture
def far_away(db: SQLAlchemy) -> Iterator[None]:
    """Process and database that believe to be in New York."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = NEW_YORK
    time.tzset()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"SET TIME ZONE '{NEW_YORK}'"))
        assert db.session.scalar(text("SHOW TIME ZONE")) == NEW_YORK
    yield
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET TIME ZONE 'UTC'"))
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def closing(typed: str) -> Call:
    """A call whose closing hour was typed as Rome's."""
    opens = clock.from_rome(datetime.fromisoformat("2026-09-01T09:00"))
    closes = clock.from_rome(datetime.fromisoformat(typed))
    return stories.open_call(opens_at=opens, closes_at=closes)


@pytest.mark.check(48, 49)
@pytest.mark.database
@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize(("typed", "instant"), CHANGES.items())
def test_last_millisecond_counts_wherever_the_server_stands(typed: str, instant: datetime) -> None:
    call = closing(typed)
    with clock.at(instant - timedelta(days=1)):
        first, second = stories.two_filled(call)
    with clock.at(instant + timedelta(minutes=5)):
        services.submit_application(
            first, stories.owner_of(first), stories.KEY, instant - MILLISECOND
        )
        with pytest.raises(Invalid, match="call_closed"):
            services.submit_application(second, stories.owner_of(second), stories.KEY, instant)
    portal_db.session.expire_all()
    assert (call.closes_at, second.state) == (instant, "draft")
    assert first.submission is not None
    assert first.submission.received_at == instant - MILLISECOND


@pytest.mark.check(49)
@pytest.mark.database
@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize("typed", CHANGES)
def test_python_and_sql_agree_on_a_grid_of_instants(typed: str) -> None:
    call = closing(typed)
    steps = (*(timedelta(hours=hour) for hour in range(-26, 27)), MILLISECOND, -MILLISECOND)
    grid = [
        (edge + step).astimezone(zone)
        for edge in (call.opens_at, call.closes_at)
        for step in steps
        for zone in ZONES
    ]
    by_sql = [
        portal_db.session.scalar(
            select((Call.opens_at <= at) & (Call.closes_at > at)).where(Call.id == call.id)
        )
        for at in grid
    ]
    assert [bool(is_open) for is_open in by_sql] == [call.phase(at) is Phase.OPEN for at in grid]
    assert {call.phase(at) for at in grid} == set(Phase)


@pytest.mark.check(49)
@pytest.mark.parametrize(
    ("typed", "code"),
    [("2026-10-25T02:30", "time_ambiguous"), ("2027-03-28T02:30", "time_not_real")],
)
def test_deadline_that_comes_twice_or_never_is_refused(typed: str, code: str) -> None:
    definition = {**load_blueprint("social-innovation"), "opens": "2026-09-01T09:00"}
    with pytest.raises(Invalid) as refusal:
        read_call({**definition, "closes": typed})
    assert (refusal.value.field, refusal.value.code) == ("call.closes", code)


@pytest.mark.check(48)
def test_page_says_hour_and_zone_and_counts_by_the_servers_clock(client: FlaskClient) -> None:
    with clock.at(make.NOON):
        application = stories.draft(stories.open_call(closes_at=make.NOON + timedelta(hours=2)))
        make.sign_in(client, stories.owner_of(application))
        page = client.get(f"/domande/{application.practice_code}")
    assert 'data-now="2026-05-04T10:00:00+00:00"' in page.text
    assert 'data-deadline="2026-05-04T12:00:00+00:00"' in page.text
    assert "04/05/2026, ore 14:00" in words(page)
    assert "Vale l'ora di Roma, secondo l'orologio del portale." in words(page)


@pytest.mark.check(48)
def test_clock_of_the_browser_changes_nothing(client: FlaskClient) -> None:
    with clock.at(make.NOON - timedelta(days=1)):
        application = stories.filled(stories.open_call(closes_at=make.NOON))
    with clock.at(make.NOON):
        make.sign_in(client, stories.owner_of(application))
        typed = {"request_key": stories.KEY, "confirmed": "y", "received_at": "2026-05-04T09:00Z"}
        address = f"/domande/{application.practice_code}/invia"
        answer = submit(client, address, page="/account", **typed)
    assert (answer.status_code, application.state) == (409, "draft")


# --- a draft after the closing --------------------------------------------------------------------


def test_closed_draft_is_read_whole_and_taken_along(client: FlaskClient) -> None:
    with clock.at(make.NOON - timedelta(days=1)):
        application = stories.filled(stories.open_call(closes_at=make.NOON))
        owner, version = stories.owner_of(application), application.answer_set.version
        services.save_section(application, "money", {"amount": ["tanti soldi"]}, owner, version)
    with clock.at(make.NOON):
        make.sign_in(client, owner)
        address = f"/domande/{application.practice_code}"
        section, page = client.get(f"{address}/sezioni/money"), client.get(address)
        taken = client.get(f"{address}/bozza.txt")
    assert (section.status_code, section.location) == (303, address)
    assert "Questa candidatura non è stata inviata" in words(page)
    assert [part in words(page) for part in ("tanti soldi", "Un orto coltivato")] == [True, True]
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.mimetype == "text/plain"
    assert "Tutto l'anno." in taken.text
    assert "\n\n\n\n" not in taken.text  # questions stand near each other
    assert "tanti soldi" in taken.text


def test_what_was_typed_when_the_call_closed_is_kept_in_the_draft(client: FlaskClient) -> None:
    with clock.at(make.NOON - timedelta(minutes=1)):
        application = stories.draft(stories.open_call(closes_at=make.NOON))
        make.sign_in(client, stories.owner_of(application))
        address = f"/domande/{application.practice_code}/sezioni/money"
        mark = client.get(address).text.split('name="version" value="')[1].split('"')[0]
    with clock.at(make.NOON + timedelta(minutes=1)):
        typed = {"version": mark, "amount": "1.000", "action": "next"}
        answer = submit(client, address, page="/account", **typed)
        page = client.get(f"/domande/{application.practice_code}")
    assert answer.location == f"/domande/{application.practice_code}"
    assert "salvato nella bozza, ma l'avviso è chiuso" in words(page)
    assert "1.000" in words(page)


def test_receipt_renews_itself_until_it_is_drawn(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, stories.owner_of(application))
    address = f"/domande/{application.practice_code}/ricevuta"
    waiting = client.get(address).text
    portal_db.session.commit()
    assert jobs.work_once("tests")
    drawn = client.get(address).text
    refresh = '<noscript><meta http-equiv="refresh" content="10"></noscript>'
    assert [refresh in page for page in (waiting, drawn)] == [True, False]
    assert ["data-waiting" in page for page in (waiting, drawn)] == [True, False]
