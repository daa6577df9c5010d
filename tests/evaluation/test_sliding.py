"""Renouncing a place, and who comes in after."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications.models import Application
from portal.applications.queries import get_submission
from portal.applications.services import renounce_application
from portal.applications.services.money import holder_of
from portal.applications.states import ApplicationState as S
from portal.audit import verify
from portal.calls.models import Call
from portal.db import db as database
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.evaluation.models import Outcome, Ranking
from portal.evaluation.queries import counts_of, places_of, read_places_listing, slide_of
from portal.evaluation.services import draw_ranking, slide_ranking
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from portal.sources.queries import open_reservations, room_of
from portal.sources.services import reserve
from tests import make
from tests.browse import mails_to, submit, words
from tests.evaluation import stories
from tests.sources import stories as sources

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

ASKED = ["600.00", "500.00", "300.00", "100.00"]


def judged(call: Call, number: int, asked: str | None) -> Application:
    """An application of the call, each with fewer points than the one before."""
    amount = None if asked is None else Decimal(asked)
    found = stories.admitted(call, automatic=3000 - number, requested_amount=amount)
    stories.judged(found, stories.evaluator(), 5, 3)
    return found


def published(*asked: str | None, **facts: Any) -> tuple[Ranking, list[Application]]:
    """A published ranking of applications that ask for this much, the first before all."""
    call = stories.closed_call(**facts)
    found = [judged(call, number, each) for number, each in enumerate(asked)]
    office = stories.staff()
    ranking = draw_ranking(make.round_of(call), office)
    publish_ranking(ranking, office)
    return ranking, found


def shown(ranking: Ranking) -> list[tuple[int, Outcome, Decimal | None, bool]]:
    """The lines of the ranking."""
    lines = places_of(ranking, read_places_listing({})).items
    return [(each.position, each.outcome, each.proposed, each.has_left) for each in lines]


def give_up(application: Application) -> None:
    """The applicant renounces."""
    owner = database.session.get_one(make.User, min(application.owner_ids))
    renounce_application(application, owner, "Non riusciamo a partire.", clock.now())


def test_publication_shares_the_money_and_gives_each_its_outcome() -> None:
    ranking, found = published(*ASKED, budget=Decimal("1000.00"))
    assert shown(ranking) == [
        (1, Outcome.FUNDED, Decimal("600.00"), False),
        (2, Outcome.PARTLY_FUNDED, Decimal("400.00"), False),
        (3, Outcome.RESERVE, None, False),
        (4, Outcome.RESERVE, None, False),
    ]
    assert [each.state for each in found] == [S.SELECTED, S.SELECTED, S.RESERVE, S.RESERVE]
    assert (ranking.budget, counts_of(ranking).proposed) == (Decimal("1000.00"), Decimal("1000.00"))
    owner = database.session.get_one(make.User, min(found[2].owner_ids))
    assert [each.template for each in mails_to(owner.email)] == ["application_in_reserve"]


def test_places_of_the_call_limit_who_comes_in() -> None:
    rules = {**stories.RULES, "evaluation": {"places": 2}}
    _ranking, found = published(None, None, None, rules=rules)
    assert [each.state for each in found] == [S.SELECTED, S.SELECTED, S.RESERVE]


def test_who_renounces_leaves_his_place_and_the_next_come_in() -> None:
    ranking, found = published(*ASKED, budget=Decimal("1000.00"))
    give_up(found[0])
    assert found[0].state is S.WITHDRAWN
    submission = get_submission(found[0])
    assert (submission.withdrawal_is_final, submission.withdrawal_reason) == (
        True,
        "Non riusciamo a partire.",
    )
    office = stories.staff()
    changes = slide_ranking(ranking, office)
    assert [(each.position, each.comes_in) for each in changes] == [
        (2, False),
        (3, True),
        (4, True),
    ]
    assert shown(ranking) == [
        (1, Outcome.FUNDED, Decimal("600.00"), True),
        (2, Outcome.FUNDED, Decimal("500.00"), False),
        (3, Outcome.FUNDED, Decimal("300.00"), False),
        (4, Outcome.FUNDED, Decimal("100.00"), False),
    ]
    assert [each.state for each in found[1:]] == [S.SELECTED] * 3
    templates = {
        each.template
        for application in found[1:]
        for each in mails_to(database.session.get_one(make.User, min(application.owner_ids)).email)
    }
    assert {"share_raised", "application_promoted"} < templates
    assert verify().bad_number is None
    with pytest.raises(Invalid, match="slide_nothing"):
        slide_ranking(ranking, office)


def test_slide_that_changed_meanwhile_is_refused_though_as_many_come_in() -> None:
    rules = {**stories.RULES, "evaluation": {"places": 1}}
    ranking, found = published(None, None, None, rules=rules)
    give_up(found[0])
    shown_then = slide_of(ranking)
    give_up(found[1])
    assert len(slide_of(ranking).lines) == len(shown_then.lines) == 1
    with pytest.raises(Invalid, match="slide_changed"):
        slide_ranking(ranking, stories.staff(), seen=shown_then.mark)
    assert found[2].state is S.RESERVE


def test_who_waits_may_renounce_and_is_passed_over() -> None:
    rules = {**stories.RULES, "evaluation": {"places": 1}}
    ranking, found = published(None, None, None, rules=rules)
    give_up(found[1])
    give_up(found[0])
    assert [each.position for each in slide_ranking(ranking, stories.staff())] == [3]
    assert [each.state for each in found] == [S.WITHDRAWN, S.WITHDRAWN, S.SELECTED]


def test_office_records_a_renunciation_and_nobody_else_does() -> None:
    _ranking, (found,) = published(None)
    for other in (make.user(), make.user(Role.AUDITOR), stories.evaluator()):
        with pytest.raises((Forbidden, NotFound)):
            renounce_application(found, other, "No.", clock.now())
    with pytest.raises(Invalid) as blank:
        renounce_application(found, stories.staff(), " ", clock.now())
    assert blank.value.field == "reason"
    renounce_application(found, stories.staff(), "Lettera del 3 maggio.", clock.now())
    assert found.state is S.WITHDRAWN
    with pytest.raises(WrongState):
        renounce_application(found, stories.staff(), "Di nuovo.", clock.now())


def test_draft_is_not_slid_and_only_the_office_slides() -> None:
    call = stories.closed_call()
    judged(call, 0, None)
    ranking = draw_ranking(make.round_of(call), stories.staff())
    with pytest.raises(WrongState, match="ranking_not_final"):
        slide_ranking(ranking, stories.staff())
    with pytest.raises(Forbidden):
        slide_ranking(ranking, make.user(Role.AUDITOR))


def test_money_set_aside_on_a_line_comes_free_with_the_place() -> None:
    line = sources.line("1000.00")
    rules = {
        **stories.RULES,
        "money": {"budget_line": line.code, "reserve": "requested_amount"},
        "evaluation": {"places": 1},
    }
    call = stories.closed_call(rules=rules)
    found = [judged(call, number, "400.00") for number in range(2)]
    for each in found:
        reserve(line, Decimal("400.00"), holder_of(each.practice_code), stories.staff())
    office = stories.staff()
    ranking = draw_ranking(make.round_of(call), office)
    assert ranking.budget == Decimal("1000.00")
    publish_ranking(ranking, office)
    give_up(found[0])
    assert (room_of(line).left, open_reservations(holder_of(found[0].practice_code))) == (
        Decimal("600.00"),
        [],
    )
    slide_ranking(ranking, office)
    (standing,) = open_reservations(holder_of(found[1].practice_code))
    assert (found[1].state, standing.amount) == (S.SELECTED, Decimal("400.00"))


def test_office_slides_a_ranking_as_its_page_shows_it(client: FlaskClient) -> None:
    ranking, (first, second) = published("600.00", "500.00", budget=Decimal("600.00"))
    make.sign_in(client, stories.staff())
    start = f"/gestione/avvisi/{ranking.call.code}/graduatoria"
    address = f"{start}/scorrimento"
    assert "Non si è liberato nulla che spetti a qualcuno." in words(client.get(address))
    give_up(first)
    changed = submit(client, address, seen="0" * 16)
    assert changed.location == f"{address}?turno=1"
    assert "guarda di nuovo chi entra." in words(client.get(changed.location))
    assert second.state is S.RESERVE
    done = submit(client, address, seen=slide_of(ranking).mark)
    assert done.location == f"{start}?turno=1"
    said = "È cambiata una posizione e abbiamo scritto a chi si è candidato."
    assert said in words(client.get(done.location))
    assert second.state is S.SELECTED


def test_round_without_a_ranking_has_no_page_of_it(client: FlaskClient) -> None:
    call = stories.closed_call()
    judged(call, 1, None)
    make.sign_in(client, stories.staff())
    assert client.get(f"/gestione/avvisi/{call.code}/graduatoria").status_code == 404
