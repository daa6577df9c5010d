"""Drawing rankings and publishing them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.applications.queries import get_submission, submitter_of
from portal.applications.services import withdraw_application
from portal.applications.states import ApplicationState
from portal.audit import AuditEntry, verify
from portal.calls.models import Call
from portal.db import db as database
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.evaluation.models import Outcome, Ranking
from portal.evaluation.queries import (
    counts_of,
    get_ranking,
    places_of,
    published_rankings,
    read_places_listing,
)
from portal.evaluation.services import draw_ranking
from portal.evaluation.states import SHEET, RankingState
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, words
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

FIRST_PAGE = read_places_listing({})


def lines(ranking: Ranking) -> list:
    """The first page of the ranking."""
    return places_of(ranking, FIRST_PAGE).items


def two_judged(**facts: object) -> tuple[Call, list]:
    """A call with a dossier above the threshold of 60 points and one below."""
    call = stories.closed_call(**facts)
    above, below = stories.admitted(call, automatic=2000), stories.admitted(call, automatic=1000)
    who = stories.evaluator()
    stories.judged(above, who, 3, 2)
    stories.judged(below, who, 3, 2)
    return call, [above, below]


def test_ranking_orders_by_total_and_judges_by_the_threshold() -> None:
    call, (above, below) = two_judged()
    ranking = draw_ranking(make.round_of(call), stories.staff())
    assert ranking.state is RankingState.DRAFT
    found = [
        (each.position, each.application_id, each.total_hundredths, each.outcome, each.reason)
        for each in ranking.places
    ]
    assert found == [
        (1, above.id, 6400, Outcome.SELECTED, {"by": "total"}),
        (
            2,
            below.id,
            5400,
            Outcome.BELOW_THRESHOLD,
            {"by": "total", "threshold": {"total": 5400, "needed": 6000}},
        ),
    ]
    assert (counts_of(ranking).selected, counts_of(ranking).below) == (1, 1)
    assert above.state is ApplicationState.UNDER_EVALUATION


def test_exactly_the_threshold_is_enough() -> None:
    call = stories.closed_call()
    stories.judged(stories.admitted(call, automatic=1600), stories.evaluator(), 3, 2)
    (place,) = draw_ranking(make.round_of(call), stories.staff()).places
    assert (place.total_hundredths, place.outcome) == (6000, Outcome.SELECTED)


def test_tie_is_broken_by_the_criterion_of_the_grid_and_says_so() -> None:
    call = stories.closed_call()
    # 8 + 20 = 28 and 24 + 0 = 24, made equal by the automatic points
    social, solid = stories.admitted(call, automatic=2400), stories.admitted(call, automatic=2000)
    who = stories.evaluator()
    stories.judged(solid, who, 1, 2)
    stories.judged(social, who, 3, 0)
    first, second = lines(draw_ranking(make.round_of(call), stories.staff()))
    assert (first.practice_code, first.total) == (social.practice_code, 4800)
    assert (second.practice_code, second.total) == (solid.practice_code, 4800)
    assert first.reasons == [
        "Il totale è di 48 punti; ne servono 60.",
        f"A pari punti con {solid.practice_code}, precede perché ha più punti in “Ricadute "
        "occupazionali” (24 contro 8).",
    ]


def test_last_tie_goes_to_who_arrived_first() -> None:
    call = stories.closed_call()
    who, day = stories.evaluator(), timedelta(days=1)
    late = stories.admitted(call, received_at=call.closes_at - day)
    early = stories.admitted(call, received_at=call.closes_at - 2 * day)
    for application in (late, early):
        stories.judged(application, who, 3, 2)
    ranking = draw_ranking(make.round_of(call), stories.staff())
    assert [place.application_id for place in ranking.places] == [early.id, late.id]
    assert ranking.places[0].reason == {
        "by": "received_at",
        "before": {"code": late.practice_code, "by": "received_at"},
    }


def test_drawing_again_takes_the_place_of_the_draft() -> None:
    call, (above, below) = two_judged()
    office = stories.staff()
    first = draw_ranking(make.round_of(call), office)
    stories.judged(below, stories.evaluator(), 5, 3)
    stories.judged(above, stories.evaluator(), 0, 0)
    second = draw_ranking(make.round_of(call), office)
    assert second.id == first.id
    assert [place.application_id for place in second.places] == [below.id, above.id]


def test_ranking_waits_for_every_sheet_and_names_what_is_missing() -> None:
    call, _ = two_judged()
    waiting, half = stories.admitted(call), stories.admitted(call)
    stories.drafted(half, stories.evaluator(), employment=3, sustainability=2)
    with pytest.raises(Invalid) as refusal:
        draw_ranking(make.round_of(call), stories.staff())
    assert refusal.value.code == "ranking_unfinished"
    assert refusal.value.facts == {
        "codes": ", ".join(sorted([waiting.practice_code, half.practice_code]))
    }


def test_ranking_waits_for_formal_checks_the_close_and_something_to_rank() -> None:
    office, call = stories.staff(), stories.closed_call()
    assert _refusal(call, office) == "ranking_empty"
    stories.admitted(call, state=ApplicationState.SUBMITTED)
    assert _refusal(call, office) == "ranking_unchecked"
    now = clock.now()
    still_open = stories.closed_call(closes_at=now + timedelta(seconds=1))
    assert _refusal(still_open, office) == "ranking_call_open"


def test_call_decided_without_a_ranking_draws_none(client: FlaskClient) -> None:
    office, call = stories.staff(), stories.closed_call(rules={**stories.RULES, "ranked": False})
    stories.judged(stories.admitted(call), stories.evaluator(), 3, 3)
    assert _refusal(call, office) == "ranking_not_wanted"
    make.sign_in(client, office)
    page = words(client.get(f"/gestione/avvisi/{call.code}/risultati"))
    assert ("Crea la graduatoria" in page, "Che cosa manca" in page) == (False, False)


def test_long_list_of_what_is_missing_is_cut() -> None:
    call = stories.closed_call()
    for _ in range(14):
        stories.admitted(call)
    with pytest.raises(Invalid) as refusal:
        draw_ranking(make.round_of(call), stories.staff())
    assert str(refusal.value.facts["codes"]).count("IPL-") == 12
    assert str(refusal.value.facts["codes"]).endswith(" …")


def test_publishing_gives_outcomes_and_tells_every_applicant() -> None:
    call, (above, below) = two_judged()
    office = stories.staff()
    publish_ranking(draw_ranking(make.round_of(call), office), office)
    assert (above.state, above.outcome_reason) == (ApplicationState.SELECTED, None)
    assert (below.state, below.outcome_reason) == (
        ApplicationState.REFUSED,
        "Il totale è di 54 punti; ne servono 60.",
    )
    (good,), (bad,) = (mails_to(_owner(each).email) for each in (above, below))
    assert (good.template, bad.template) == ("application_selected", "application_refused")
    assert "Totale: 64 punti. La soglia è 60." in good.body
    assert "Totale: 54 punti. La soglia è 60." in bad.body
    assert f"http://localhost/graduatorie/{call.code}" in bad.body
    assert verify().bad_number is None


def test_publishing_is_one_deed_on_the_trail_with_its_outcomes() -> None:
    call, _ = two_judged()
    office = stories.staff()
    publish_ranking(draw_ranking(make.round_of(call), office), office)
    deeds = list(
        database.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.actor_id == office.id)
            .order_by(AuditEntry.number)
        )
    )
    assert deeds == [
        "ranking.draw",
        "ranking.publish",
        "application.select",
        "application.refuse",
    ]


def test_published_ranking_is_neither_drawn_nor_published_again() -> None:
    call, _ = two_judged()
    office = stories.staff()
    ranking = draw_ranking(make.round_of(call), office)
    publish_ranking(ranking, office)
    with pytest.raises(WrongState) as refusal:
        draw_ranking(make.round_of(call), office)
    assert refusal.value.code == "ranking_published"
    with pytest.raises(WrongState):
        publish_ranking(ranking, office)


def test_ranking_that_scores_no_longer_give_is_not_published() -> None:
    call, (above, _below) = two_judged()
    office = stories.staff()
    ranking = draw_ranking(make.round_of(call), office)
    stories.judged(above, stories.evaluator(), 5, 3)
    with pytest.raises(Invalid) as refusal:
        publish_ranking(ranking, office)
    assert refusal.value.code == "ranking_outdated"
    assert (ranking.state, above.state) == (
        RankingState.DRAFT,
        ApplicationState.UNDER_EVALUATION,
    )


def test_withdrawn_application_holds_the_publication_and_leaves_the_next_ranking() -> None:
    call, (above, below) = two_judged()
    office = stories.staff()
    ranking = draw_ranking(make.round_of(call), office)
    owner = submitter_of(get_submission(above))
    withdraw_application(above, owner, "", clock.now())
    with pytest.raises(Invalid, match="ranking_outdated"):
        publish_ranking(ranking, office)
    again = draw_ranking(make.round_of(call), office)
    assert [place.application_id for place in again.places] == [below.id]


def test_sheet_reopened_after_the_draft_holds_the_publication() -> None:
    call, (above, _below) = two_judged()
    office, who = stories.staff(), stories.evaluator()
    sheet = stories.judged(above, who, 3, 2)
    ranking = draw_ranking(make.round_of(call), office)
    with transaction():
        SHEET.advance(sheet, "reopen", office)
    with pytest.raises(Invalid) as refusal:
        publish_ranking(ranking, office)
    assert refusal.value.code == "ranking_unfinished"


def test_nobody_publishes_the_outcome_of_his_own_dossier() -> None:
    owner, call = stories.staff(), stories.closed_call()
    own = stories.admitted(call, owner=owner)
    stories.judged(own, stories.evaluator(), 3, 2)
    ranking = draw_ranking(make.round_of(call), stories.staff())
    with pytest.raises(Invalid) as refusal:
        publish_ranking(ranking, owner)
    assert refusal.value.code == "ranking_own_dossier"
    assert (ranking.state, own.state) == (RankingState.DRAFT, ApplicationState.UNDER_EVALUATION)


def test_only_the_office_draws_and_publishes() -> None:
    call, _ = two_judged()
    ranking = draw_ranking(make.round_of(call), stories.staff())
    for other in (make.user(Role.AUDITOR), stories.evaluator(), make.user()):
        with pytest.raises(Forbidden):
            draw_ranking(make.round_of(call), other)
        with pytest.raises(Forbidden):
            publish_ranking(ranking, other)


def test_draft_is_for_the_office_and_publication_for_all() -> None:
    call, _ = two_judged()
    office, visitor = stories.staff(), make.user()
    ranking = draw_ranking(make.round_of(call), office)
    assert get_ranking(call.code, office) is ranking
    assert get_ranking(call.code, make.user(Role.AUDITOR)) is ranking
    for other in (visitor, stories.evaluator()):
        with pytest.raises(NotFound):
            get_ranking(call.code, other)
    assert published_rankings() == []
    publish_ranking(ranking, office)
    assert get_ranking(call.code, visitor) is ranking
    (line,) = published_rankings()
    assert (line.call_code, line.places, line.selected) == (call.code, 2, 1)


def test_hidden_names_do_not_leave_the_database() -> None:
    call, (above, _below) = two_judged(names_hidden=True)
    first = lines(draw_ranking(make.round_of(call), stories.staff()))[0]
    assert (first.practice_code, first.name, first.title) == (above.practice_code, "", "")
    call, (above, _below) = two_judged()
    first = lines(draw_ranking(make.round_of(call), stories.staff()))[0]
    assert (first.name, first.title) == (above.applicant.name, above.title)


def _refusal(call: Call, office: object) -> str:
    with pytest.raises(Invalid) as refusal:
        draw_ranking(make.round_of(call), office)
    return refusal.value.code


def _owner(application: object) -> object:
    return database.session.get_one(make.User, min(application.owner_ids))
