"""Reminders: once for each closing and each document, before it is too late, to those who act."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal import clock, jobs
from portal.applications import services
from portal.applications.models import Application
from portal.calls.models import Call
from portal.db import transaction
from portal.i18n import format_instant
from portal.outbox import Mail
from portal.registry.engine import ProfileDocument
from portal.registry.services import add_document
from tests import make
from tests.applications import stories
from tests.browse import mails_to
from tests.files.makers import pdf

pytestmark = pytest.mark.usefixtures("db")

# Tuesday the 8th of December is a holiday: two working days before Wednesday are Friday.
CLOSES = datetime(2026, 12, 9, 11, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def call_that_closes(**facts: Any) -> Call:
    """A call whose end is near a holiday."""
    return stories.open_call(opens_at=CLOSES - 60 * DAY, closes_at=CLOSES, **facts)


def started(call: Call, **facts: Any) -> Application:
    """A draft begun in time."""
    with clock.at(CLOSES - 30 * DAY):
        return stories.draft(call, **facts)


def remind(at: datetime) -> None:
    """What the daily job does on a day, with all that it leaves to others."""
    with clock.at(at):
        services.remind_drafts()
        waiting = make.db.session.scalars(
            make.db.select(jobs.Job).where(jobs.Job.kind == "application.remind_few")
        ).all()
        for job in waiting:
            services.remind_few(**job.payload)


def reminders(application: Application) -> list[Mail]:
    """The reminders to its owner."""
    mails = mails_to(stories.owner_of(application).email)
    return [mail for mail in mails if mail.template in {"draft_reminder", "document_expiring"}]


@pytest.mark.database
def test_draft_is_reminded_two_working_days_before_the_end_and_once() -> None:
    application = started(call_that_closes())
    remind(FRIDAY - DAY)
    assert reminders(application) == []
    for at in (FRIDAY, FRIDAY, FRIDAY + 3 * DAY, CLOSES - timedelta(minutes=1)):
        remind(at)
    (mail,) = reminders(application)
    assert mail.subject == f'La tua candidatura a "{application.call.title["it"]}" non è inviata'
    for said in (format_instant(CLOSES), "- Il progetto: 4 risposte", "- I conti: una risposta"):
        assert said in mail.body, said


def test_call_says_how_many_days_before() -> None:
    call = call_that_closes(rules={**stories.RULES, "reminder_days": 5})
    application = started(call)
    remind(datetime(2026, 11, 30, 7, tzinfo=UTC))
    assert reminders(application) == []
    remind(datetime(2026, 12, 1, 7, tzinfo=UTC))
    assert len(reminders(application)) == 1


def test_complete_draft_reads_that_nothing_is_missing() -> None:
    application = started(call_that_closes())
    with clock.at(CLOSES - 20 * DAY):
        stories.fill(application, stories.owner_of(application))
    remind(FRIDAY)
    (mail,) = reminders(application)
    assert "Non manca niente: rileggila e inviala." in mail.body


def test_longer_time_brings_another_reminder_before_the_new_end() -> None:
    application = started(call_that_closes())
    remind(FRIDAY)
    with transaction():
        application.call.closes_at = CLOSES + 14 * DAY
    remind(FRIDAY + DAY)
    assert len(reminders(application)) == 1
    remind(FRIDAY + 17 * DAY)
    first, second = reminders(application)
    assert [format_instant(CLOSES + 14 * DAY) in mail.body for mail in (first, second)] == [
        False,
        True,
    ]


@pytest.mark.parametrize("why", ["sent", "closed", "trial", "rolling"])
def test_nobody_is_reminded_of_what_is_sent_over_or_no_draft_in_earnest(why: str) -> None:
    facts = {"kind": "rolling", "closes_at": None} if why == "rolling" else {}
    call = stories.open_call(**{"opens_at": CLOSES - 60 * DAY, "closes_at": CLOSES, **facts})
    application = started(call)
    at = FRIDAY
    if why == "sent":
        with clock.at(CLOSES - 20 * DAY):
            stories.fill(application, stories.owner_of(application))
            services.submit_application(
                application, stories.owner_of(application), stories.KEY, clock.now()
            )
    elif why == "closed":
        at = CLOSES
    elif why == "trial":
        with transaction():
            application.is_test = True
    remind(at)
    assert reminders(application) == []


def test_reader_gets_his_language_and_a_closed_account_nothing() -> None:
    owner, closed = make.user(language="en"), make.user()
    application = started(call_that_closes(), applicant=make.body(owner, closed), owner=owner)
    make.close(closed)
    remind(FRIDAY)
    assert [mail.language for mail in mails_to(owner.email)] == ["en"]
    assert "This is still to do:" in mails_to(owner.email)[0].body
    assert mails_to(closed.email) == []
    assert application.state.value == "draft"


def document(last_day: date) -> tuple[Any, Any]:
    """A document of a profile and who acts for it."""
    owner = make.user()
    applicant = make.body(owner)
    name, content = pdf()
    validity = (date(2026, 1, 1), last_day)
    upload = (make_stream(content), name)
    return add_document(applicant, ProfileDocument.STATUTE, upload, validity, owner), owner


def make_stream(content: bytes) -> Any:
    """The content of a file as an upload has it."""
    return io.BytesIO(content)


def remind_documents(at: date) -> None:
    """What the daily job does on a day."""
    with clock.at(datetime.combine(at, datetime.min.time(), UTC) + timedelta(hours=8)):
        services.remind_documents()


@pytest.mark.database
def test_document_is_reminded_thirty_and_seven_days_before_once_each() -> None:
    last = date(2026, 12, 31)
    _document, owner = document(last)
    counts = []
    for days in (31, 30, 30, 29, 20, 8, 7, 6, 1, 0):
        remind_documents(last - days * DAY)
        counts.append(len(mails_to(owner.email)))
    assert counts == [0, 1, 1, 1, 1, 1, 2, 2, 2, 2]
    assert "31/12/2026" in mails_to(owner.email)[0].subject


def test_day_on_which_no_worker_ran_is_caught_up_with() -> None:
    last = date(2026, 12, 31)
    _document, owner = document(last)
    remind_documents(last - 28 * DAY)
    assert len(mails_to(owner.email)) == 1
