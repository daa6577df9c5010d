"""What the office does around a session on its pages: plan, move, call off, note who is there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.committee import services
from portal.committee.engine import ItemKind
from portal.committee.models import CommitteeMember, CommitteeSession
from portal.committee.queries import sessions_of, whole_agenda
from portal.committee.states import SessionState
from portal.outbox import Mail
from portal.permissions import Effect
from tests import make
from tests.browse import beside, mails_to, submit, words
from tests.committee import stories
from tests.committee.stories import address
from tests.evaluation.stories import closed_call
from tests.sources.stories import line

WHEN = {"scheduled_at": "2030-05-04T15:00", "place": "Sala rossa", "link": ""}
MEETING = "https://incontri.example.org/commissione"


def signed_in(
    client: FlaskClient, *totals: int
) -> tuple[stories.Committee, CommitteeSession, list[str]]:
    """The office at its desk, with a planned session on judged projects; their codes."""
    of = stories.committee(closed_call())
    dossiers = stories.judged_dossiers(of, *totals)
    session = stories.planned(of, dossiers[0])
    make.sign_in(client, of.staff)
    return of, session, [each.practice_code or "" for each in dossiers]


def invitations(to: CommitteeMember) -> list[Mail]:
    """What a member was written about sessions, in order."""
    return [mail for mail in mails_to(to.user.email) if mail.template.startswith("session_")]


def agenda(session: CommitteeSession) -> list[str]:
    """What stands on the agenda, in order."""
    return [
        item.title if item.application is None else item.application.practice_code or ""
        for item in whole_agenda(session)
    ]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"scheduled_at": "2020-05-04T15:00"}, "scheduled_at", "Quest'ora è passata."),
        ({"place": ""}, "place", "Scrivi il luogo, o il link"),
        ({"link": "incontri.example.org"}, "link", "Scrivi l'indirizzo intero"),
    ],
)
def test_session_nobody_could_come_to_is_refused_beside_its_field(
    client: FlaskClient, typed: dict[str, str], field: str, said: str
) -> None:
    of, session, _codes = signed_in(client, 4)
    for page in (f"/gestione/avvisi/{of.call.code}/nuova-seduta", address(session, "/modifica")):
        facts = {**WHEN, "turn": "1", "version": str(session.version), **typed}
        refused = submit(client, page, **facts)
        assert (refused.status_code, beside(refused, field)[: len(said)]) == (422, said)
    assert (sessions_of(of.call), session.version) == ([session], 1)


def test_convened_members_hear_of_the_new_day(client: FlaskClient) -> None:
    of, session, _codes = signed_in(client, 4)
    services.add_dossiers(session, of.staff)
    here = address(session)
    sent = submit(client, f"{here}/convoca", page=here)
    assert sent.location == here
    assert "Le convocazioni partono per e-mail" in words(client.get(here))
    typed = {**WHEN, "link": MEETING, "version": str(session.version)}
    assert submit(client, f"{here}/modifica", **typed).location == here
    assert session.scheduled_at == datetime(2030, 5, 4, 13, tzinfo=UTC)
    first, last = invitations(of.seat("metro"))
    assert [MEETING in first.body, MEETING in last.body] == [False, True]
    file = client.get(f"{here}/seduta.ics")
    assert file.mimetype == "text/calendar"
    assert ("DTSTART:20300504T130000Z" in file.text, "SEQUENCE:2" in file.text) == (True, True)


def test_session_without_an_agenda_convenes_nobody(client: FlaskClient) -> None:
    of, session, _codes = signed_in(client, 4)
    here = address(session)
    submit(client, f"{here}/convoca", page=f"{here}/presenze")
    assert "L'ordine del giorno è vuoto" in words(client.get(here))
    assert (session.convened, invitations(of.seat("metro"))) == (0, [])


def test_second_of_two_who_move_a_session_sees_both_texts(client: FlaskClient) -> None:
    of, session, _codes = signed_in(client, 4)
    page, opened = address(session, "/modifica"), str(session.version)
    services.move_session(session, of.staff, session.version, session.scheduled_at, "Sala blu")
    late = submit(client, page, **{**WHEN, "place": "Sala verde", "version": opened})
    told = words(late)
    assert late.status_code == 409
    assert "Questa seduta è stata cambiata mentre ci lavoravi" in told
    assert ("Sala verde" in told, "Sala blu" in told, session.place) == (True, True, "Sala blu")
    again = {**WHEN, "place": "Sala verde", "version": str(session.version)}
    assert submit(client, page, **again).status_code == 303
    assert session.place == "Sala verde"


def test_session_called_off_is_told_to_who_was_convened(client: FlaskClient) -> None:
    of, session, _codes = signed_in(client, 4)
    page = address(session, "/annulla")
    assert "non parte nessuna e-mail" in words(client.get(page))
    services.add_dossiers(session, of.staff)
    services.convene_session(session, of.staff)
    assert "Chi è stato convocato riceve un'e-mail." in words(client.get(page))
    off = submit(client, page)
    assert off.location == f"/gestione/avvisi/{of.call.code}/commissione"
    assert "La seduta è annullata." in words(client.get(off.location))
    templates = [mail.template for mail in invitations(of.seat("comune"))]
    assert templates == ["session_convened", "session_cancelled"]
    assert submit(client, page).status_code == 409
    assert session.state is SessionState.CANCELLED


def test_agenda_is_built_with_one_button_a_deed(client: FlaskClient) -> None:
    _of, session, (one, two, three) = signed_in(client, 4, 4, 4)
    page = address(session, "/ordine-del-giorno")
    submit(client, page, then="chosen", dossier=[one, three])
    assert "2 progetti aggiunti." in words(client.get(page))
    submit(client, page, then="chosen")
    assert "Scegli almeno un progetto." in words(client.get(page))
    blank = submit(client, page, then="other", title="")
    assert (blank.status_code, beside(blank, "title") != "") == (422, True)
    submit(client, page, then="other", title="Varie", money="y")
    assert (agenda(session), whole_agenda(session)[2].takes_money) == ([three, one, "Varie"], True)
    last = whole_agenda(session)[2].id
    submit(client, page, then=f"up:{last}")
    assert agenda(session) == [three, "Varie", one]
    submit(client, page, then=f"down:{whole_agenda(session)[0].id}")
    assert agenda(session) == ["Varie", three, one]
    submit(client, page, then=f"drop:{last}")
    assert submit(client, page, then="burn:1").status_code == 303
    assert submit(client, page, then=f"drop:{last}").status_code == 404
    submit(client, page, then="all")
    assert agenda(session) == [three, one, two]


def test_ranking_is_once_on_the_agenda(client: FlaskClient) -> None:
    _of, session, _codes = signed_in(client, 4)
    page = address(session, "/ordine-del-giorno")
    submit(client, page, then="ranking")
    submit(client, page, then="ranking")
    assert "La graduatoria è già all'ordine del giorno." in words(client.get(page))
    assert [item.kind for item in whole_agenda(session)] == [ItemKind.RANKING]


def test_item_under_discussion_stays_on_the_agenda(client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier)
    item = stories.item_on(session, dossier)
    services.take_item(item, of.staff)
    make.sign_in(client, of.staff)
    page = address(session, "/ordine-del-giorno")
    submit(client, page, then=f"drop:{item.id}")
    assert "Questo punto è stato trattato" in words(client.get(page))
    assert agenda(session) == [dossier.practice_code]


def test_session_opens_once_the_quorum_is_there(client: FlaskClient) -> None:
    of, session, _codes = signed_in(client, 4)
    services.add_dossiers(session, of.staff)
    here, seats = address(session), of.seat
    room = f"{here}/presenze"
    assert submit(client, room, here=str(seats("substitute").id)).location == room
    assert "(al posto di Valutatore comune)" in words(client.get(room))
    submit(client, f"{here}/apri", page=room)
    assert "Promotori presenti: 1. Ne servono 2: segna chi c'è." in words(client.get(here))
    assert session.state is SessionState.PLANNED
    submit(client, room, here=str(seats("metro").id))
    submit(client, room, here=str(seats("metro").id))
    submit(client, f"{here}/apri", page=here)
    assert "La seduta è aperta. Passa al primo punto." in words(client.get(here))
    there = {each.member_id: each.left_at for each in session.attendances}
    assert there == {seats("substitute").id: None, seats("metro").id: None}
    assert submit(client, room, here="0").status_code == 404


def test_who_leaves_before_the_opening_had_not_come(client: FlaskClient) -> None:
    of, session, _codes = signed_in(client, 4)
    services.add_dossiers(session, of.staff)
    room = address(session, "/presenze")
    for key in ("comune", "metro", "diocesi"):
        submit(client, room, here=str(of.seat(key).id))
    submit(client, room, gone=str(of.seat("diocesi").id))
    assert {each.member_id for each in session.attendances} == {
        of.seat("comune").id,
        of.seat("metro").id,
    }
    services.open_session(session, of.staff)
    submit(client, room, gone=str(of.seat("metro").id))
    left = {each.member_id: each.left_at is not None for each in session.attendances}
    assert left == {of.seat("comune").id: False, of.seat("metro").id: True}
    assert "Promotori presenti: 1. Ne servono 2." in words(client.get(room))


def test_late_comer_who_is_barred_leaves_the_room_at_once(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    late = of.seat("comune")
    make.access(dossier, late.user, Effect.BAR)
    session = stories.opened(of, dossier, present=("metro", "diocesi"))
    item = stories.item_on(session, dossier)
    services.take_item(item, of.staff)
    make.sign_in(client, of.staff)
    submit(client, address(session, "/presenze"), here=str(late.id))
    assert [each.member_id for each in item.recusals] == [late.id]


def test_secretary_closes_knowing_what_is_undecided(client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    first, second = stories.judged_dossiers(of, 4, 4)
    session = stories.opened(of, first)
    stories.voted(of, stories.item_on(session, second))
    make.sign_in(client, of.staff)
    page = address(session, "/chiudi")
    asked = words(client.get(page))
    assert "1 punto è senza decisione" in asked
    assert (str(first.practice_code) in asked, str(second.practice_code) in asked) == (True, False)
    assert client.get(address(session, "/verbale")).status_code == 404
    assert submit(client, page).location == address(session, "/verbale")
    assert session.state is SessionState.CLOSED
    assert submit(client, page).status_code == 409


def test_members_find_the_sessions_of_their_committees(client: FlaskClient) -> None:
    of, session, _codes = signed_in(client, 4)
    for who, shown in ((of.seat("metro").user, True), (stories.stories.evaluator(), False)):
        make.sign_in(client, who)
        assert (address(session) in client.get("/sedute").text) is shown
        assert client.get(address(session)).status_code == (200 if shown else 404)


def test_page_names_the_owner_of_the_money_who_is_missing(client: FlaskClient) -> None:
    staff = stories.stories.staff()
    code = line(staff=staff).code
    money = {"budget_line": code, "reserve": "requested_amount"}
    of = stories.committee(closed_call(rules={**stories.stories.RULES, "money": money}), staff)
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.planned(of, dossier)
    diocesi = of.promoters["diocesi"]
    services.edit_promoter(diocesi, staff, diocesi.version, diocesi.name, [code])
    make.sign_in(client, staff)
    seats = words(client.get(f"/gestione/avvisi/{of.call.code}/commissione"))
    assert f"Titolare dei fondi di questo avviso: {diocesi.name}." in seats
    missing = f"Titolare dei fondi: {diocesi.name}, ora assente."
    assert missing not in words(client.get(address(session)))
    submit(client, address(session, "/presenze"), here=str(of.seat("comune").id))
    assert missing in words(client.get(address(session)))
    submit(client, address(session, "/presenze"), here=str(of.seat("diocesi").id))
    assert missing not in words(client.get(address(session)))
