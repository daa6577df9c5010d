"""Drafts: one for applicant and call, everything typed kept, nothing written over unseen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.applications import queries, services
from portal.applications.engine import read_marks
from portal.applications.models import Application
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from tests import make
from tests.applications import stories
from tests.make_definitions import COMPLETE

pytestmark = pytest.mark.usefixtures("db")


def test_start_opens_a_draft_that_remembers_the_notice_read() -> None:
    owner = make.user()
    application = stories.draft(owner=owner)
    entry = portal_db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "application.start")
    ).one()
    assert application.state == "draft"
    assert application.privacy_version == "2026-1"
    assert application.started_by_id == owner.id
    assert (entry.record_id, entry.state_after) == (application.id, "draft")


def test_start_again_returns_the_draft_that_stands() -> None:
    owner = make.user()
    call, applicant = stories.open_call(), make.body(owner)
    first = services.start_application(call, applicant, owner, "2026-1")
    again = services.start_application(call, applicant, owner, "2026-1")
    assert again is first
    assert portal_db.session.scalar(select(func.count()).select_from(Application)) == 1


def test_start_is_refused_outside_the_window() -> None:
    owner = make.user()
    applicant, now = make.body(owner), clock.now()
    closed = stories.open_call(closes_at=now)
    coming = stories.open_call(opens_at=now + timedelta(hours=1))
    with pytest.raises(Invalid, match="call_closed"):
        services.start_application(closed, applicant, owner, "2026-1")
    with pytest.raises(Invalid, match="call_not_open"):
        services.start_application(coming, applicant, owner, "2026-1")


def test_start_is_refused_to_a_type_the_call_is_not_for() -> None:
    owner = make.user()
    company = make.body(owner, organisation_type="srl")
    with pytest.raises(Invalid, match="applicant_not_eligible"):
        services.start_application(stories.open_call(), company, owner, "2026-1")


def test_start_needs_the_notice_as_it_stands_now() -> None:
    owner = make.user()
    with pytest.raises(Invalid, match="privacy_changed"):
        services.start_application(stories.open_call(), make.body(owner), owner, "2025-9")


def test_start_for_somebody_elses_body_finds_nothing() -> None:
    with pytest.raises(NotFound):
        services.start_application(
            stories.open_call(), make.body(make.user()), make.user(), "2026-1"
        )


def test_save_copies_title_amount_and_sector_for_lists() -> None:
    application = stories.filled()
    assert application.title == "Orto di quartiere"
    assert application.requested_amount == Decimal("6000.50")
    assert application.sector == "social_agriculture"


def test_save_keeps_what_is_wrong_and_says_so() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    errors = services.save_section(application, "money", {"amount": ["25.000,00"]}, owner, 1)
    answers = answers_of(application.answer_set)
    assert {key: error.code for key, error in errors.items()} == {"amount": "amount_over_call_max"}
    assert answers.typed("amount") == ["25.000,00"]
    assert application.requested_amount is None


@pytest.mark.check(44)
def test_save_from_an_older_page_writes_nothing_over() -> None:
    application = stories.draft()
    owner, version = stories.owner_of(application), application.answer_set.version
    services.save_section(application, "money", {"amount": ["1.000"]}, owner, version)
    with pytest.raises(Stale):
        services.save_section(application, "money", {"amount": ["2.000"]}, owner, version)
    assert answers_of(application.answer_set).typed("amount") == ["1.000"]


@pytest.mark.check(44)
def test_save_elsewhere_is_no_conflict() -> None:
    application = stories.draft()
    owner, draft = stories.owner_of(application), queries.draft_of(application)
    seen = read_marks(draft.marks(draft.section("money")))
    services.save_section(application, "project", COMPLETE["project"], owner)
    services.save_section(application, "money", {"amount": ["2.000"]}, owner, seen=seen)
    assert answers_of(application.answer_set).value("amount") == "2000.00"


def test_colleague_of_the_same_body_fills_in_the_same_draft() -> None:
    anna, piero = make.user(), make.user()
    application = stories.draft(applicant=make.body(anna, piero), owner=anna)
    services.save_section(application, "money", {"amount": ["2.000"]}, piero, 1)
    assert application.requested_amount == Decimal("2000.00")


def test_nobody_else_changes_or_finds_a_draft() -> None:
    application = stories.draft()
    for stranger in (make.user(), make.user(Role.STAFF), make.user(Role.AUDITOR)):
        with pytest.raises(NotFound):
            services.save_section(application, "money", {"amount": ["2.000"]}, stranger, 1)
        with pytest.raises(NotFound):
            queries.get_application(application.practice_code, stranger)


def test_what_was_sent_is_not_changed_any_more() -> None:
    application = stories.sent()
    owner, version = stories.owner_of(application), application.answer_set.version
    with pytest.raises(WrongState, match="application_sent"):
        services.save_section(application, "money", {"amount": ["1.000"]}, owner, version)
    with pytest.raises(Forbidden):
        services.save_section(
            application, "money", {"amount": ["1.000"]}, make.user(Role.STAFF), version
        )


def test_draft_tells_the_state_of_each_section() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    services.save_section(application, "money", {"amount": ["tanti"]}, owner, 1)
    typed = {"project_title": ["Orto"]}
    services.save_section(application, "project", typed, owner, application.answer_set.version)
    draft = queries.draft_of(application)
    assert [draft.state_of(section) for section in draft.form.sections] == [
        "started",
        "error",
        "todo",
    ]
    assert draft.done == 0
