"""Withdrawing, correcting, sending again: the last one counts, nothing of the others is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application, Attachment, Submission
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.outbox import Mail
from portal.permissions import Role
from portal.protocol import ProtocolEntry
from tests import make
from tests.applications import stories

pytestmark = pytest.mark.usefixtures("db")

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
SECOND_KEY = "0123456789abcdef0123456789abcdef"


def withdrawn(application: Application | None = None, reason: str = "") -> Application:
    """An application sent and taken back while the call is open."""
    application = application or stories.sent()
    owner = stories.owner_of(application)
    services.withdraw_application(application, owner, reason, clock.now())
    return application


def sent_again(application: Application) -> Submission:
    """The application opened again, with another amount, and sent."""
    owner = stories.owner_of(application)
    services.resume_application(application, owner, clock.now())
    version = application.answer_set.version
    services.save_section(application, "money", {"amount": ["5.000"]}, owner, version)
    return services.submit_application(application, owner, SECOND_KEY, clock.now())


def keys_of(template: str) -> list[str]:
    """The keys of the mails of one kind, in order."""
    statement = select(Mail.key).where(Mail.template == template).order_by(Mail.id)
    return list(portal_db.session.scalars(statement))


@pytest.mark.database
def test_withdrawing_takes_a_number_and_tells() -> None:
    application = withdrawn(reason="Abbiamo sbagliato la cifra.")
    submission = queries.get_submission(application)
    assert application.state == "withdrawn"
    assert submission.withdrawal_entry is not None
    assert submission.withdrawal_entry.code[:7] == "0000002"
    assert submission.withdrawal_entry.direction == "incoming"
    assert submission.withdrawal_reason == "Abbiamo sbagliato la cifra."
    assert not submission.withdrawal_is_final
    (mail,) = portal_db.session.scalars(
        select(Mail).where(Mail.template == "application_withdrawn")
    ).all()
    assert submission.withdrawal_entry.code in mail.body
    assert "Abbiamo sbagliato" not in mail.body


@pytest.mark.database
def test_last_one_counts_under_the_same_practice_code() -> None:
    """An application's code stays the same in every phase, whatever its sendings are numbered."""
    application = withdrawn()
    code = application.practice_code
    first = queries.get_submission(application)
    second = sent_again(application)
    assert application.practice_code == code
    assert json.loads(first.snapshot)["practice_code"] == code
    assert json.loads(second.snapshot)["practice_code"] == code
    assert application.submission is second
    assert [each.number for each in application.submissions] == [1, 2]
    assert first.protocol_entry.number < second.protocol_entry.number
    assert (first.once_key, second.once_key) == (
        None,
        f"{application.call.code}:{application.applicant.tax_code}",
    )
    assert [queries.standing_of(each) for each in application.submissions] == [
        "replaced",
        "valid",
    ]


def test_all_answers_are_there_when_it_is_opened_again() -> None:
    application = stories.sent()
    before = [section.rows for section in queries.sections_of(application)]
    withdrawn(application)
    services.resume_application(application, stories.owner_of(application), clock.now())
    assert application.state == "draft"
    assert application.submission is None
    assert [section.rows for section in queries.sections_of(application)] == before
    assert queries.draft_of(application).missing == []


def test_each_sending_has_its_receipt_and_its_mail_once() -> None:
    application = withdrawn()
    sent_again(application)
    code = application.practice_code
    assert keys_of("application_submitted") == [
        f"application_submitted:{code}",
        f"application_submitted:{code}:2",
    ]
    receipts = [each.receipt for each in application.submissions]
    assert [each.key for each in receipts if each] == [f"receipt:{code}", f"receipt:{code}:2"]


def test_old_request_sent_once_more_sends_nothing() -> None:
    application = withdrawn()
    owner = stories.owner_of(application)
    services.resume_application(application, owner, clock.now())
    again = services.submit_application(application, owner, stories.KEY, clock.now())
    assert again.number == 1
    assert application.state == "draft"


def test_what_was_sent_first_stays_readable_with_its_files() -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    kept = services.attach_file(application, "budget", stories.pdf(), "conti.pdf", owner)
    services.submit_application(application, owner, stories.KEY, clock.now())
    withdrawn(application)
    services.resume_application(application, owner, clock.now())
    services.remove_attachment(application, kept.file.public_id, owner)
    services.submit_application(application, owner, SECOND_KEY, clock.now())
    first, second = application.submissions
    assert [x.file.name for x in queries.files_of_sending(application, first)] == ["conti.pdf"]
    assert queries.files_of_sending(application, second) == []
    withdrawn(application)
    services.attachments.release_files()
    assert kept.file.removed_at is None
    assert queries.readable_attachment(application, kept.file.public_id, owner) is kept


@pytest.mark.check(48)
@pytest.mark.database
def test_after_the_closing_a_withdrawal_is_final() -> None:
    with clock.at(NOON - timedelta(days=1)):
        call = stories.open_call(closes_at=NOON)
        application = stories.sent(call)
    owner = stories.owner_of(application)
    with clock.at(NOON):
        services.withdraw_application(application, owner, "", NOON)
        assert queries.get_submission(application).withdrawal_is_final
        with pytest.raises(WrongState, match="withdrawal_final"):
            services.resume_application(application, owner, NOON)
    assert not queries.can_resume(application)
    assert application.state == "withdrawn"


def test_withdrawn_in_time_is_not_opened_after_the_closing() -> None:
    with clock.at(NOON - timedelta(days=1)):
        application = withdrawn(stories.sent(stories.open_call(closes_at=NOON)))
    owner = stories.owner_of(application)
    with clock.at(NOON), pytest.raises(Invalid, match="call_closed"):
        services.resume_application(application, owner, NOON)


def test_taken_in_charge_it_may_still_be_withdrawn_for_good() -> None:
    application = stories.under_check()
    services.withdraw_application(application, stories.owner_of(application), "", clock.now())
    assert queries.get_submission(application).withdrawal_is_final


def test_decided_it_is_no_longer_withdrawn() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    services.declare_inadmissible(application, staff, "Manca lo statuto.")
    with pytest.raises(WrongState):
        services.withdraw_application(application, stories.owner_of(application), "", clock.now())
    assert application.state == "inadmissible"


def test_only_the_applicants_side_withdraws_and_opens_again() -> None:
    application = stories.sent()
    for who, error in ((make.user(), NotFound), (make.user(Role.STAFF), Forbidden)):
        with pytest.raises(error):
            services.withdraw_application(application, who, "", clock.now())
    withdrawn(application)
    with pytest.raises(Forbidden):
        services.resume_application(application, make.user(Role.STAFF), clock.now())


@pytest.mark.database
def test_tax_code_is_free_again_for_who_withdrew() -> None:
    call = stories.open_call()
    anna, piero = make.user(), make.user()
    first = stories.sent(call, make.person(anna, tax_code="RSSMRA80A01H501U"), anna)
    withdrawn(first)
    second = stories.filled(call, make.person(piero, tax_code="RSSMRA80A01H501U"), piero)
    services.submit_application(second, piero, SECOND_KEY, clock.now())
    services.resume_application(first, anna, clock.now())
    with pytest.raises(Invalid, match="cf_duplicate_in_call"):
        services.submit_application(first, anna, "another", clock.now())


@pytest.mark.check(47)
@pytest.mark.database
def test_numbers_have_no_gap_over_withdrawals() -> None:
    application = withdrawn()
    sent_again(application)
    withdrawn(application)
    numbers = portal_db.session.scalars(select(ProtocolEntry.number).order_by(ProtocolEntry.id))
    assert list(numbers) == [1, 2, 3, 4]


def test_state_and_mail_are_one_transaction(monkeypatch: Any) -> None:
    """A withdrawal whose mail can't be written has not happened."""
    application = stories.sent()
    owner = stories.owner_of(application)
    before = len(keys_of("application_withdrawn"))
    owner.email = owner.email  # read before the text breaks
    monkeypatch.setattr("portal.outbox._settings", None)
    with pytest.raises(RuntimeError):
        services.withdraw_application(application, owner, "", clock.now())
    assert application.state == "submitted"
    assert queries.get_submission(application).withdrawn_at is None
    assert len(keys_of("application_withdrawn")) == before
    assert portal_db.session.scalars(select(Attachment)).all() == []
