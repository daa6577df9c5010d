"""Sending: by the server's clock, once, all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import func, select

from portal import audit, clock, i18n
from portal.applications import queries, services
from portal.applications.models import Application, Submission
from portal.calls.engine import decision_due_on
from portal.db import db as portal_db
from portal.db import transaction
from portal.documents import Document
from portal.errors import Invalid, NotFound, WrongState
from portal.jobs import Job
from portal.outbox import Mail
from portal.permissions import Role
from portal.protocol import ProtocolEntry
from tests import make
from tests.applications import stories
from tests.at_once import at_once, came_to

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def count(model: Any) -> int:
    """How many rows there are."""
    return portal_db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.usefixtures("db")
def test_sending_numbers_freezes_and_tells() -> None:
    with clock.at(NOON):
        application = stories.filled()
        owner = stories.owner_of(application)
        submission = services.submit_application(application, owner, stories.KEY, NOON)
    mail = portal_db.session.scalars(select(Mail)).one()
    assert application.state == "submitted"
    assert submission.protocol_entry.code == "0000001/2026"
    assert submission.protocol_entry.content_sha256 == submission.sha256
    assert submission.sha256 == hashlib.sha256(submission.snapshot.encode()).hexdigest()
    assert submission.receipt is not None
    assert submission.receipt.kind == "receipt"
    assert (mail.recipient, mail.template) == (owner.email, "application_submitted")
    assert "0000001/2026" in mail.body


@pytest.mark.usefixtures("db")
def test_snapshot_is_canonical_and_whole() -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    attachment = services.attach_file(application, "budget", stories.pdf(), "conti.pdf", owner)
    submission = services.submit_application(application, owner, stories.KEY, clock.now())
    frozen = json.loads(submission.snapshot)
    canonical = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert submission.snapshot == canonical
    assert frozen["answers"]["amount"] == "6000.50"
    assert frozen["declarations"] == {
        "truthful": {"it": "Dichiaro che è tutto vero.", "en": "I declare it is true."}
    }
    assert frozen["applicant"]["tax_code"] == application.applicant.tax_code
    assert frozen["privacy"]["version"] == "2026-1"
    assert [(x["name"], x["sha256"]) for x in frozen["files"]] == [
        ("conti.pdf", attachment.file.sha256)
    ]


@pytest.mark.usefixtures("db")
def test_what_was_sent_outlives_changes_of_the_profile() -> None:
    application = stories.sent()
    name = application.applicant.name
    with transaction():
        application.applicant.name = "Un altro nome"
    rows = {row["label"]: row["value"] for row in queries.profile_rows(application)}
    assert name in rows.values()
    assert "Un altro nome" not in rows.values()


@pytest.mark.usefixtures("db")
def test_receipt_holds_number_terms_and_hashes() -> None:
    with clock.at(NOON):
        application = stories.filled()
        owner = stories.owner_of(application)
        attachment = services.attach_file(application, "budget", stories.pdf(), "conti.pdf", owner)
        submission = services.submit_application(application, owner, stories.KEY, NOON)
    assert submission.receipt is not None
    html = submission.receipt.html
    for fact in (
        "0000001/2026",
        application.practice_code,
        "04/05/2026, ore 12:00:00",
        "2026-05-04 10:00:00.000 UTC",
        "Ufficio bandi",
        "Giulia Fontanelli",
        i18n.format_date(decision_due_on(application.call)),
        "Bilancio: conti.pdf",
        attachment.file.sha256,
        submission.sha256,
    ):
        assert fact in html, fact


@pytest.mark.check(48)
@pytest.mark.database
@pytest.mark.usefixtures("db")
def test_deadline_is_a_matter_of_a_millisecond() -> None:
    with clock.at(NOON - timedelta(days=1)):
        call = stories.open_call(closes_at=NOON)
        in_time, late = stories.two_filled(call)
    with clock.at(NOON + timedelta(seconds=2)):
        services.submit_application(
            in_time, stories.owner_of(in_time), stories.KEY, NOON - MILLISECOND
        )
        with pytest.raises(Invalid, match="call_closed"):
            services.submit_application(late, stories.owner_of(late), stories.KEY, NOON)
    assert (in_time.state, late.state) == ("submitted", "draft")
    assert in_time.submission is not None
    assert in_time.submission.received_at == NOON - MILLISECOND


@pytest.mark.usefixtures("db")
def test_sending_before_the_opening_is_refused() -> None:
    application = stories.filled()
    early = application.call.opens_at - MILLISECOND
    with pytest.raises(Invalid, match="call_not_open"):
        services.submit_application(application, stories.owner_of(application), stories.KEY, early)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "instead",
    [
        {"money": {"amount": ["9.000"]}},
        {"money": {"amount": [""]}},
        {"declarations": {}},
    ],
    ids=["wrong", "blank", "not declared"],
)
def test_sending_needs_every_answer(instead: dict[str, dict[str, list[str]]]) -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    stories.fill(application, owner, **instead)
    with pytest.raises(Invalid, match="incomplete") as refusal:
        services.submit_application(application, owner, stories.KEY, clock.now())
    assert refusal.value.facts == {"missing": 1}
    assert application.state == "draft"


@pytest.mark.usefixtures("db")
def test_only_the_owners_send() -> None:
    application = stories.filled()
    for stranger in (make.user(), make.user(Role.STAFF)):
        with pytest.raises(NotFound):
            services.submit_application(application, stranger, stories.KEY, clock.now())


@pytest.mark.check(46)
@pytest.mark.usefixtures("db")
def test_same_request_again_is_the_same_submission() -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    first = services.submit_application(application, owner, stories.KEY, clock.now())
    late = application.call.closes_at + timedelta(days=1)
    again = services.submit_application(application, owner, stories.KEY, late)
    assert again is first
    assert (count(Submission), count(ProtocolEntry), count(Mail)) == (1, 1, 1)


@pytest.mark.usefixtures("db")
def test_another_request_for_what_was_sent_is_told_so() -> None:
    application = stories.sent()
    with pytest.raises(WrongState):
        services.submit_application(
            application, stories.owner_of(application), "another", clock.now()
        )


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "../x"])
def test_request_without_a_proper_key_is_refused(key: str) -> None:
    application = stories.filled()
    with pytest.raises(Invalid, match="request_key"):
        services.submit_application(application, stories.owner_of(application), key, clock.now())


@pytest.mark.database
@pytest.mark.usefixtures("db")
def test_one_tax_code_sends_once_whatever_the_account() -> None:
    """The vector codice_fiscale-31."""
    call = stories.open_call()
    anna, piero = make.user(), make.user()
    stories.sent(call, make.person(anna, tax_code="RSSMRA80A01H501U"), anna)
    second = stories.filled(call, make.person(piero, tax_code="RSSMRA80A01H501U"), piero)
    with pytest.raises(Invalid, match="cf_duplicate_in_call"):
        services.submit_application(second, piero, stories.KEY, clock.now())
    assert (second.state, count(ProtocolEntry)) == ("draft", 1)


@pytest.mark.usefixtures("db")
def test_call_may_take_several_from_one_tax_code() -> None:
    call = stories.open_call(one_per_applicant=False)
    anna, piero = make.user(), make.user()
    stories.sent(call, make.person(anna), anna)
    stories.sent(call, make.person(piero), piero)
    assert count(Submission) == 2


STEPS = (
    "INSERT INTO protocol_year",
    "INSERT INTO protocol_entry",
    "INSERT INTO submission",
    "INSERT INTO document",
    "INSERT INTO job",
    "UPDATE application",
    "INSERT INTO mail",
    "INSERT INTO audit_entry",
    "UPDATE audit_head",
)


def failing_at(step: str) -> Callable[..., None]:
    """A listener that breaks the database's connection at a statement."""

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(step):
            raise RuntimeError(step)

    return fail


@pytest.mark.check(53)
@pytest.mark.database
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("step", STEPS)
def test_failure_at_any_step_leaves_nothing(step: str) -> None:
    application = stories.filled()
    owner = stories.owner_of(application)
    before = audit.verify().entries
    fail = failing_at(step)
    sa.event.listen(sa.engine.Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(RuntimeError, match=step):
            services.submit_application(application, owner, stories.KEY, clock.now())
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", fail)
    assert [count(x) for x in (Submission, ProtocolEntry, Document, Job, Mail)] == [0] * 5
    assert application.state == "draft"
    assert audit.verify().entries == before
    submission = services.submit_application(application, owner, stories.KEY, clock.now())
    assert submission.protocol_entry.number == 1


@pytest.mark.check(46)
@pytest.mark.database
def test_ten_times_at_once_is_once(committed: Any, app: Flask) -> None:
    application = stories.filled()
    owner, ids = stories.owner_of(application), (application.id,)
    owner_id, received = owner.id, clock.now()

    def send() -> tuple[int, str]:
        mine = portal_db.session.get_one(Application, ids[0])
        who = portal_db.session.get_one(make.User, owner_id)
        submission = services.submit_application(mine, who, stories.KEY, received)
        return submission.id, submission.protocol_entry.code

    answers = at_once(app, [send] * 10)
    assert len(set(answers)) == 1
    assert [count(x) for x in (Submission, ProtocolEntry, Document, Mail)] == [1] * 4
    assert audit.verify().reason == ""


@pytest.mark.check(47)
@pytest.mark.database
def test_numbers_have_no_gap_when_many_send_at_once(committed: Any, app: Flask) -> None:
    call = stories.open_call(one_per_applicant=False)
    drafts = [stories.filled(call) for _ in range(7)] + [stories.draft(call)]
    pairs = [(draft.id, stories.owner_of(draft).id) for draft in drafts]

    def send(application_id: int, owner_id: int) -> None:
        mine = portal_db.session.get_one(Application, application_id)
        who = portal_db.session.get_one(make.User, owner_id)
        services.submit_application(mine, who, stories.KEY, clock.now())

    outcomes = came_to(app, [partial(send, *pair) for pair in pairs])
    assert outcomes == ["done"] * 7 + ["incomplete"]
    numbers = portal_db.session.scalars(
        select(ProtocolEntry.number).order_by(ProtocolEntry.number)
    ).all()
    assert list(numbers) == [1, 2, 3, 4, 5, 6, 7]
