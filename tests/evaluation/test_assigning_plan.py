"""The automatic plan of a round: previewed with its reasons, confirmed as it was read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Promoter
from portal.applications.models import Application
from portal.applications.services import bar_access
from portal.applications.states import ApplicationState
from portal.db import db as database
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound, Stale
from portal.evaluation.models import EvaluatorSkill, ScoreSheet
from portal.evaluation.queries import plan_automatic, round_of, suggestions_for
from portal.evaluation.queries.planning import skill_labels
from portal.evaluation.services import assign_plan, decline_sheet, set_skills
from portal.evaluation.states import DeclineReason
from portal.permissions import Role
from portal.questionnaires.engine import SECTORS
from tests import make
from tests.browse import mails_to, submit, words
from tests.costs import cost
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def delegate(promoter: Promoter, name: str = "") -> object:
    """An evaluator that a promoter sends."""
    return make.user(make.held(Role.EVALUATOR, promoter=promoter), name=name)


def scene(dossiers: int = 2, people: int = 2) -> tuple:
    """Admitted dossiers of a round, evaluators, somebody of the office."""
    call = stories.closed_call()
    sent = [stories.admitted(call) for _each in range(dossiers)]
    return round_of(sent[0]), sent, [stories.evaluator() for _each in range(people)]


def pairs_in(of_round: object) -> set[tuple[int, int]]:
    """Who judges what."""
    sheets = database.session.scalars(select(ScoreSheet).filter_by(round_id=of_round.id))
    return {(each.application_id, each.evaluator_id) for each in sheets}


def test_plan_is_done_as_it_was_read_and_each_gets_one_mail() -> None:
    of_round, sent, people = scene(dossiers=3, people=3)
    office, day = stories.staff(), clock.today() + timedelta(days=20)
    plan = plan_automatic(of_round, people, 2, office)
    assert sorted((each.before, each.after) for each in plan.loads) == [(0, 2)] * 3
    sheets = assign_plan(of_round, people, 2, office, plan.mark, day)
    assert len(sheets) == 6
    assert pairs_in(of_round) == {(each.id, user.id) for each, user in plan.pairs}
    assert {each.state for each in sent} == {ApplicationState.UNDER_EVALUATION}
    assert of_round.sheets_due_on == day
    for each in people:
        (mail,) = mails_to(each.email)
        assert day.strftime("%d/%m/%Y") in mail.body


def test_what_stands_counts_and_stays() -> None:
    of_round, (first, second), (one, other) = scene()
    stories.judged(first, one, 3, 2)
    plan = plan_automatic(of_round, [one, other], 1, stories.staff())
    assert plan.pairs == [(second, other)]
    assert [(each.user, each.before, each.after) for each in plan.loads] == [
        (one, 1, 1),
        (other, 0, 1),
    ]


def test_plan_that_has_changed_meanwhile_is_not_done() -> None:
    of_round, (first, _second), people = scene()
    office = stories.staff()
    mark = plan_automatic(of_round, people, 1, office).mark
    bar_access(first, plan_automatic(of_round, people, 1, office).pairs[0][1], "interest")
    with pytest.raises(Stale):
        assign_plan(of_round, people, 1, office, mark)
    assert pairs_in(of_round) == set()


def test_interests_barred_or_found_and_refusals_are_never_passed_over() -> None:
    owner, barred, refuser, free = (stories.evaluator() for _each in range(4))
    call, office = stories.closed_call(), stories.staff()
    application = stories.admitted(call, owner=owner)
    bar_access(application, barred, "interest")
    sheet = stories.assigned(application, refuser)
    decline_sheet(sheet, DeclineReason.TIME, "", refuser)
    plan = plan_automatic(sheet.round, [owner, barred, refuser, free], 2, office)
    assert plan.pairs == [(application, free)]
    (row,) = plan.gaps
    assert row.gap == (
        "Manca un valutatore: 2 delle persone scelte hanno un interesse, 1 ha rinunciato."
    )
    assign_plan(sheet.round, [owner, barred, refuser, free], 2, office, plan.mark)
    assert (application.id, free.id) in pairs_in(sheet.round)


def test_skills_and_promoters_are_preferred_with_the_reason_in_words() -> None:
    of_round, (application,), _none = scene(dossiers=1, people=0)
    with transaction():
        application.sector = "social_agriculture"
    farmer = delegate(Promoter.COMUNE, "Ada")
    same, different = delegate(Promoter.COMUNE, "Bea"), delegate(Promoter.ARCIDIOCESI, "Cia")
    set_skills(farmer, ["social_agriculture"], stories.staff())
    plan = plan_automatic(of_round, [same, different, farmer], 2, stories.staff())
    (row,) = plan.dossiers
    given = {each.user: each.reasons for each in row.given}
    assert set(given) == {farmer, different}
    assert given[farmer][0] == "conosce il settore: Agricoltura sociale"
    assert "arriva da un promotore diverso dagli altri" in given[different]


def test_skills_are_those_of_the_list_and_staff_alone_writes_them() -> None:
    who, office = stories.evaluator(), stories.staff()
    set_skills(who, ["crafts", "tourism"], office)
    set_skills(who, ["crafts"], office)
    skills = database.session.scalars(select(EvaluatorSkill.skill).filter_by(user_id=who.id))
    assert list(skills) == ["crafts"]
    with pytest.raises(Invalid):
        set_skills(who, ["juggling"], office)
    for somebody in (who, make.user()):
        with pytest.raises((Forbidden, NotFound)):
            set_skills(who, [], somebody)


def test_sectors_and_strands_have_keys_of_their_own() -> None:
    assert len(skill_labels()) == len(SECTORS) + 2


def test_dossiers_the_office_is_kept_from_are_left_out() -> None:
    of_round, (first, second), people = scene()
    office = stories.staff()
    bar_access(first, office, "interest")
    plan = plan_automatic(of_round, people, 1, office)
    assert [application for application, _user in plan.pairs] == [second]


def test_suggestions_leave_out_who_cannot_and_begin_with_the_least_loaded() -> None:
    of_round, (first, second), (busy, free) = scene()
    stories.judged(first, busy, 3, 2)
    barred = stories.evaluator()
    bar_access(second, barred, "interest")
    assert [each.user for each in suggestions_for(of_round, second)] == [free, busy]


def test_page_shows_the_plan_before_it_is_done(client: FlaskClient) -> None:
    of_round, (first, second), people = scene()
    office = stories.staff()
    make.sign_in(client, office)
    address = f"/gestione/avvisi/{of_round.call.code}/assegnazioni/automatica"
    shown = words(client.get(address))
    assert all(each.name in shown for each in people)
    typed = {"evaluators": [str(each.id) for each in people], "per_dossier": "1", "due_on": ""}
    preview = submit(client, address, **typed)
    assert first.practice_code in words(preview)
    assert second.practice_code in words(preview)
    assert pairs_in(of_round) == set()
    mark = plan_automatic(of_round, people, 1, office).mark
    assert submit(client, address, **typed, confirmed="0" * 16).status_code == 409
    assert pairs_in(of_round) == set()
    assert submit(client, address, **typed, confirmed=mark).status_code == 303
    assert len(pairs_in(of_round)) == 2


def test_wrong_numbers_and_days_are_shown_beside_their_fields(client: FlaskClient) -> None:
    of_round, _sent, people = scene()
    make.sign_in(client, stories.staff())
    address = f"/gestione/avvisi/{of_round.call.code}/assegnazioni/automatica"
    ids = [str(each.id) for each in people]
    assert submit(client, address, evaluators=ids, per_dossier="0").status_code == 422
    mark = plan_automatic(of_round, people, 1, stories.staff()).mark
    typed = {"evaluators": ids, "per_dossier": "1", "due_on": "01/01/2020", "confirmed": mark}
    assert submit(client, address, **typed).status_code == 422
    assert pairs_in(of_round) == set()


def test_staff_writes_down_what_an_evaluator_knows(client: FlaskClient) -> None:
    who = stories.evaluator()
    make.sign_in(client, stories.staff())
    assert submit(client, f"/gestione/valutatori/{who.id}", skills=["crafts"]).status_code == 303
    assert "Artigianato e riparazioni" in words(client.get("/gestione/valutatori"))
    assert client.get(f"/gestione/valutatori/{make.user().id}").status_code == 404


def test_plan_costs_the_same_for_few_and_many(client: FlaskClient) -> None:
    of_round, _sent, people = scene()
    make.sign_in(client, stories.staff())
    address = f"/gestione/avvisi/{of_round.call.code}/assegnazioni/automatica"
    few = cost(client, address)
    for _each in range(4):
        stories.admitted(of_round.call)
        stories.evaluator()
    assert cost(client, address) == few


def test_list_of_those_without_evaluators_holds_what_was_refused(client: FlaskClient) -> None:
    _of_round, (application, _other), (who, _second) = scene()
    sheet = stories.assigned(application, who)
    address = f"/gestione/avvisi/{application.call.code}/assegnazioni?assigned=none"
    make.sign_in(client, stories.staff())
    assert application.practice_code not in words(client.get(address))
    decline_sheet(sheet, DeclineReason.SKILL, "", who)
    assert application.practice_code in words(client.get(address))
    assert database.session.get(Application, application.id).state == "under_evaluation"
