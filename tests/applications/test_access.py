"""Who reads which application: the page's rule and the list's SQL are the same."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from portal.accounts.models import Nobody
from portal.applications import queries, services
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.calls.models import Strand
from portal.db import db as portal_db
from portal.db import transaction
from portal.errors import NotFound
from portal.permissions import Effect, Role, can
from tests import make

pytestmark = pytest.mark.usefixtures("db")

SCOPES: tuple[dict[str, str], ...] = (
    {},
    {"strand": "social"},
    {"strand": "self_employment"},
    {"call_code": "primo"},
    {"call_code": "secondo"},
    {"strand": "social", "call_code": "secondo"},
)


def in_state(call: Any, state: ApplicationState, owner: Any) -> Application:
    """An application in a state, without its story."""
    return make.application(call, make.body(owner), state=state)


@pytest.mark.check(15, 22)
@pytest.mark.database
@pytest.mark.uncounted  # every role, scope and row
def test_list_and_page_agree_for_every_role_scope_and_row() -> None:
    calls = [
        make.call(code="primo", strand=Strand.SOCIAL),
        make.call(code="secondo", strand=Strand.SELF_EMPLOYMENT),
    ]
    states = (ApplicationState.DRAFT, ApplicationState.SUBMITTED)
    owner = make.user()
    applications = [in_state(call, state, owner) for call in calls for state in states]
    people: list[Any] = [Nobody(), make.user(), owner]
    for role, scope in itertools.product(Role, SCOPES):
        people += with_rows(applications, lambda r=role, s=scope: make.user(make.held(r, **s)))
    for role in (Role.STAFF, Role.EVALUATOR):
        both = make.user(role)
        applications.append(in_state(calls[0], ApplicationState.SUBMITTED, both))
        make.access(applications[-1], both)
        people.append(both)
    people.append(make.user(make.held(Role.STAFF, call_code="primo"), make.held(Role.EVALUATOR)))
    portal_db.session.expire_all()
    for person in people:
        listed = set(portal_db.session.scalars(queries.visible_applications(person)))
        readable = {x for x in applications if can(person, "application.read", x)}
        assert listed == readable, person


def with_rows(applications: list[Application], new: Any) -> list[Any]:
    """Four like one another: nothing said of them, a grant, a bar, both; and an ended grant."""
    plain, granted, barred, both, ended = (new() for _ in range(5))
    for application in applications:
        make.access(application, granted)
        make.access(application, barred, Effect.BAR)
        make.access(application, both)
        make.access(application, both, Effect.BAR)
        services.grant_access(application, ended, "assignment")
        services.end_access(application, ended, "assignment")
    return [plain, granted, barred, both, ended]


def test_draft_is_read_by_its_owners_alone() -> None:
    owner = make.user()
    application = in_state(make.call(), ApplicationState.DRAFT, owner)
    staff, evaluator = make.user(Role.STAFF), make.user(Role.EVALUATOR)
    services.grant_access(application, evaluator, "assignment")
    assert queries.get_application(application.practice_code, owner) is application
    for reader in (staff, evaluator, make.user(Role.AUDITOR), make.user(Role.ADMIN)):
        with pytest.raises(NotFound):
            queries.get_application(application.practice_code, reader)


def test_code_is_found_as_people_type_it() -> None:
    owner = make.user()
    application = in_state(make.call(), ApplicationState.DRAFT, owner)
    typed = f" {application.practice_code.lower()} "
    assert queries.get_application(typed, owner) is application


def test_mandate_that_ended_opens_nothing() -> None:
    owner = make.user()
    application = in_state(make.call(), ApplicationState.DRAFT, owner)
    with transaction():
        application.applicant.mandates[0].ended_at = application.started_at
    with pytest.raises(NotFound):
        queries.get_application(application.practice_code, owner)


def test_grant_twice_is_one_and_its_end_closes() -> None:
    evaluator = make.user(Role.EVALUATOR)
    application = in_state(make.call(), ApplicationState.SUBMITTED, make.user())
    first = services.grant_access(application, evaluator, "assignment")
    assert services.grant_access(application, evaluator, "assignment") is first
    assert can(evaluator, "application.read", application)
    services.end_access(application, evaluator, "assignment")
    assert not can(evaluator, "application.read", application)


@pytest.mark.check(15)
def test_bar_wins_over_grant_and_role() -> None:
    both = make.user(Role.STAFF, Role.EVALUATOR)
    application = in_state(make.call(), ApplicationState.SUBMITTED, make.user())
    services.grant_access(application, both, "assignment")
    services.bar_access(application, both, "interest")
    assert not can(both, "application.read", application)
