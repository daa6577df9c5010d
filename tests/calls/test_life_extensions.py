"""More time for all or for one: never less, judged under the lock that submissions take."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from portal import audit, clock, jobs
from portal.applications.services import portions, submit_application
from portal.calls import services
from portal.calls.models import Call, CallExtension
from portal.calls.queries import closing_for, is_open
from portal.db import db as portal_db
from portal.db import transaction
from portal.errors import Forbidden, Invalid, Stale, WrongState
from portal.outbox import Mail
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.at_once import at_once

SECOND = timedelta(seconds=1)
ACT = make.ACT
REASON = "Il portale non era raggiungibile ieri."
OTHER_BODY = "00743110157"
CODES = ["97103880585", "00743110157", "80007010376", "03007000379"]


def extend(call: Call, staff: Any, until: datetime) -> CallExtension:
    """Extend for all, as a page that has just been opened would."""
    return services.extend_call(call, staff, until, REASON, ACT, call.version)


def mails() -> list[tuple[str, str]]:
    """Who was written to, and with which template, the receipts left out."""
    rows = portal_db.session.execute(select(Mail.recipient, Mail.template).order_by(Mail.id))
    return [(who, template) for who, template in rows if template != "application_submitted"]


@pytest.mark.database
@pytest.mark.check(54)
@pytest.mark.parametrize(("after", "is_taken"), [(-SECOND, True), (0 * SECOND, False)])
def test_extended_call_takes_what_arrives_before_its_new_closing(
    db: SQLAlchemy, after: timedelta, is_taken: bool
) -> None:
    application = stories.filled()
    owner, call = stories.owner_of(application), application.call
    before = call.closes_at
    until = before + timedelta(days=3)
    with clock.at(before + timedelta(minutes=1)):
        assert not is_open(call, application.applicant)
        extend(call, make.user(Role.STAFF), until)
    with clock.at(until + SECOND):
        if is_taken:
            submit_application(application, owner, stories.KEY, until + after)
        else:
            with pytest.raises(Invalid, match="call_closed"):
                submit_application(application, owner, stories.KEY, until + after)
    assert application.state == ("submitted" if is_taken else "draft")
    assert call.closes_at == until


@pytest.mark.database
@pytest.mark.parametrize(("after", "is_taken"), [(-SECOND, True), (0 * SECOND, False)])
def test_one_applicant_gets_longer_and_nobody_else(
    db: SQLAlchemy, after: timedelta, is_taken: bool
) -> None:
    call, staff = stories.open_call(), make.user(Role.STAFF)
    first_owner, second_owner = make.user(), make.user()
    first = stories.filled(call, make.body(first_owner), first_owner)
    second = stories.filled(call, make.body(second_owner, tax_code=OTHER_BODY), second_owner)
    before, until = call.closes_at, call.closes_at + timedelta(days=1)
    services.extend_call_for(call, staff, first.applicant.tax_code, until, REASON)
    closings = [closing_for(call, each.applicant) for each in (first, second)]
    assert closings == [until, before]
    assert (call.closes_at, closing_for(call, None)) == (before, before)
    with clock.at(until + SECOND):
        with pytest.raises(Invalid, match="call_closed"):
            submit_application(second, second_owner, stories.KEY, before)
        if is_taken:
            submit_application(first, first_owner, stories.KEY, until + after)
        else:
            with pytest.raises(Invalid, match="call_closed"):
                submit_application(first, first_owner, stories.KEY, until + after)
    assert first.state == ("submitted" if is_taken else "draft")


def test_extension_never_shortens_and_never_lies_in_the_past(db: SQLAlchemy) -> None:
    call, staff = stories.open_call(), make.user(Role.STAFF)
    before = call.closes_at
    for until in (before, before - SECOND):
        with pytest.raises(Invalid, match="extension_not_later"):
            extend(call, staff, until)
    with clock.at(before + timedelta(days=9)), pytest.raises(Invalid, match="extension_past"):
        extend(call, staff, before + timedelta(days=8))
    application = stories.draft(call)
    code = application.applicant.tax_code
    services.extend_call_for(call, staff, code, before + timedelta(days=4), REASON)
    with pytest.raises(Invalid, match="extension_not_later"):
        services.extend_call_for(call, staff, code, before + timedelta(days=3), REASON)
    assert call.closes_at == before


def test_extension_wants_reason_act_state_and_role(db: SQLAlchemy) -> None:
    call, staff = stories.open_call(), make.user(Role.STAFF)
    until = call.closes_at + timedelta(days=1)
    with pytest.raises(Invalid) as refusal:
        services.extend_call(call, staff, until, " ", ACT, call.version)
    assert list(refusal.value.errors) == ["reason"]
    with pytest.raises(Invalid) as refusal:
        services.extend_call(call, staff, until, REASON, {"kind": "determination"}, call.version)
    assert sorted(map(str, refusal.value.errors)) == ["act_date", "act_number", "act_unit"]
    with pytest.raises(Stale):
        services.extend_call(call, staff, until, REASON, ACT, call.version - 1)
    for role in (Role.AUDITOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            extend(call, make.user(role), until)
    rolling = stories.open_call(closes_at=None, kind="rolling")
    with pytest.raises(Invalid, match="extension_no_closing"):
        extend(rolling, staff, until)
    services.cancel_call(call, staff, REASON, ACT, call.version)
    with pytest.raises(WrongState, match="extension_state"):
        extend(call, staff, until)


def test_drafts_are_told_and_the_deed_is_recorded(db: SQLAlchemy) -> None:
    call, staff = stories.open_call(), make.user(Role.STAFF)
    draft, sent = (
        stories.draft(call),
        stories.sent(call, make.body(owner := make.user(), tax_code=OTHER_BODY), owner),
    )
    until = call.closes_at + timedelta(days=2)
    extension = extend(call, staff, until)
    assert mails() == [(stories.owner_of(draft).email, "call_extended")]
    assert sent.state == "submitted"
    entry = portal_db.session.scalars(
        select(audit.AuditEntry).where(audit.AuditEntry.action == "call.extend")
    ).one()
    assert (entry.record_id, entry.actor_id) == (call.id, staff.id)
    assert entry.facts["closes_at"] == audit.plain(extension.closes_at)


def test_extension_for_one_is_told_to_that_one(db: SQLAlchemy) -> None:
    call, staff = stories.open_call(), make.user(Role.STAFF)
    first, second = make.user(), make.user()
    stories.draft(call, make.body(first), first)
    stories.draft(call, make.body(second, tax_code=OTHER_BODY), second)
    until = call.closes_at + timedelta(days=2)
    services.extend_call_for(call, staff, OTHER_BODY, until, REASON)
    assert mails() == [(second.email, "call_extended")]
    with pytest.raises(Invalid, match="applicant_unknown"):
        services.extend_call_for(call, staff, "80007010376", until + SECOND, REASON)


def test_many_drafts_are_told_by_jobs(db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "AT_ONCE", 2)
    call, staff = stories.open_call(), make.user(Role.STAFF)
    for _ in range(5):
        stories.draft(call)
    extend(call, staff, call.closes_at + timedelta(days=1))
    assert mails() == []
    while jobs.work_once("worker"):
        pass
    assert len(set(mails())) == 5


def test_cancelled_call_tells_drafts_and_senders_why(db: SQLAlchemy) -> None:
    call, staff = stories.open_call(), make.user(Role.STAFF)
    draft = stories.filled(call)
    owner = make.user()
    stories.sent(call, make.body(owner, tax_code=OTHER_BODY), owner)
    services.cancel_call(call, staff, REASON, ACT, call.version)
    assert mails() == [
        (stories.owner_of(draft).email, "call_cancelled"),
        (owner.email, "call_cancelled"),
    ]
    with pytest.raises(Invalid, match="call_cancelled"):
        submit_application(draft, stories.owner_of(draft), stories.KEY, clock.now())
    assert (call.cancel_reason, call.state) == (REASON, "cancelled")


def test_call_without_money_opens_again_where_it_was(db: SQLAlchemy) -> None:
    application = stories.filled()
    call, owner = application.call, stories.owner_of(application)
    for _ in range(2):
        services.exhaust_call(call, owner)
    with pytest.raises(Invalid, match="call_exhausted"):
        submit_application(application, owner, stories.KEY, clock.now())
    services.reopen_call(call, owner)
    services.reopen_call(call, owner)
    submit_application(application, owner, stories.KEY, clock.now())
    assert (call.state, application.state) == ("published", "submitted")


@pytest.mark.database
@pytest.mark.parametrize("for_all", [True, False])
def test_submission_racing_an_extension_is_judged_before_or_after_it(
    committed: Any, app: Flask, for_all: bool
) -> None:
    drafts = just_late()
    ids = [(draft.id, stories.owner_of(draft).id) for draft in drafts]
    call_id, staff_id = drafts[0].call_id, make.user(Role.STAFF).id
    deeds = [partial(try_sending, *each) for each in ids]
    deeds.insert(2, partial(give_time, call_id, staff_id, for_all))
    at_once(app, deeds)
    extended = numbers_of("call.extend" if for_all else "call.extend_for")
    assert len(extended) == (1 if for_all else 4)
    for number, draft in enumerate(drafts):
        sent = numbers_of("application.submit", draft.id)
        assert bool(sent) == (draft.state == "submitted")
        assert all(at > extended[0 if for_all else number] for at in sent)


def just_late() -> list[Any]:
    """Four applications ready to be sent, a second after the closing."""
    call, drafts = stories.open_call(), []
    for code in CODES:
        owner = make.user()
        drafts.append(stories.filled(call, make.body(owner, tax_code=code), owner))
    with transaction():
        call.closes_at = clock.now() - SECOND
    return drafts


def give_time(call_id: int, staff_id: int, for_all: bool) -> None:
    """Extend the call until tomorrow, for all or for one applicant after the other."""
    call = portal_db.session.get_one(Call, call_id)
    staff = portal_db.session.get_one(make.User, staff_id)
    until = clock.now() + timedelta(days=1)
    if for_all:
        extend(call, staff, until)
        return
    for code in CODES:
        services.extend_call_for(call, staff, code, until, REASON)


def try_sending(draft_id: int, owner_id: int) -> None:
    """Send an application; too late is no mistake."""
    draft = portal_db.session.get_one(make.Application, draft_id)
    owner = portal_db.session.get_one(make.User, owner_id)
    try:
        submit_application(draft, owner, stories.KEY, clock.now())
    except Invalid as refusal:
        assert refusal.code == "call_closed"


def numbers_of(action: str, record_id: int | None = None) -> list[int]:
    """The places of a deed in the trail."""
    entry = audit.AuditEntry
    statement = select(entry.number).where(entry.action == action).order_by(entry.number)
    if record_id is not None:
        statement = statement.where(entry.record_id == record_id)
    return list(portal_db.session.scalars(statement))
