"""What the committee votes on after remarks: the places as the scores give them, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.committee import services
from portal.committee.models import CommitteeSession, Minutes
from portal.committee.queries import Approval, approval_of, get_minutes, whole_agenda
from portal.committee.services import freeze_minutes
from portal.errors import Invalid, NotFound
from portal.evaluation.engine import mark_of
from portal.evaluation.models import Ranking
from portal.evaluation.services import correct_points, draw_ranking
from portal.evaluation.states import RankingState
from portal.outcomes.queries import difference_lines
from portal.outcomes.queries.remarks import sent_sheets
from portal.outcomes.services import confirm_ranking, publish_ranking, send_remark, uphold_remark
from portal.permissions import Effect
from tests import make
from tests.browse import submit, words
from tests.committee import stories
from tests.evaluation.stories import RULES, closed_call
from tests.outcomes.stories import owner_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

TEXT = "Il tipo di ente è un altro."
OVERTAKEN = "Dopo il voto della seduta %s le posizioni sono cambiate"


def provisional() -> tuple[stories.Committee, Ranking, Application, Application]:
    """A provisional ranking of two that a committee has approved in its first session."""
    rules = {**RULES, "evaluation": {"committee": True, "remarks_days": 10, "places": 1}}
    of = stories.committee(closed_call(rules=rules))
    first, second = stories.judged_dossiers(of, 5, 4)
    ranking = draw_ranking(make.round_of(of.call), of.staff)
    approve(of, first)
    publish_ranking(ranking, of.staff)
    return of, ranking, first, second


def on_ranking(of: stories.Committee, dossier: Application) -> tuple[CommitteeSession, Any]:
    """A session under way, and its item about the ranking."""
    session = stories.opened(of, dossier, ranking=True)
    return session, whole_agenda(session)[-1]


def approve(of: stories.Committee, dossier: Application) -> tuple[CommitteeSession, Minutes]:
    """A session in which all approve the ranking, with its minutes frozen."""
    session, item = on_ranking(of, dossier)
    stories.voted(of, item)
    services.close_session(session, of.staff)
    return session, freeze_minutes(session, of.staff)


def uphold(application: Application, office: User, what: str, value: str = "") -> None:
    """A remark that is upheld."""
    remark = send_remark(application, TEXT, owner_of(application))
    uphold_remark(remark, "Hai ragione.", office, remark.version, what, value)


def confirm(ranking: Ranking, office: User) -> None:
    """Make it final as its page shows it."""
    changes = [each.difference for each in difference_lines(ranking)]
    confirm_ranking(ranking, office, mark_of(changes))


def test_item_shows_the_places_that_remarks_have_made(client: FlaskClient) -> None:
    of, ranking, first, second = provisional()
    uphold(first, of.staff, "points:organisation_type", "0")
    address = f"/gestione/avvisi/{of.call.code}/graduatoria/definitiva"
    with clock.at(ranking.remarks_until):
        make.sign_in(client, of.staff)
        told = words(client.get(address))
        assert OVERTAKEN % 1 in told
        assert "Rendi definitiva la graduatoria Non adesso" not in told
        session, item = on_ranking(of, first)
        page = words(client.get(stories.address(session, f"/punti/{item.id}")))
    assert f"{second.practice_code}: 78, Selezionata {first.practice_code}: 70, In lista" in page
    assert "posizione 1, punti 90, Selezionata posizione 2, punti 70, In lista di" in page


@pytest.mark.check(22)
def test_places_to_come_are_closed_to_who_is_kept_from_one_of_them(client: FlaskClient) -> None:
    of, ranking, first, second = provisional()
    barred = of.seat("comune").user
    make.access(first, barred, Effect.BAR)
    uphold(first, of.staff, "points:organisation_type", "0")
    with clock.at(ranking.remarks_until):
        session, item = on_ranking(of, first)
        stories.voted(of, item)
        page = stories.address(session, f"/punti/{item.id}")
        minutes = stories.address(session, "/verbale")
        make.sign_in(client, barred)
        assert second.practice_code not in words(client.get(page))
        services.close_session(session, of.staff)
        assert first.practice_code not in words(client.get(minutes))
        freeze_minutes(session, of.staff)
        assert first.practice_code not in words(client.get(minutes))
        assert get_minutes(session, 2, of.staff, whole=True)
        with pytest.raises(NotFound):
            get_minutes(session, 2, barred, whole=True)
        confirm(ranking, of.staff)
        assert first.practice_code in words(client.get(minutes))
        assert second.practice_code in words(client.get(page))


def test_minutes_tell_what_changed_and_the_ranking_becomes_final() -> None:
    of, ranking, first, second = provisional()
    uphold(first, of.staff, "points:organisation_type", "0")
    with clock.at(ranking.remarks_until):
        with pytest.raises(Invalid, match="ranking_not_approved"):
            confirm(ranking, of.staff)
        _session, minutes = approve(of, first)
        confirm(ranking, of.staff)
    told = minutes.content["items"][-1]
    codes = [second.practice_code, first.practice_code]
    assert [each["code"] for each in told["places"]] == codes
    moved = next(each for each in told["changes"] if each["code"] == first.practice_code)
    why = ["Non è più tra le selezionate.", "Punti automatici: prima 20, ora 0."]
    assert moved["why"] == why
    assert " ".join(why) in minutes.document.html
    assert ranking.state is RankingState.FINAL
    assert [place.application_id for place in ranking.places] == [second.id, first.id]


def test_scores_that_change_after_the_vote_want_another_one(client: FlaskClient) -> None:
    of, ranking, first, second = provisional()
    uphold(first, of.staff, "points:organisation_type", "0")
    correct_points(second, "organisation_type", 1000, "Il tipo è un altro.", of.staff)
    with clock.at(ranking.remarks_until):
        session, _minutes = approve(of, first)
        assert approval_of(ranking.round).approval is Approval.APPROVED
        correct_points(second, "organisation_type", 500, "Era sbagliato.", of.staff)
        assert approval_of(ranking.round).approval is Approval.OVERTAKEN
        make.sign_in(client, of.staff)
        address = f"/gestione/avvisi/{of.call.code}/graduatoria/definitiva"
        for page in (address, stories.address(session)):
            assert OVERTAKEN % session.number in words(client.get(page))
        refused = submit(client, address, page=stories.address(session), seen="")
        assert refused.status_code == 303
        assert ranking.state is RankingState.PROVISIONAL
        correct_points(second, "organisation_type", 1000, "Era giusto.", of.staff)
        assert approval_of(ranking.round).approval is Approval.APPROVED
        confirm(ranking, of.staff)
    assert ranking.state is RankingState.FINAL


def test_nobody_votes_while_a_sheet_is_judged_again() -> None:
    of, ranking, first, _second = provisional()
    remark = send_remark(first, TEXT, owner_of(first))
    (sheet_id, _name), *_rest = sent_sheets(remark)
    uphold_remark(remark, "Si rilegge.", of.staff, remark.version, f"sheet:{sheet_id}")
    with clock.at(ranking.remarks_until):
        _session, item = on_ranking(of, first)
        with pytest.raises(Invalid, match="ranking_unfinished"):
            stories.voted(of, item)


def test_approved_places_wait_for_their_minutes() -> None:
    of, ranking, first, _second = provisional()
    uphold(first, of.staff, "points:organisation_type", "0")
    with clock.at(ranking.remarks_until):
        session, item = on_ranking(of, first)
        stories.voted(of, item)
        found = approval_of(ranking.round)
        assert (found.approval, found.number) == (Approval.NOT_MINUTED, session.number)
        with pytest.raises(Invalid, match="ranking_not_approved"):
            confirm(ranking, of.staff)
