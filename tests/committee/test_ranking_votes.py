"""What the committee votes on when it approves a ranking, and who reads it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from portal.committee import services
from portal.committee.engine import DecisionOutcome
from portal.committee.models import AgendaItem, CommitteeSession
from portal.committee.queries import (
    closed_to,
    compose_minutes,
    decision_on,
    shown_minutes,
    whole_agenda,
)
from portal.evaluation.services import draw_ranking, override_automatic
from portal.permissions import Effect
from tests import make
from tests.browse import TOKEN
from tests.committee import stories
from tests.evaluation.stories import closed_call

pytestmark = pytest.mark.database
MARK = re.compile(r'name="seen"[^>]*value="(\w+)"')


def session_on_ranking() -> tuple[stories.Committee, CommitteeSession, AgendaItem]:
    """A session in which a ranking of two dossiers is being discussed."""
    of = stories.committee(closed_call())
    first, _second = stories.judged_dossiers(of, 5, 4)
    session = stories.opened(of, first, ranking=True)
    draw_ranking(session.round, of.staff)
    return of, session, whole_agenda(session)[-1]


def test_minutes_tell_the_ranking_that_was_voted_on(db: SQLAlchemy) -> None:
    of, session, item = session_on_ranking()
    stories.voted(of, item)
    services.close_session(session, of.staff)
    voted_on = compose_minutes(session)["items"][-1]["places"]
    first = whole_agenda(session)[0].application
    assert first is not None
    override_automatic(first, "organisation_type", 0, "Era sbagliato.", of.staff)
    draw_ranking(session.round, of.staff)
    minutes = services.freeze_minutes(session, of.staff)
    assert len(voted_on) == 2
    assert minutes.content["items"][-1]["places"] == voted_on


def test_minutes_tell_the_scores_that_were_voted_on(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    first, _second = stories.judged_dossiers(of, 5, 4)
    session = stories.opened(of, first)
    item = whole_agenda(session)[0]
    stories.voted(of, item)
    services.close_session(session, of.staff)
    voted_on = compose_minutes(session)["items"][0]["scores"]
    override_automatic(first, "organisation_type", 0, "Era sbagliato.", of.staff)
    minutes = services.freeze_minutes(session, of.staff)
    assert voted_on["total"] != "-"
    assert minutes.content["items"][0]["scores"] == voted_on


def test_places_drawn_otherwise_under_an_open_page_are_not_voted_on(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of, session, item = session_on_ranking()
    services.take_item(item, of.staff)
    path = f"/sedute/{of.call.code}/{session.number}/punti/{item.id}"
    make.sign_in(client, of.staff)
    form = votes_form(client.get(path), of)
    first = whole_agenda(session)[0].application
    assert first is not None
    override_automatic(first, "organisation_type", 0, "Era sbagliato.", of.staff)
    draw_ranking(session.round, of.staff)
    refused = client.post(f"{path}/voto", data=form)
    assert (refused.status_code, decision_on(item)) == (422, None)
    again = client.post(f"{path}/voto", data=votes_form(refused, of))
    assert (again.status_code, decision_on(item) is None) == (303, False)


def test_second_of_two_who_write_the_votes_is_told_and_may_write_over(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of, session, _item = session_on_ranking()
    item = whole_agenda(session)[0]
    services.take_item(item, of.staff)
    path = f"/sedute/{of.call.code}/{session.number}/punti/{item.id}"
    make.sign_in(client, of.staff)
    against = votes_form(client.get(path), of, "against") | {"text": "Il secondo."}
    stories.voted(of, item)
    refused = client.post(f"{path}/voto", data=against)
    assert (refused.status_code, outcome_of(item)) == (422, DecisionOutcome.APPROVED)
    assert "Il secondo." in refused.text
    over = client.post(f"{path}/voto", data=votes_form(refused, of, "against"))
    assert (over.status_code, outcome_of(item)) == (303, DecisionOutcome.REJECTED)


def outcome_of(item: AgendaItem) -> DecisionOutcome | None:
    """What was decided on an item."""
    found = decision_on(item)
    return None if found is None else found.outcome


def votes_form(page: TestResponse, of: stories.Committee, vote: str = "favour") -> dict[str, str]:
    """The votes, all alike, as a page sends them."""
    found = {"csrf_token": TOKEN.search(page.text), "seen": MARK.search(page.text)}
    votes = {f"vote_{each.id}": vote for each in of.promoters.values()}
    return votes | {name: match[1] for name, match in found.items() if match}


@pytest.mark.check(22)
def test_ranking_is_left_out_whole_for_who_is_barred_from_one_of_it(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of, session, item = session_on_ranking()
    stories.voted(of, item)
    judged = whole_agenda(session)[0].application
    assert judged is not None
    barred, other = of.seat("comune").user, of.seat("metro").user
    make.access(judged, barred, Effect.BAR)
    path = f"/sedute/{of.call.code}/{session.number}/punti/{item.id}"
    codes = [each.application.practice_code for each in whole_agenda(session)[:2]]  # type: ignore[union-attr]
    for who, sees in ((other, codes), (barred, [])):
        text = make.sign_in(client, who).get(path).text
        assert [code for code in codes if code in text] == sees
    services.close_session(session, of.staff)
    shown = shown_minutes(compose_minutes(session), closed_to(session, barred))
    assert shown["items"][-1]["is_blank"]


def test_item_of_a_ranking_leads_the_office_to_it_and_tells_what_is_awaited(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of = stories.committee(closed_call())
    first, _second = stories.judged_dossiers(of, 5, 4)
    session = stories.opened(of, first, ranking=True)
    item = whole_agenda(session)[-1]
    path = f"/sedute/{of.call.code}/{session.number}/punti/{item.id}"
    whole = f"/gestione/avvisi/{of.call.code}/graduatoria?turno=1"
    text = make.sign_in(client, of.seat("metro").user).get(path).text
    assert "La graduatoria compare qui quando è creata" in text
    assert ('id="discussion"' in text, 'id="vote"' in text) == (False, False)
    draw_ranking(session.round, of.staff)
    assert whole not in client.get(path).text
    assert whole in make.sign_in(client, of.staff).get(path).text
    assert client.get(whole).status_code == 200
