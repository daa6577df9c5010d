"""The pages of the committee, as the secretary and the members use them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from portal.committee import services
from portal.committee.engine import DecisionOutcome
from portal.committee.models import CommitteeMember, CommitteeSession, Decision, Promoter
from portal.committee.queries import whole_agenda
from portal.committee.states import SessionState
from portal.permissions import Effect, Role
from tests import make
from tests.browse import TOKEN, submit
from tests.committee import stories
from tests.committee.stories import address
from tests.costs import cost
from tests.evaluation.stories import closed_call
from tests.sources.stories import line

MOST_QUERIES = 28


def post(
    client: FlaskClient, url: str, typed: dict[str, str] | None = None, accept: str = "*/*"
) -> TestResponse:
    """Send what was typed with the token that every page carries."""
    token = TOKEN.search(client.get("/").text)
    assert token is not None
    data = {"csrf_token": token[1], **(typed or {})}
    return client.post(url, data=data, headers={"Accept": accept})


@pytest.mark.database
def test_secretary_runs_a_session_by_plain_forms(db: SQLAlchemy, client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    first, second = stories.judged_dossiers(of, 4, 4)
    make.sign_in(client, of.staff)
    planned = post(
        client,
        f"/gestione/avvisi/{of.call.code}/nuova-seduta",
        {"scheduled_at": "2030-05-04T15:00", "place": "Sala rossa", "turn": "1"},
    )
    session = db.session.scalars(sa.select(CommitteeSession)).one()
    assert planned.location == address(session, "/ordine-del-giorno")
    for typed in ({"then": "all"}, {"then": "other", "title": "Varie"}):
        post(client, planned.location, typed)
    post(client, address(session, "/convoca"))
    for key in ("comune", "metro", "diocesi"):
        post(client, address(session, "/presenze"), {"here": str(of.seat(key).id)})
    post(client, address(session, "/apri"))
    items = whole_agenda(session)
    assert session.state is SessionState.OPEN
    assert [item.application_id for item in items] == [second.id, first.id, None]
    first_room, room = (address(session, f"/punti/{each.id}") for each in items[:2])
    post(client, f"{first_room}/tratta")
    typed = {"version": str(items[0].version), "notes": "Convince.", "then": "next"}
    assert post(client, first_room, typed).location == room
    assert (items[0].notes, items[1].is_current) == ("Convince.", True)
    votes = {f"vote_{each.id}": "favour" for each in of.promoters.values()}
    submit(client, f"{room}/voto", room, **votes)
    assert db.session.scalars(sa.select(Decision)).one().outcome is DecisionOutcome.APPROVED
    post(client, address(session, "/chiudi"))
    assert "Convince." in client.get(address(session, "/verbale")).text
    post(client, address(session, "/verbale"))
    assert session.state is SessionState.MINUTED


def test_notes_are_kept_for_a_script(db: SQLAlchemy, client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    services.take_item(item, of.staff)
    make.sign_in(client, of.staff)
    room = address(item.session, f"/punti/{item.id}")
    before = str(item.version)
    typed = {"version": before, "notes": "A voce."}
    answer = post(client, room, typed, accept="application/json")
    assert (answer.status_code, answer.json["version"]) == (200, item.version)  # type: ignore[index]
    stale = post(client, room, {**typed, "notes": "Altro."})
    assert (stale.status_code, "A voce." in stale.text, "Altro." in stale.text) == (409, True, True)
    assert item.notes == "A voce."


def test_refused_votes_stay_on_the_page(db: SQLAlchemy, client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    services.take_item(item, of.staff)
    make.sign_in(client, of.staff)
    own = of.promoters["diocesi"].id
    typed = {f"vote_{own}": "against", f"dissent_{own}": "Il piano è fragile."}
    room = address(item.session, f"/punti/{item.id}")
    answer = post(client, f"{room}/voto", typed)
    assert (answer.status_code, "Il piano è fragile." in answer.text) == (422, True)
    reasons = {"mark_employment": "5", "reason_employment": "", "version": str(item.version)}
    refused = post(client, f"{room}/punteggi", reasons)
    assert (refused.status_code, "Scrivi perché" in refused.text) == (422, True)


@pytest.mark.database
@pytest.mark.check(22)
def test_barred_member_finds_neither_item_nor_count(db: SQLAlchemy, client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    dossier, other = stories.judged_dossiers(of, 4, 4)
    barred = of.seat("comune").user
    make.access(dossier, barred, Effect.BAR)
    session = stories.opened(of, dossier)
    item = stories.item_on(session, dossier)
    services.take_item(item, of.staff)
    make.sign_in(client, barred)
    page = client.get(address(session)).text
    assert (dossier.practice_code in page, other.practice_code in page) == (False, True)
    assert ("1 punto" in page, "2 punti" in page) == (True, False)
    assert client.get(address(session, f"/punti/{item.id}")).status_code == 404


@pytest.mark.check(18)
def test_member_reads_scores_once_his_own_are_sent(db: SQLAlchemy, client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    late = of.seat("comune").user
    stories.stories.assigned(dossier, late)
    session = stories.opened(of, dossier)
    item = stories.item_on(session, dossier)
    room = address(session, f"/punti/{item.id}")
    found = {}
    for who in (late, of.seat("metro").user):
        make.sign_in(client, who)
        found[who.id, "before"] = "Punteggi a confronto" in client.get(room).text
    services.take_item(item, of.staff)
    for who in (late, of.seat("metro").user):
        make.sign_in(client, who)
        told = client.get(room).text
        found[who.id, "during"] = "Punteggi a confronto" in told
        assert ("Vai alla tua scheda" in told) == (who == late)
    assert list(found.values()) == [False, False, False, True]


def test_seat_is_given_and_ended(db: SQLAlchemy, client: FlaskClient) -> None:
    call, staff = closed_call(), make.user(Role.STAFF)
    stories.promoters(staff)
    who = stories.stories.evaluator()
    make.sign_in(client, staff)
    page = f"/gestione/avvisi/{call.code}/commissione"
    typed = {
        "user": str(who.id),
        "function": "chair",
        "promoter": "",
        "act": "DD/9277/2026",
        "appointed_on": "15/01/2026",
    }
    assert post(client, page, typed).status_code == 422
    assert post(client, page, {**typed, "promoter": "comune"}).status_code == 303
    member = db.session.scalars(sa.select(CommitteeMember)).one()
    assert (member.user_id, member.promoter.code) == (who.id, "comune")  # type: ignore[union-attr]
    post(client, f"{page}/{member.id}/fine")
    assert not member.is_in_force


def test_line_belongs_to_one_promoter(db: SQLAlchemy, client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    of = stories.promoters(staff)
    code = line(staff=staff).code
    make.sign_in(client, staff)
    own = {"version": str(of["comune"].version), "name": "Comune di Bologna", "lines": code}
    assert post(client, "/gestione/promotori/comune", own).status_code == 303
    other = {"version": str(of["metro"].version), "name": "Metro", "lines": code}
    assert post(client, "/gestione/promotori/metro", other).status_code == 422
    stale = post(client, "/gestione/promotori/comune", {**own, "version": "0", "name": "Altro"})
    assert stale.status_code == 409
    promoters = db.session.scalars(sa.select(Promoter))
    owners = {each.code: [found.code for found in each.lines] for each in promoters}
    assert owners == {"comune": [code], "metro": [], "diocesi": []}


@pytest.mark.parametrize("page", ["", "/ordine-del-giorno", "/verbale"])
def test_page_of_a_session_costs_the_same_for_many_items(
    db: SQLAlchemy, client: FlaskClient, page: str
) -> None:
    of = stories.committee(closed_call())
    costs = []
    for totals in ((4,), (4, 4, 4)):
        first, *_others = stories.judged_dossiers(of, *totals)
        session = stories.opened(of, first)
        if page == "/verbale":
            for item in whole_agenda(session):
                stories.voted(of, item)
            services.close_session(session, of.staff)
        make.sign_in(client, of.staff)
        costs.append(cost(client, address(session, page)))
    assert costs[0] == costs[1] <= MOST_QUERIES
