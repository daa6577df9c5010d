"""Importing a call, publishing it, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts.queries import nobody
from portal.audit import AuditEntry
from portal.calls import services
from portal.calls.engine import load_blueprint
from portal.calls.models import Call, Strand
from portal.calls.states import CallState
from portal.db import db
from portal.definitions import DefinitionError
from portal.demo.engine import spring_call
from portal.errors import Forbidden, WrongState
from portal.permissions import Role
from portal.questionnaires.models import FormDefinition
from tests import make

pytestmark = pytest.mark.database


def social(**changes: Any) -> dict[str, Any]:
    """The social blueprint with a window around now, changed."""
    now, days = clock.now(), timedelta(days=9)
    window = {"opens": now - days, "closes": now + days}
    return {**load_blueprint("social-innovation"), **window, **changes}


def count(model: type[Any]) -> int | None:
    """How many rows a table has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def deeds() -> list[tuple[str, str | None, str | None]]:
    """What the trail says of calls."""
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
    return [(row.action, row.state_before, row.state_after) for row in rows]


def test_import_makes_a_draft_of_the_file(db: SQLAlchemy) -> None:
    call = services.import_call(social(), make.user(Role.STAFF))
    assert call.code == "innovazione-sociale"
    assert call.state is CallState.DRAFT
    assert call.strand is Strand.SOCIAL
    assert call.title == {
        "it": "Progetti di innovazione sociale",
        "en": "Social innovation projects",
    }
    assert (str(call.budget), str(call.highest_amount)) == ("80000.00", "8000.00")
    assert call.published_at is None
    assert deeds() == [("call.import", None, None)]


def test_published_form_is_shared_and_a_draft_is_its_calls_own(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    first, other = (services.import_call(social(code=code), staff) for code in ("uno", "due"))
    assert first.form_definition_id != other.form_definition_id
    assert first.grid_definition_id == other.grid_definition_id
    services.publish_call(first, staff)
    third = services.import_call(spring_call(), staff)
    assert third.form_definition_id == first.form_definition_id


def test_changed_form_is_the_next_version(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    services.import_call(social(), staff)
    other = social(code="altro")
    other["form"]["sections"][0]["questions"][0]["limit"] = 80
    assert services.import_call(other, staff).form_definition.version == 2


def test_import_again_replaces_a_draft(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    first = services.import_call(social(), staff)
    again = services.import_call(social(threshold=50, budget="90000.00"), staff)
    assert again.id == first.id
    assert again.threshold_hundredths == 5000
    assert str(again.budget) == "90000.00"
    assert count(Call) == 1


def test_published_call_is_not_replaced(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = services.import_call(social(), staff)
    services.publish_call(call, staff)
    with pytest.raises(DefinitionError) as refusal:
        services.import_call(social(threshold=50), staff)
    assert (refusal.value.field, refusal.value.code) == ("call.code", "call_code_taken")
    assert call.threshold_hundredths == 6000


def test_wrong_file_leaves_nothing_behind(db: SQLAlchemy) -> None:
    with pytest.raises(DefinitionError):
        services.import_call(social(threshold=500), make.user(Role.STAFF))
    assert (count(Call), count(FormDefinition), deeds()) == (0, 0, [])


@pytest.mark.parametrize(
    "roles", [(), (Role.EVALUATOR,), (Role.AUDITOR,), (make.held(Role.STAFF, "self_employment"),)]
)
def test_import_is_for_staff_of_the_strand_and_admins(db: SQLAlchemy, roles: Any) -> None:
    with pytest.raises(Forbidden):
        services.import_call(social(), make.user(*roles))
    assert (count(Call), count(FormDefinition)) == (0, 0)


def test_visitor_imports_nothing(db: SQLAlchemy) -> None:
    with pytest.raises(Forbidden):
        services.import_call(social(), nobody())


def test_publish_shows_the_call_from_now_on(db: SQLAlchemy) -> None:
    staff = make.user(make.held(Role.STAFF, "social"))
    call = services.import_call(social(), staff)
    with clock.at(make.NOON):
        services.publish_call(call, staff)
    assert call.state is CallState.PUBLISHED
    assert call.published_at == make.NOON
    assert deeds()[-1] == ("call.publish", "draft", "published")


def test_publish_twice_is_refused(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = services.import_call(social(), staff)
    services.publish_call(call, staff)
    with pytest.raises(WrongState):
        services.publish_call(call, staff)


def test_admin_imports_and_does_not_publish(db: SQLAlchemy) -> None:
    admin = make.user(Role.ADMIN)
    call = services.import_call(social(), admin)
    with pytest.raises(Forbidden):
        services.publish_call(call, admin)
    assert call.state is CallState.DRAFT


def test_cancel_keeps_the_call_readable(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = services.import_call(social(), staff)
    services.publish_call(call, staff)
    services.cancel_call(call, staff, "Il finanziamento è stato ritirato.", make.ACT, call.version)
    assert call.state is CallState.CANCELLED
    assert deeds()[-1] == ("call.cancel", "published", "cancelled")
