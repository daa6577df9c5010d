"""Always-open calls: each application keeps the window of assessment it was received in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from portal import clock
from portal.applications.models import Application
from portal.applications.services import admit_application, submit_application
from portal.calls import services
from portal.calls.engine import load_blueprint, local_time, window_at, windows_of
from portal.calls.models import Call
from portal.calls.queries import amendment_of
from portal.db import db as portal_db
from portal.desk.queries import applications_page, read_office_listing
from portal.errors import Invalid
from portal.evaluation.queries import dossiers_in, read_dossiers_listing, rounds_of
from portal.permissions import Role
from tests import dossiers, make
from tests.applications import stories
from tests.calls.lives import published_call

DAY = timedelta(days=1)
CODES = ("97103880585", "00743110157", "80007010376")


def rolling(staff: Any, *ends: datetime) -> Call:
    """A published call without an end, assessed in windows."""
    windows = [{"until": local_time(end)} for end in ends]
    sheet = load_blueprint("social-innovation")["sheet"]
    moments = [moment for moment in sheet["timeline"] if moment["when"] == "opens"]
    return published_call(
        staff,
        kind="rolling",
        closes=None,
        assessment_windows=windows,
        sheet={**sheet, "timeline": moments},
    )


def minute(instant: datetime) -> datetime:
    """The instant to the minute, as a file of a call writes it."""
    return instant.replace(second=0, microsecond=0)


def sent_at(call: Call, code: str, instant: datetime) -> Application:
    """An application received at an instant."""
    owner = make.user()
    application = dossiers.filled_in(call, make.body(owner, tax_code=code), owner)
    with clock.at(instant):
        submit_application(application, owner, stories.KEY, instant)
    return application


def received_in(call: Call, window: int) -> list[Application]:
    """The applications of a window, as lists ask for them."""
    of_window = (Application.call_id == call.id, Application.assessment_window == window)
    return list(portal_db.session.scalars(select(Application).where(*of_window)))


@pytest.mark.database
def test_evaluators_are_given_the_dossiers_of_one_window(client: FlaskClient) -> None:
    staff, now = make.user(Role.STAFF), minute(clock.now())
    call = rolling(staff, now + 10 * DAY, now + 20 * DAY)
    first = sent_at(call, CODES[0], now + 5 * DAY)
    second = sent_at(call, CODES[1], now + 15 * DAY)
    for application in (first, second):
        dossiers.check(application, staff)
        admit_application(application, staff)
    shown = [
        {each.practice_code for each in dossiers_in(found, staff, read_dossiers_listing({})).items}
        for found in rounds_of(call)
    ]
    assert shown == [{first.practice_code}, {second.practice_code}]
    make.user(Role.EVALUATOR)
    make.sign_in(client, staff)
    page = client.get(f"/gestione/avvisi/{call.code}/assegnazioni?turno=1")
    assert (first.practice_code in page.text, second.practice_code in page.text) == (True, False)


def listed(staff: Any, call: Call, window: int) -> set[str]:
    """What the office's list shows of a window."""
    listing = read_office_listing({"call": call.code, "window": str(window)})
    return {line.practice_code for line in applications_page(staff, listing).items}


@pytest.mark.database
def test_window_is_set_by_the_receipt_and_the_last_gathers_the_rest(db: SQLAlchemy) -> None:
    now = minute(clock.now())
    call = rolling(make.user(Role.STAFF), now + 10 * DAY, now + 20 * DAY)
    instants = (now + 10 * DAY - timedelta(seconds=1), now + 10 * DAY, now + 90 * DAY)
    sent = [sent_at(call, code, at) for code, at in zip(CODES, instants, strict=True)]
    assert [each.assessment_window for each in sent] == [1, 2, 3]
    assert [window.until for window in windows_of(call)] == [now + 10 * DAY, now + 20 * DAY, None]


@pytest.mark.database
def test_application_of_the_second_window_never_shows_in_the_first(db: SQLAlchemy) -> None:
    """Windows edited later change where new applications fall, never where old ones stand."""
    staff, now = make.user(Role.STAFF), minute(clock.now())
    call = rolling(staff, now + 10 * DAY, now + 20 * DAY)
    first = sent_at(call, CODES[0], now + 5 * DAY)
    second = sent_at(call, CODES[1], now + 15 * DAY)
    with clock.at(now + 16 * DAY):
        edit_windows(call, staff, now + 10 * DAY, now + 30 * DAY, now + 60 * DAY)
    third = sent_at(call, CODES[2], now + 25 * DAY)
    assert [received_in(call, number) for number in (1, 2, 3)] == [[first], [second, third], []]
    assert window_at(call, now + 40 * DAY) == windows_of(call)[2]
    assert [listed(staff, call, number) for number in (1, 2)] == [
        {first.practice_code},
        {second.practice_code, third.practice_code},
    ]


def test_windows_that_ended_are_neither_moved_nor_renumbered(db: SQLAlchemy) -> None:
    staff, now = make.user(Role.STAFF), minute(clock.now())
    call = rolling(staff, now + 10 * DAY, now + 20 * DAY)
    refused = (
        (now + 12 * DAY, now + 20 * DAY),  # the first one longer
        (now + 20 * DAY,),  # the first one gone
        (now + 5 * DAY, now + 10 * DAY, now + 20 * DAY),  # one before it
        (now + 10 * DAY, now + 14 * DAY),  # a new one that has ended already
    )
    for ends in refused:
        with clock.at(now + 15 * DAY), pytest.raises(Invalid, match="amendment_windows"):
            edit_windows(call, staff, *ends)


def test_call_with_a_closing_has_no_windows(db: SQLAlchemy) -> None:
    application = stories.sent()
    assert (application.assessment_window, windows_of(application.call)) == (None, [])


def edit_windows(call: Call, staff: Any, *ends: datetime) -> None:
    """Amend the windows of a published call."""
    amendment = services.open_amendment(call, staff)
    windows = [{"until": local_time(end)} for end in ends]
    definition = {**amendment.definition, "assessment_windows": windows}
    services.save_amendment(call, staff, definition, amendment.version)
    standing = amendment_of(call)
    assert standing is not None
    services.publish_amendment(call, staff, "Nuove finestre.", make.ACT, standing.version)
