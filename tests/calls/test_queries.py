"""Which calls a person finds, and in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts.queries import nobody
from portal.calls import queries
from portal.calls.models import Call, Strand
from portal.calls.states import CallState, Phase
from portal.errors import Forbidden, Invalid, NotFound
from portal.permissions import Role
from portal.registry.models import OrganisationType
from tests import make

pytestmark = pytest.mark.database


def call(code: str, opens: int, closes: int, **facts: Any) -> Call:
    """A call with a window in days from now."""
    now = clock.now()
    window = {
        "opens_at": now + timedelta(days=opens),
        "closes_at": now + timedelta(days=closes),
    }
    return make.call(code=code, **window, **facts)


def codes(calls: list[Call]) -> list[str]:
    """The codes, in their order."""
    return [each.code for each in calls]


def test_calls_stand_by_phase_with_what_matters_first(db: SQLAlchemy) -> None:
    call("open-late", -9, 20)
    call("open-soon", -1, 2)
    call("coming-late", 30, 60)
    call("coming-soon", 3, 60)
    call("closed-old", -90, -60)
    call("closed-new", -9, -1)
    call("used-up", -9, 9, state=CallState.EXHAUSTED)
    call("draft", -9, 9, state=CallState.DRAFT, published_at=None)
    call("cancelled", -9, 9, state=CallState.CANCELLED)
    found = queries.public_calls()
    assert codes(found.open) == ["open-soon", "open-late"]
    assert codes(found.coming) == ["coming-soon", "coming-late"]
    assert codes(found.closed) == ["used-up", "closed-new", "closed-old"]


def test_call_is_open_from_its_first_instant_up_to_not_at_its_last(db: SQLAlchemy) -> None:
    of = make.call()
    tick = timedelta(microseconds=1)
    phases = {}
    for name, instant in {
        "before": of.opens_at - tick,
        "first": of.opens_at,
        "last": of.closes_at - tick,
        "after": of.closes_at,
    }.items():
        with clock.at(instant):
            phases[name] = (queries.phase_of(of), queries.is_open(of))
    assert phases == {
        "before": (Phase.COMING, False),
        "first": (Phase.OPEN, True),
        "last": (Phase.OPEN, True),
        "after": (Phase.CLOSED, False),
    }


@pytest.mark.parametrize("state", [CallState.EXHAUSTED, CallState.CANCELLED])
def test_stopped_call_takes_nothing_within_its_window(db: SQLAlchemy, state: CallState) -> None:
    of = make.call(state=state)
    assert (queries.phase_of(of), queries.is_open(of)) == (Phase.CLOSED, False)


DRAFT = {"state": CallState.DRAFT, "published_at": None, "code": "bozza"}


@pytest.mark.parametrize(
    ("roles", "is_seen"),
    [
        ((), False),
        ((Role.EVALUATOR,), False),
        ((Role.STAFF,), True),
        ((Role.AUDITOR,), True),
        ((Role.ADMIN,), True),
        ((make.held(Role.STAFF, "social"),), True),
        ((make.held(Role.STAFF, "self_employment"),), False),
        ((make.held(Role.STAFF, call_code="bozza"),), True),
        ((make.held(Role.STAFF, call_code="altra"),), False),
        ((make.held(Role.STAFF, "self_employment", "bozza"),), False),
    ],
)
def test_draft_is_seen_by_who_manages_it(db: SQLAlchemy, roles: Any, is_seen: bool) -> None:
    make.call(**DRAFT)
    who = make.user(*roles)
    if is_seen:
        assert queries.get_call("bozza", who).code == "bozza"
    else:
        with pytest.raises(NotFound):
            queries.get_call("bozza", who)


def test_visitor_sees_published_calls_alone(db: SQLAlchemy) -> None:
    make.call(**DRAFT)
    make.call(code="aperta")
    make.call(code="annullata", state=CallState.CANCELLED)
    seen = db.session.scalars(queries.visible_calls(nobody()))
    assert {each.code for each in seen} == {"aperta", "annullata"}
    with pytest.raises(NotFound):
        queries.get_call("nessuna", nobody())


def test_managed_calls_are_those_of_ones_roles(db: SQLAlchemy) -> None:
    call("sociale-1", -9, 9)
    call("sociale-2", -9, 19, state=CallState.DRAFT)
    call("autoimpiego-1", -9, 29, strand=Strand.SELF_EMPLOYMENT)
    social = make.user(make.held(Role.STAFF, "social"))
    everything = queries.read_calls_listing({})
    assert codes(queries.managed_calls(social, everything).items) == ["sociale-2", "sociale-1"]
    admin = make.user(Role.ADMIN)
    assert queries.managed_calls(admin, everything).total == 3
    drafts = queries.read_calls_listing({"state": "draft"})
    assert codes(queries.managed_calls(admin, drafts).items) == ["sociale-2"]
    searched = queries.read_calls_listing({"q": "IMPIEGO", "state": "no such state"})
    assert codes(queries.managed_calls(admin, searched).items) == ["autoimpiego-1"]
    sorted_by_code = queries.read_calls_listing({"sort": "code", "dir": "asc"})
    assert codes(queries.managed_calls(admin, sorted_by_code).items)[0] == "autoimpiego-1"
    with pytest.raises(Forbidden):
        queries.managed_calls(make.user(Role.EVALUATOR), everything)


def test_applicant_of_another_type_is_refused(db: SQLAlchemy) -> None:
    of = make.call(rules={"applicants": ["aps", "odv"]})
    owner = make.user()
    queries.require_eligible(of, make.body(owner, organisation_type=OrganisationType.ODV))
    with pytest.raises(Invalid) as refusal:
        queries.require_eligible(of, make.person(owner))
    assert (refusal.value.code, refusal.value.field) == ("applicant_not_eligible", "applicant")
