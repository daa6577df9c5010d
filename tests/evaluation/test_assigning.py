"""Giving dossiers to evaluators."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.applications.services import bar_access, end_access
from portal.applications.states import ApplicationState
from portal.audit import AuditEntry
from portal.db import db as database
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.evaluation.engine import reading_order
from portal.evaluation.models import ScoreSheet
from portal.evaluation.queries import get_sheet, loads_in, plan_assignment, visible_sheets
from portal.evaluation.services import assign_evaluators
from portal.permissions import Role, can
from tests import make
from tests.browse import mails_to
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def test_assigning_opens_a_sheet_and_the_dossier_and_starts_the_evaluation() -> None:
    application, who, office = _scene()
    (sheet,) = assign_evaluators([application], [who], office)
    assert (sheet.application_id, sheet.evaluator_id) == (application.id, who.id)
    assert sheet.reading_order == reading_order(who.id, application.id)
    assert application.state is ApplicationState.UNDER_EVALUATION
    assert not can(who, "application.read", application)
    make.free_of_interests(who, application.call)
    assert can(who, "application.read", application)
    assert get_sheet(application.practice_code, who) is sheet
    deeds = database.session.scalars(
        select(AuditEntry.action).where(AuditEntry.actor_id == office.id)
    )
    assert sorted(deeds) == ["application.start_evaluation", "sheet.assign"]


def test_assigning_again_changes_nothing_and_writes_to_nobody() -> None:
    application, who, office = _scene()
    assign_evaluators([application], [who], office)
    assert assign_evaluators([application], [who], office) == []
    assert database.session.scalar(select(func.count()).select_from(ScoreSheet)) == 1
    assert [mail.template for mail in mails_to(who.email)] == ["sheets_assigned"]


def test_each_evaluator_gets_one_mail_for_all_dossiers() -> None:
    call = stories.closed_call()
    dossiers = [stories.admitted(call), stories.admitted(call)]
    people = [stories.evaluator(), stories.evaluator(language="en")]
    assert len(assign_evaluators(dossiers, people, stories.staff())) == 4
    for who in people:
        (mail,) = mails_to(who.email)
        assert all(each.practice_code in mail.body for each in dossiers)
    assert mails_to(people[0].email)[0].subject == "2 candidature da valutare"
    assert mails_to(people[1].email)[0].subject == "2 dossiers to evaluate"


def test_who_acts_for_the_applicant_is_never_assigned() -> None:
    who, other = stories.evaluator(), stories.evaluator()
    call = stories.closed_call()
    own, free = stories.admitted(call, owner=who), stories.admitted(call)
    sheets = assign_evaluators([own, free], [who, other], stories.staff())
    assert {(x.application_id, x.evaluator_id) for x in sheets} == {
        (free.id, who.id),
        (free.id, other.id),
        (own.id, other.id),
    }


def test_choosing_only_people_with_an_interest_is_refused() -> None:
    who, barred = stories.evaluator(), stories.evaluator()
    own = stories.admitted(stories.closed_call(), owner=who)
    bar_access(own, barred, "interest")
    with pytest.raises(Invalid) as refusal:
        assign_evaluators([own], [who, barred], stories.staff())
    assert (refusal.value.code, refusal.value.field) == ("evaluator_interest", "evaluators")
    assert own.state is ApplicationState.ADMITTED


def test_plan_says_what_is_new_what_stands_and_what_cannot_be() -> None:
    application, who, office = _scene()
    barred, new = stories.evaluator(), stories.evaluator()
    bar_access(application, barred, "interest")
    assign_evaluators([application], [who], office)
    plan = plan_assignment([application], [who, barred, new])
    assert [pair[1] for pair in plan.standing] == [who]
    assert [pair[1] for pair in plan.barred] == [barred]
    assert [pair[1] for pair in plan.new] == [new]


def test_only_evaluators_of_the_call_are_assigned() -> None:
    application, _who, office = _scene()
    elsewhere = make.user(make.held(Role.EVALUATOR, call_code="another"))
    for person in (elsewhere, make.user(), make.user(Role.STAFF)):
        with pytest.raises(Invalid) as refusal:
            assign_evaluators([application], [person], office)
        assert refusal.value.code == "not_an_evaluator"


def test_dossier_that_is_not_admitted_is_not_assigned() -> None:
    call = stories.closed_call()
    waiting = stories.admitted(call, state=ApplicationState.FORMAL_CHECK)
    with pytest.raises(WrongState) as refusal:
        assign_evaluators([waiting], [stories.evaluator()], stories.staff())
    assert refusal.value.code == "not_assignable"


def test_only_the_office_assigns_and_not_its_own_dossiers() -> None:
    application, who, _office = _scene()
    owner = make.user(Role.STAFF)
    own = stories.admitted(application.call, owner=owner)
    for actor, dossier in (
        (who, application),
        (make.user(Role.AUDITOR), application),
        (owner, own),
    ):
        with pytest.raises(Forbidden):
            assign_evaluators([dossier], [who], actor)


def test_sheet_is_seen_by_its_evaluator_alone_while_the_dossier_is_open_to_him() -> None:
    application, who, office = _scene()
    sheet = stories.assigned(application, who)
    for other in (stories.evaluator(), office, make.user(Role.AUDITOR), make.user()):
        with pytest.raises(NotFound):
            get_sheet(application.practice_code, other)
        assert not can(other, "sheet.read", sheet)
    end_access(application, who, "assignment")
    with pytest.raises(NotFound):
        get_sheet(application.practice_code, who)
    assert not can(who, "sheet.read", sheet)


def test_bar_takes_the_sheet_away_even_from_who_is_staff_too() -> None:
    both = make.user(Role.EVALUATOR, Role.STAFF)
    application = stories.admitted(stories.closed_call())
    sheet = stories.assigned(application, both)
    assert list(database.session.scalars(visible_sheets(both))) == [sheet]
    bar_access(application, both, "interest")
    assert list(database.session.scalars(visible_sheets(both))) == []


def test_load_counts_the_sheets_of_the_round_alone() -> None:
    application, who, _office = _scene()
    stories.judged(application, who, 3, 2)
    stories.assigned(stories.admitted(application.call), who)
    stories.assigned(stories.admitted(stories.closed_call()), who)
    (load,) = loads_in(make.round_of(application.call))
    assert (load.evaluator, load.assigned, load.sent) == (who, 2, 1)


def _scene() -> tuple:
    """An admitted dossier, an evaluator, somebody of the office."""
    return stories.admitted(stories.closed_call()), stories.evaluator(), stories.staff()
