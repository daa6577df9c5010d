"""Minutes on their pages: read, frozen, signed, corrected; promoters and seats."""

from __future__ import annotations

import io
from datetime import timedelta

from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts.models import User
from portal.committee import services
from portal.committee.models import CommitteeSession, Promoter
from portal.committee.queries import members_of, minutes_of
from portal.committee.states import SessionState
from portal.documents import draw_document
from portal.permissions import Effect, Role
from tests import make
from tests.browse import beside, submit, words
from tests.committee import stories
from tests.committee.stories import address
from tests.evaluation.stories import closed_call
from tests.files.makers import pdf
from tests.sources.stories import line


def closed_session(client: FlaskClient) -> tuple[stories.Committee, CommitteeSession]:
    """The office at its desk, after a session that decided on its only project."""
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier)
    stories.voted(of, stories.item_on(session, dossier))
    services.close_session(session, of.staff)
    make.sign_in(client, of.staff)
    return of, session


def day(days: int = 0) -> str:
    """A day from today, as people write it."""
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


def test_minutes_are_read_then_frozen_then_downloaded(client: FlaskClient) -> None:
    of, session = closed_session(client)
    page = address(session, "/verbale")
    before = words(client.get(page))
    assert ("Questa è un'anteprima" in before, "Come da discussione." in before) == (True, True)
    assert submit(client, page).location == page
    (minutes,) = minutes_of(session)
    after = words(client.get(page))
    protocol = minutes.protocol_entry.code
    assert f"Il verbale è chiuso, protocollo {protocol}." in after
    assert ("Questa è un'anteprima" in after, "Non ha ancora firmato nessuno." in after) == (
        False,
        True,
    )
    assert client.get(f"{page}/1.pdf").status_code == 404
    draw_document(minutes.document_id)
    assert client.get(f"{page}/1.pdf").data.startswith(b"%PDF-")
    assert client.get(f"{page}/2.pdf").status_code == 404
    make.sign_in(client, of.seat("metro").user)
    assert f"Verbale n. 1, protocollo {protocol}" in words(client.get(page))
    assert "Registra" not in words(client.get(page))


def test_minutes_that_tell_nothing_of_an_item_are_not_frozen(client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier)
    services.take_item(stories.item_on(session, dossier), of.staff)
    services.close_session(session, of.staff)
    make.sign_in(client, of.staff)
    page = address(session, "/verbale")
    submit(client, page)
    assert "trattati senza un voto né un appunto: 1." in words(client.get(page))
    assert (session.state, list(minutes_of(session))) == (SessionState.CLOSED, [])
    assert client.get(address(session, "/rettifica")).status_code == 404


def test_signed_file_is_kept_beside_its_minutes(client: FlaskClient) -> None:
    of, session = closed_session(client)
    services.freeze_minutes(session, of.staff)
    page = address(session, "/verbale/1/firma")
    chair, (name, content) = str(of.seat("comune").id), pdf("verbale firmato.pdf")
    typed = {"member": chair, "kind": "digital", "signed_on": day()}
    without = submit(client, page, **typed)
    assert (without.status_code, beside(without, "file")) == (422, "Carica il file firmato.")
    early = submit(client, page, **{**typed, "signed_on": day(1), "kind": "handwritten"})
    assert (early.status_code, beside(early, "signed_on")) == (
        422,
        "Non si firma prima che il verbale sia chiuso, né in giorni futuri.",
    )
    odd = submit(client, page, **typed, file=(io.BytesIO(b"MZ" + bytes(99)), "firma.exe"))
    assert (odd.status_code, beside(odd, "file") != "") == (422, True)
    assert minutes_of(session)[0].signatures == []
    done = submit(client, page, **typed, file=(io.BytesIO(content), name))
    assert done.location == address(session, "/verbale")
    assert "Valutatore comune: Firma digitale" in words(client.get(done.location))
    (signature,) = minutes_of(session)[0].signatures
    firm = address(session, f"/verbale/1/firme/{signature.id}")
    assert client.get(firm).data == content
    assert client.get(address(session, "/verbale/1/firme/0")).status_code == 404
    assert submit(client, page, **typed).status_code == 422


def test_correction_stands_beside_the_first_minutes(client: FlaskClient) -> None:
    of, session = closed_session(client)
    services.freeze_minutes(session, of.staff)
    page = address(session, "/rettifica")
    blank = submit(client, page, text=" ")
    assert (blank.status_code, beside(blank, "text") != "") == (422, True)
    done = submit(client, page, text="Il presidente era Anna Bianchi.")
    told = words(client.get(done.location))
    assert "Il verbale n. 2 rettifica il primo." in told
    assert "Rettifica il verbale n. 1: Il presidente era Anna Bianchi." in told
    assert [each.corrects_id for each in minutes_of(session)] == [None, minutes_of(session)[0].id]


def test_minutes_with_a_blank_are_not_handed_out(client: FlaskClient) -> None:
    of, session = closed_session(client)
    services.freeze_minutes(session, of.staff)
    draw_document(minutes_of(session)[0].document_id)
    barred = of.seat("comune").user
    dossier = session.items[0].application
    assert dossier is not None
    make.access(dossier, barred, Effect.BAR)
    make.sign_in(client, barred)
    page = address(session, "/verbale")
    told = words(client.get(page))
    assert ("Punto lasciato in bianco" in told, "Come da discussione." in told) == (True, False)
    assert client.get(f"{page}/1.pdf").status_code == 404


def office(client: FlaskClient) -> User:
    """Somebody of the office at the desk."""
    staff = make.user(Role.STAFF)
    make.sign_in(client, staff)
    return staff


def test_promoter_is_written_down_once(db: SQLAlchemy, client: FlaskClient) -> None:
    code = line(staff=office(client)).code
    page = "/gestione/nuovo-promotore"
    assert "Nuovo promotore" in words(client.get("/gestione/promotori"))
    typed = {"code": "diocesi", "name": "Arcidiocesi di Bologna", "lines": code}
    wrong = submit(client, page, **{**typed, "code": "La Diocesi"})
    assert (wrong.status_code, beside(wrong, "code")[:24]) == (422, "Usa lettere minuscole, c")
    assert submit(client, page, **typed).location == "/gestione/promotori"
    assert f"Arcidiocesi di Bologna diocesi {code}" in words(client.get("/gestione/promotori"))
    again = submit(client, page, code="diocesi", name="Altra diocesi")
    assert (again.status_code, beside(again, "code")) == (
        422,
        "C'è già un promotore con questo codice.",
    )
    assert db.session.scalars(db.select(Promoter.name)).all() == ["Arcidiocesi di Bologna"]
    assert client.get("/gestione/promotori/comune").status_code == 404


def test_second_of_two_who_edit_a_promoter_sees_both_names(client: FlaskClient) -> None:
    staff = office(client)
    promoter = services.create_promoter(staff, code="metro", name="Metro")
    opened = str(promoter.version)
    services.edit_promoter(promoter, staff, promoter.version, "Città metropolitana")
    page = "/gestione/promotori/metro"
    late = submit(client, page, name="Area metropolitana", version=opened)
    told = words(late)
    assert late.status_code == 409
    assert "Questo promotore è stato cambiato mentre ci lavoravi" in told
    assert "Area metropolitana Città metropolitana" in told
    assert promoter.name == "Città metropolitana"
    again = {"name": "Area metropolitana", "version": str(promoter.version)}
    assert submit(client, page, **again).status_code == 303
    assert promoter.name == "Area metropolitana"


def test_seat_that_can_not_be_is_refused_beside_its_field(client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    make.sign_in(client, of.staff)
    page = f"/gestione/avvisi/{of.call.code}/commissione"
    typed = {
        "user": str(stories.stories.evaluator().id),
        "function": "member",
        "promoter": "metro",
        "act": "DD/9277/2026",
        "appointed_on": "15/01/2026",
    }
    refusals = {
        "function": ({"function": "chair"}, "Il comitato ha già un presidente: Valutatore"),
        "promoter": ({"promoter": ""}, "Scegli il promotore per cui vota questa persona."),
        "appointed_on": ({"appointed_on": day(1)}, "Questo giorno"),
        "user": ({"user": str(make.user().id)}, "Scegli"),
    }
    for field, (wrong, said) in refusals.items():
        refused = submit(client, page, **{**typed, **wrong})
        assert (refused.status_code, beside(refused, field)[: len(said)]) == (422, said)
    assert len(members_of(of.call)) == len(of.members)


def test_seat_ended_during_a_session_leaves_it(client: FlaskClient) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier)
    gone = of.seat("metro")
    make.sign_in(client, of.staff)
    page = f"/gestione/avvisi/{of.call.code}/commissione"
    asked = f"{page}/{gone.id}/fine"
    assert "Terminare la nomina di Valutatore metro?" in words(client.get(asked))
    assert submit(client, asked).location == page
    assert "La nomina è finita." in words(client.get(page))
    left = {each.member_id for each in session.attendances if each.left_at is not None}
    assert (left, gone.is_in_force) == ({gone.id}, False)
    make.sign_in(client, gone.user)
    assert client.get(address(session)).status_code == 404


def test_minutes_are_read_in_the_language_they_are_written_in(client: FlaskClient) -> None:
    of, session = closed_session(client)
    page = address(session, "/verbale")
    submit(client, page)
    make.sign_in(client, make.user(Role.STAFF, language="en"))
    said = words(client.get(page))
    assert "Nobody has signed yet." in said
    assert ("Chi c'era" in said, "Who was there" in said) == (True, False)
    assert ("Totale: " in said, "Total: " in said) == (True, False)
