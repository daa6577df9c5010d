"""The pages of outcomes as people use them: letters, reasons, remarks, the final ranking."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.db import db as database
from portal.evaluation.models import Ranking
from portal.evaluation.states import RankingState
from portal.operations.services import work_once
from portal.outcomes.models import DecisionLetter, RefusalReason, Remark
from portal.outcomes.queries import chosen_ids, letter_of, remark_of
from portal.outcomes.queries.remarks import sent_sheets
from portal.outcomes.services import (
    choose_reasons,
    reject_remark,
    save_reason,
    send_letters,
    send_remark,
    uphold_remark,
)
from portal.outcomes.states import RemarkState
from tests import make
from tests.access_outcomes import REASON
from tests.browse import TOKEN, beside, submit, words
from tests.evaluation import stories
from tests.files.makers import cut_pdf, pdf
from tests.outcomes.stories import drawn, final, owner_of, provisional, with_letters

pytestmark = pytest.mark.usefixtures("db")

TEXT = "Lo statuto era allegato e non è stato letto."
CHOOSE = "Scegli una risposta: serve per andare avanti."
NOT_LISTED = "Scegli una delle risposte dell'elenco."
FILL_IN = "Compila questo campo: serve per andare avanti."
BROKEN = "Il file non si apre: forse è incompleto. Salvalo di nuovo, poi ricaricalo."
TOO_HIGH = "I punti vanno da 0 al peso del criterio, 10."
HIDDEN = re.compile(r'name="(expected|seen)"[^>]*value="([^"]*)"')


def office_of(ranking: Ranking) -> str:
    """The address under which the office works on the call of a ranking."""
    return f"/gestione/avvisi/{ranking.call.code}"


def carried(response: TestResponse) -> dict[str, str]:
    """Return what the page carries to the button that confirms."""
    return dict(HIDDEN.findall(response.get_data(as_text=True)))


def test_list_of_letters_says_what_is_missing_until_nothing_is(client: FlaskClient) -> None:
    ranking, (_above, below), office = final()
    make.sign_in(client, office)
    start = office_of(ranking)
    shown = client.get(f"{start}/lettere")
    assert "Inviate 0 Pronte 1 Senza motivo 1" in words(shown)
    assert "Scegli i motivi di ogni esito negativo" in words(shown)
    assert f"{start}/lettere-invio" not in shown.text
    assert "Prima scrivi i motivi" in words(client.get(f"{start}/lettere/{below.practice_code}"))
    held = words(client.get(f"{start}/lettere-invio"))
    assert f"A questi esiti negativi manca ancora il motivo: {below.practice_code}." in held
    reason = save_reason(ranking.call, None, REASON, office)
    choose_reasons(ranking, below, [reason.id], office, [])
    ready = client.get(f"{start}/lettere")
    assert "Inviate 0 Pronte 2 Senza motivo 0" in words(ready)
    assert f"{start}/lettere-invio" in ready.text


def test_letter_is_read_before_and_after_its_reason_is_chosen(client: FlaskClient) -> None:
    ranking, (_above, below), office = final()
    reason = save_reason(ranking.call, None, REASON, office)
    make.sign_in(client, office)
    page = f"{office_of(ranking)}/lettere/{below.practice_code}"
    before = words(client.get(page))
    assert "in posizione 2 nella graduatoria definitiva, con 54 punti" in before
    assert "Il motivo" not in before
    wrong = submit(client, page, reasons="999999", seen="")
    assert wrong.status_code == 422
    assert beside(wrong, "reasons") == NOT_LISTED
    assert chosen_ids(below) == []
    done = submit(client, page, reasons=str(reason.id), seen="")
    assert f"La lettera di {below.practice_code} è cambiata." in words(client.get(done.location))
    after = words(client.get(page))
    assert "Il motivo Il piano economico non regge." in after
    assert "Puoi rivolgerti a: Progetti d'impresa." in after


def test_letters_leave_once_who_sends_has_seen_how_many(client: FlaskClient) -> None:
    ranking, (_above, below), office = with_letters()
    make.sign_in(client, office)
    address = f"{office_of(ranking)}/lettere-invio"
    page = client.get(address)
    assert "2 lettere prendono il loro numero di protocollo" in words(page)
    changed = submit(client, address, expected="1")
    assert changed.location == f"{address}?turno=1"
    assert "Le lettere da inviare sono cambiate: riguardale." in words(client.get(address))
    assert database.session.scalar(select(func.count()).select_from(DecisionLetter)) == 0
    sent = submit(client, address, **carried(page))
    assert "2 lettere sono partite." in words(client.get(sent.location))
    assert "Tutte le lettere sono partite." in words(client.get(address))
    letter = f"{office_of(ranking)}/lettere/{below.practice_code}"
    assert f"protocollo {letter_of(below).protocol_entry.code}." in words(client.get(letter))
    token = {"page": f"{office_of(ranking)}/motivi"}
    assert submit(client, letter, **token, seen="").status_code == 404


def test_letters_are_fetched_once_they_are_drawn(client: FlaskClient, drawn: list[str]) -> None:
    ranking, (_above, below), office = with_letters()
    code = below.practice_code
    for_office = f"{office_of(ranking)}/lettere/{code}/lettera.pdf"
    own, outcome = f"/domande/{code}/lettera.pdf", f"/domande/{code}/esito"
    make.sign_in(client, office)
    assert client.get(for_office).status_code == 404
    make.sign_in(client, owner_of(below))
    waiting = words(client.get(outcome))
    assert "La lettera con i motivi arriverà qui" in waiting
    send_letters(ranking, office, 2)
    assert client.get(own).status_code == 404
    while work_once("tests"):
        pass
    assert sum(REASON["text"] in page for page in drawn) == 1
    assert own in client.get(outcome).text
    fetched = client.get(own)
    assert (fetched.status_code, fetched.mimetype) == (200, "application/pdf")
    assert code in fetched.headers["Content-Disposition"]
    make.sign_in(client, stories.staff())
    assert client.get(for_office).data == fetched.data
    make.sign_in(client, make.user())
    assert client.get(own).status_code == 404


def test_reasons_are_added_and_changed_on_their_pages(client: FlaskClient) -> None:
    ranking, _both, office = final()
    make.sign_in(client, office)
    listed = f"{office_of(ranking)}/motivi"
    assert "Ancora nessun motivo" in words(client.get(listed))
    wrong = submit(client, listed, **{**REASON, "text": ""})
    assert (wrong.status_code, beside(wrong, "text")) == (422, FILL_IN)
    assert "Il motivo è salvato." in words(client.get(submit(client, listed, **REASON).location))
    twice = submit(client, listed, **REASON)
    assert twice.status_code == 422
    assert beside(twice, "code") == "Un altro motivo di questo avviso ha già questo codice."
    (reason,) = database.session.scalars(select(RefusalReason)).all()
    page = f"{listed}/{reason.id}"
    changed = {**REASON, "text": "Mancano i preventivi."}
    assert submit(client, page, **changed, version="1").location == listed
    assert "Mancano i preventivi." in words(client.get(listed))
    late = submit(client, page, **REASON, version="1")
    assert late.status_code == 409
    assert "Intanto qualcuno ha cambiato questo motivo." in words(late)
    assert "Il piano economico non regge." in words(late)
    assert "Mancano i preventivi." in words(client.get(listed))
    assert client.get(f"{listed}/{reason.id + 1}").status_code == 404


def test_reasons_of_another_call_are_not_there(client: FlaskClient) -> None:
    ranking, _both, office = final()
    reason = save_reason(stories.closed_call(), None, REASON, office)
    make.sign_in(client, office)
    assert client.get(f"{office_of(ranking)}/motivi/{reason.id}").status_code == 404


def test_remark_is_written_with_a_file_that_the_office_opens(client: FlaskClient) -> None:
    ranking, (above, below), office = provisional()
    listed = f"{office_of(ranking)}/osservazioni"
    make.sign_in(client, office)
    assert "Nessuno ha inviato osservazioni." in words(client.get(listed))
    make.sign_in(client, owner_of(above))
    page = f"/domande/{above.practice_code}/osservazioni"
    name, broken = cut_pdf()
    wrong = submit(client, page, text=TEXT, file=(io.BytesIO(broken), name))
    assert (wrong.status_code, beside(wrong, "file")) == (422, BROKEN)
    assert (TEXT in words(wrong), remark_of(above)) == (True, None)
    empty = submit(client, page, text=" ")
    assert (empty.status_code, beside(empty, "text")) == (422, FILL_IN)
    name, content = pdf()
    sent = submit(client, page, text=TEXT, file=(io.BytesIO(content), name))
    own = words(client.get(sent.location))
    assert "La tua osservazione è inviata." in own
    assert TEXT in own
    send_remark(below, TEXT, owner_of(below))
    make.sign_in(client, office)
    assert f"{above.practice_code} " in words(client.get(listed))
    fetched = client.get(f"{listed}/{above.practice_code}/allegato")
    assert fetched.status_code == 200
    assert fetched.headers["Content-Type"] == "application/pdf"
    assert client.get(f"{listed}/{below.practice_code}/allegato").status_code == 404


def test_remark_after_the_term_is_answered_calmly_with_the_text_to_copy(
    client: FlaskClient,
) -> None:
    ranking, (above, _below), _office = provisional()
    page = f"/domande/{above.practice_code}/osservazioni"
    outcome = f"/domande/{above.practice_code}/esito"
    with clock.at(ranking.remarks_until - timedelta(seconds=1)):
        make.sign_in(client, owner_of(above))
        assert "Invia un'osservazione" in words(client.get(outcome))
        token = TOKEN.search(client.get(page).text)
    with clock.at(ranking.remarks_until):
        assert "Invia un'osservazione" not in words(client.get(outcome))
        assert "Il tempo per le osservazioni è finito." in words(client.get(page))
        late = client.post(page, data={"csrf_token": token[1], "text": TEXT})
    assert (late.status_code, TEXT in late.text) == (409, True)
    assert "Il termine è finito" in words(late)
    assert "ufficio@esempio.example.org" in words(late)
    assert remark_of(above) is None


def test_pages_of_the_ranking_say_when_the_term_for_remarks_is_over(client: FlaskClient) -> None:
    ranking, _both, office = provisional()
    start = office_of(ranking)
    over = "Il termine per le osservazioni è finito il"
    pages = (f"{start}/osservazioni", f"{start}/graduatoria", f"/graduatorie/{ranking.call.code}")
    for instant, is_over in ((-timedelta(seconds=1), False), (timedelta(), True)):
        with clock.at(ranking.remarks_until + instant):
            make.sign_in(client, office)
            shown = [words(client.get(each)) for each in pages]
        assert [over.lower() in each.lower() for each in shown] == [is_over] * 3
        assert ["fino alla fine del" in each for each in shown] == [not is_over] * 3


def test_second_remark_is_answered_with_its_text(client: FlaskClient) -> None:
    _ranking, (above, _below), _office = provisional()
    page = f"/domande/{above.practice_code}/osservazioni"
    make.sign_in(client, owner_of(above))
    token = TOKEN.search(client.get(page).text)
    first = send_remark(above, "Una collega ha già scritto.", owner_of(above))
    again = client.post(page, data={"csrf_token": token[1], "text": TEXT})
    assert (again.status_code, TEXT in again.text) == (409, True)
    assert first.text == "Una collega ha già scritto."


def test_call_without_remarks_has_no_page_of_them(client: FlaskClient) -> None:
    ranking, _both, office = final()
    make.sign_in(client, office)
    assert client.get(f"{office_of(ranking)}/osservazioni").status_code == 404
    assert client.get(f"{office_of(ranking)}/graduatoria/definitiva").status_code == 404


def decided_page(above: Application, ranking: Ranking) -> tuple[Remark, str]:
    """A remark that waits, and the address where it is decided."""
    remark = send_remark(above, TEXT, owner_of(above))
    return remark, f"{office_of(ranking)}/osservazioni/{above.practice_code}"


def test_staff_rejects_a_remark_after_wrong_input(client: FlaskClient) -> None:
    ranking, (above, _below), office = provisional()
    remark, page = decided_page(above, ranking)
    make.sign_in(client, office)
    undecided = submit(client, page, answer="No.", version="1")
    assert (undecided.status_code, beside(undecided, "decision")) == (422, CHOOSE)
    silent = submit(client, page, decision="reject", answer="", version="1")
    assert (silent.status_code, beside(silent, "answer")) == (422, FILL_IN)
    done = submit(client, page, decision="reject", answer="I punti sono giusti.", version="1")
    assert "L'osservazione è decisa" in words(client.get(done.location))
    assert (remark.state, remark.answer) == (RemarkState.REJECTED, "I punti sono giusti.")
    assert "Respinta" in words(client.get(page))


def test_staff_upholds_a_remark_and_corrects_what_can_be(client: FlaskClient) -> None:
    ranking, (above, _below), office = provisional()
    remark, page = decided_page(above, ranking)
    make.sign_in(client, office)
    typed = {"decision": "uphold", "answer": "Hai ragione.", "version": "1"}
    unknown = submit(client, page, **typed, what="points:altro", value="5")
    assert (unknown.status_code, beside(unknown, "what")) == (422, NOT_LISTED)
    high = submit(client, page, **typed, what="points:organisation_type", value="99")
    assert (high.status_code, beside(high, "value")) == (422, TOO_HIGH)
    assert remark.state is RemarkState.SENT
    done = submit(client, page, **typed, what="points:organisation_type", value="5")
    assert done.location == f"{office_of(ranking)}/osservazioni?turno=1"
    assert remark.state is RemarkState.UPHELD
    assert "Il totale era di 64 punti e ora è di 49." in words(client.get(page))


def test_decision_taken_meanwhile_is_shown_beside_ones_own(client: FlaskClient) -> None:
    ranking, (above, _below), office = provisional()
    remark, page = decided_page(above, ranking)
    reject_remark(remark, "Ha deciso una collega.", stories.staff(), remark.version)
    make.sign_in(client, office)
    typed = {"decision": "uphold", "answer": "Hai ragione.", "what": "none", "version": "1"}
    late = submit(client, page, page=f"{office_of(ranking)}/motivi", **typed)
    assert late.status_code == 409
    assert "Ha deciso una collega." in words(late)
    assert "Che cosa avevi scritto Hai ragione." in words(late)
    assert (remark.state, remark.answer) == (RemarkState.REJECTED, "Ha deciso una collega.")


def test_ranking_is_published_then_confirmed_when_the_term_is_over(client: FlaskClient) -> None:
    ranking, (above, below), office = drawn(remarks_days=10)
    make.sign_in(client, office)
    start = f"{office_of(ranking)}/graduatoria"
    published = submit(client, f"{start}/pubblica", page=start)
    assert "La graduatoria provvisoria è pubblicata" in words(client.get(published.location))
    address = f"{start}/definitiva"
    early = client.get(address)
    assert "Si possono inviare osservazioni fino alla fine del" in words(early)
    assert carried(early) == {}
    refused = submit(client, address, page=f"{office_of(ranking)}/motivi", seen="")
    assert "rendila definitiva dopo" in words(client.get(refused.location))
    with clock.at(ranking.remarks_until):
        make.sign_in(client, office)
        page = client.get(address)
        assert "Non cambia nulla rispetto alla graduatoria provvisoria." in words(page)
        changed = submit(client, address, seen="0" * 16)
        assert "Intanto i punteggi sono cambiati" in words(client.get(changed.location))
        assert ranking.state is RankingState.PROVISIONAL
        confirmed = submit(client, address, **carried(page))
        assert "La graduatoria è definitiva" in words(client.get(confirmed.location))
    assert ranking.state is RankingState.FINAL
    states = (above.state, below.state)
    assert states == (ApplicationState.SELECTED, ApplicationState.REFUSED)


def test_ranking_that_waits_for_the_committee_is_not_published(client: FlaskClient) -> None:
    ranking, _both, office = drawn(committee=True)
    make.sign_in(client, office)
    start = f"{office_of(ranking)}/graduatoria"
    refused = submit(client, f"{start}/pubblica", page=start)
    assert "Il comitato non ha approvato" in words(client.get(refused.location))
    assert ranking.state is RankingState.DRAFT


def test_ranking_without_remarks_is_final_when_it_is_published(client: FlaskClient) -> None:
    ranking, (above, _below), office = drawn()
    make.sign_in(client, owner_of(above))
    assert client.get(f"/domande/{above.practice_code}/esito").status_code == 404
    make.sign_in(client, office)
    start = f"{office_of(ranking)}/graduatoria"
    published = submit(client, f"{start}/pubblica", page=start)
    assert "La graduatoria è pubblicata" in words(client.get(published.location))
    assert (ranking.state, above.state) == (RankingState.FINAL, ApplicationState.SELECTED)


def test_letters_are_those_of_the_final_ranking_alone(client: FlaskClient) -> None:
    waiting, (above, _below), office = provisional()
    ranking, _both, _office = final()
    make.sign_in(client, office)
    assert client.get(f"{office_of(waiting)}/lettere").status_code == 404
    assert client.get(f"{office_of(waiting)}/lettere-invio").status_code == 404
    foreign = f"{office_of(ranking)}/lettere/{above.practice_code}"
    assert client.get(foreign).status_code == 404


def test_page_of_the_final_ranking_says_what_is_missing_and_where_it_is_done(
    client: FlaskClient,
) -> None:
    ranking, (above, below), office = provisional()
    remark = send_remark(above, TEXT, owner_of(above))
    send_remark(below, TEXT, owner_of(below))
    (sheet_id, _name), *_rest = sent_sheets(remark)
    uphold_remark(remark, "Si rilegge.", office, remark.version, f"sheet:{sheet_id}")
    with clock.at(ranking.remarks_until):
        make.sign_in(client, office)
        address = f"{office_of(ranking)}/graduatoria/definitiva"
        page = client.get(address)
        gone = f"{above.practice_code} posizione 1, punti 64, Selezionata non in graduatoria"
        assert gone in words(page)
        assert f"Mancano ancora dei punteggi per: {above.practice_code}." in words(page)
        assert f"{office_of(ranking)}/osservazioni/{below.practice_code}?turno=1" in page.text
        assert f"{office_of(ranking)}/avanzamento?turno=1" in page.text
        assert carried(page) == {}
        refused = submit(client, address, page=f"{office_of(ranking)}/motivi", seen="")
        assert f"Ci sono osservazioni da decidere: {below.practice_code}." in words(
            client.get(refused.location)
        )
    assert ranking.state is RankingState.PROVISIONAL
