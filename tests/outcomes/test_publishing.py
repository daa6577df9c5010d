"""Publishing a ranking at once, or as a provisional one that becomes final after its remarks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.applications.queries import get_submission, submitter_of
from portal.applications.states import ApplicationState
from portal.db import db as database
from portal.errors import Forbidden, Invalid, WrongState
from portal.evaluation.engine import mark_of
from portal.evaluation.models import Outcome, Ranking
from portal.evaluation.services import correct_points, slide_ranking
from portal.evaluation.states import RankingState
from portal.outcomes.models import ProvisionalPlace
from portal.outcomes.queries import difference_lines, differences_of
from portal.outcomes.services import confirm_ranking, publish_ranking
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, submit, words
from tests.outcomes.stories import drawn, provisional

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]
NOTHING = mark_of([])


def seen_on(ranking: Ranking) -> str:
    """The mark of what the page shows to who makes the ranking final."""
    return mark_of(differences_of(ranking))


def test_provisional_ranking_decides_nothing_and_names_the_term() -> None:
    ranking, (above, _below), _office = provisional()
    assert (ranking.state, ranking.final_at, ranking.round.closed_at) == (
        RankingState.PROVISIONAL,
        None,
        None,
    )
    assert above.state is ApplicationState.UNDER_EVALUATION
    day = clock.to_rome(ranking.remarks_until)
    assert ranking.remarks_until >= clock.now() + timedelta(days=9)
    assert (day.hour, day.minute) == (0, 0)
    (mail,) = mails_to(submitter_of(get_submission(above)).email)
    assert mail.template == "ranking_provisional"
    assert "Non è ancora deciso nulla" in mail.body


def test_term_that_ends_on_a_holiday_moves_to_a_working_day() -> None:
    with clock.at(clock.midnight(clock.today().replace(month=12, day=15))):
        ranking, _all, _office = provisional()
        last = clock.to_rome(ranking.remarks_until - timedelta(seconds=1)).date()
    assert (last.month, last.day) >= (12, 27)


def test_ranking_is_final_after_the_term_alone_and_gives_the_outcomes() -> None:
    ranking, (above, below), office = provisional()
    with pytest.raises(Invalid, match="remarks_open"):
        confirm_ranking(ranking, office, NOTHING)
    with clock.at(ranking.remarks_until):
        confirm_ranking(ranking, office, NOTHING)
    assert ranking.state is RankingState.FINAL
    assert ranking.final_at == ranking.round.closed_at == ranking.remarks_until
    assert (above.state, below.state) == (ApplicationState.SELECTED, ApplicationState.REFUSED)
    assert differences_of(ranking) == []
    with pytest.raises(WrongState):
        confirm_ranking(ranking, office, NOTHING)


def test_what_was_corrected_changes_the_final_ranking_and_the_difference_stays() -> None:
    ranking, (above, below), office = provisional()
    correct_points(above, "organisation_type", 500, "Il tipo di ente era un altro.", office)
    (first, second) = difference_lines(ranking)
    assert (first.practice_code, second.practice_code) == (
        below.practice_code,
        above.practice_code,
    )
    with clock.at(ranking.remarks_until):
        with pytest.raises(Invalid, match="ranking_changed"):
            confirm_ranking(ranking, office, NOTHING)
        confirm_ranking(ranking, office, seen_on(ranking))
    assert [place.application_id for place in ranking.places] == [below.id, above.id]
    assert above.state is ApplicationState.REFUSED
    found = {each.application_id: each for each in differences_of(ranking)}
    assert (found[above.id].before.outcome, found[above.id].after.outcome) == (
        Outcome.SELECTED,
        Outcome.BELOW_THRESHOLD,
    )
    kept = database.session.scalars(select(ProvisionalPlace)).all()
    assert {each.application_id for each in kept} == {above.id, below.id}


def test_only_the_office_makes_it_final_and_nothing_slides_before() -> None:
    ranking, _all, office = provisional()
    with clock.at(ranking.remarks_until):
        with pytest.raises(WrongState):
            slide_ranking(ranking, office)
        with pytest.raises(Forbidden):
            confirm_ranking(ranking, make.user(Role.AUDITOR), NOTHING)


def test_ranking_of_a_committee_waits_for_its_approval() -> None:
    ranking, _all, office = drawn(committee=True)
    with pytest.raises(Invalid, match="ranking_not_approved"):
        publish_ranking(ranking, office)
    assert ranking.state is RankingState.DRAFT


def test_pages_say_that_it_is_provisional_and_show_what_changes(client: FlaskClient) -> None:
    ranking, (above, below), office = provisional()
    public = f"/graduatorie/{ranking.call.code}"
    assert "Questa graduatoria è provvisoria" in words(client.get(public))
    make.sign_in(client, office)
    path = f"/gestione/avvisi/{ranking.call.code}/graduatoria/definitiva"
    assert "Non cambia nulla" in words(client.get(path))
    correct_points(above, "organisation_type", 500, "Il tipo di ente era un altro.", office)
    assert below.practice_code in words(client.get(path))
    with clock.at(ranking.remarks_until):
        make.sign_in(client, office)
        assert submit(client, path, seen=seen_on(ranking)).status_code == 303
    assert ranking.state is RankingState.FINAL
    assert "Questa graduatoria è provvisoria" not in words(client.get(public))
    assert "Che cosa hanno cambiato" in words(client.get(path))
