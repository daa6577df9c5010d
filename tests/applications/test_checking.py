"""The formal check: judged item by item, with reasons, then admitted or not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.applications import queries, services
from portal.applications.models import Application
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, InvalidMany, NotFound, WrongState
from portal.outbox import Mail
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories

pytestmark = pytest.mark.usefixtures("db")

ALL_MET = {"in_time": ("met", ""), "seat": ("not_applicable", "Gruppo informale")}


def mails_to(application: Application) -> list[str]:
    """The kinds of mail its sender got."""
    who = stories.owner_of(application).email
    return list(
        portal_db.session.scalars(
            select(Mail.template).where(Mail.recipient == who).order_by(Mail.id)
        )
    )


def test_items_are_kept_with_reason_and_judge() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    services.record_check(application, staff, {"seat": ("not_met", "La sede è a Modena.")})
    lines = {line.key: line for line in queries.check_of(application)}
    assert lines["in_time"].outcome is None
    assert (lines["seat"].outcome, lines["seat"].reason) == ("not_met", "La sede è a Modena.")
    assert lines["seat"].item is not None
    assert lines["seat"].item.checked_by_id == staff.id


def test_item_judged_again_replaces_the_judgement() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    services.record_check(application, staff, {"seat": ("not_met", "La sede è a Modena.")})
    services.record_check(application, staff, {"seat": ("met", "")})
    outcomes = [(line.key, line.outcome) for line in queries.check_of(application)]
    assert outcomes == [("in_time", None), ("seat", "met")]


def test_item_not_met_needs_a_reason() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    with pytest.raises(InvalidMany) as refusal:
        services.record_check(
            application, staff, {"in_time": ("met", ""), "seat": ("not_met", "  ")}
        )
    assert list(refusal.value.errors) == ["reason_seat"]
    assert [line.item for line in queries.check_of(application)] == [None, None]


def test_item_or_outcome_nobody_knows_is_refused() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    with pytest.raises(InvalidMany) as refusal:
        services.record_check(application, staff, {"beauty": ("met", ""), "seat": ("perhaps", "")})
    assert list(refusal.value.errors) == ["outcome_beauty", "outcome_seat"]


def test_reasons_do_not_enter_the_trail() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    services.record_check(application, staff, {"seat": ("not_met", "Il signor Rossi abita a M.")})
    entry = portal_db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "application.record_check")
    ).one()
    assert entry.facts == {"seat": "not_met"}


def test_check_begins_when_it_is_started() -> None:
    staff = make.user(Role.STAFF)
    application = stories.sent()
    with pytest.raises(WrongState):
        services.record_check(application, staff, ALL_MET)
    with pytest.raises(WrongState):
        services.admit_application(application, staff)


def test_admission_needs_every_item_judged_and_met() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    services.record_check(application, staff, {"in_time": ("met", "")})
    with pytest.raises(Invalid, match="check_incomplete"):
        services.admit_application(application, staff)
    services.record_check(application, staff, {"seat": ("not_met", "La sede è a Modena.")})
    with pytest.raises(Invalid, match="check_not_met"):
        services.admit_application(application, staff)
    assert application.state == "formal_check"


def test_admission_is_told_to_who_sent_it() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    services.record_check(application, staff, ALL_MET)
    services.admit_application(application, staff)
    assert application.state == "admitted"
    assert application.checked_at is not None
    assert mails_to(application) == ["application_submitted", "application_admitted"]


def test_inadmissible_needs_a_reason_that_its_applicant_reads() -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    with pytest.raises(Invalid, match="required") as refusal:
        services.declare_inadmissible(application, staff, " ")
    assert refusal.value.field == "reason"
    services.declare_inadmissible(application, staff, "La sede è a Modena.")
    mail = portal_db.session.scalars(
        select(Mail).where(Mail.template == "application_inadmissible")
    ).one()
    assert application.state == "inadmissible"
    assert application.outcome_reason == "La sede è a Modena."
    assert "La sede è a Modena." in mail.body


def test_who_may_only_read_does_not_judge() -> None:
    application = stories.under_check()
    for reader in (make.user(Role.AUDITOR), stories.owner_of(application)):
        with pytest.raises(Forbidden):
            services.record_check(application, reader, ALL_MET)
        with pytest.raises(Forbidden):
            services.declare_inadmissible(application, reader, "No.")


def test_nobody_judges_what_is_his_own() -> None:
    both = make.user(Role.STAFF)
    application = stories.sent(owner=both)
    with pytest.raises(Forbidden):
        services.start_check(application, both)


def test_staff_of_another_call_or_barred_finds_nothing() -> None:
    application = stories.sent()
    elsewhere = make.user(make.held(Role.STAFF, call_code="altro"))
    barred = make.user(Role.STAFF)
    make.access(application, barred, Effect.BAR)
    for staff in (elsewhere, barred):
        with pytest.raises(NotFound):
            services.start_check(application, staff)
