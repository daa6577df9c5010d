"""The pages of what goes to and fro after sending, as a browser without scripts walks them."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application
from portal.i18n import in_language
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from tests import dossiers, make
from tests.applications import stories
from tests.browse import TOKEN, submit, words

pytestmark = pytest.mark.usefixtures("db")

ASKED = {
    "question.amount": ("incorrect", "Il totale non torna."),
    "question.budget": ("incomplete", "Manca il bilancio."),
}


def own(application: Application, *parts: str) -> str:
    """The address of one of the applicant's pages."""
    return "/".join(("/domande", application.practice_code, *parts))


def office(application: Application, *parts: str) -> str:
    """The address of one of the office's pages."""
    return "/".join(("/pratiche", application.practice_code, *parts))


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def asked() -> tuple[Application, Any]:
    """An application whose applicant was asked to complete it, and who asked."""
    staff = make.user(Role.STAFF)
    application = stories.under_check(stories.open_call(), staff)
    services.request_integration(application, staff, ASKED, "Grazie.")
    return application, staff


def test_withdraw_open_again_correct_and_send(client: FlaskClient) -> None:
    application = stories.sent()
    owner = stories.owner_of(application)
    make.sign_in(client, owner)
    assert "Leggi che cosa comporta il ritiro" in client.get(own(application)).text
    page = client.get(own(application, "ritira"))
    assert "nuovo numero di protocollo" in words(page)
    refused = submit(client, own(application, "ritira"), reason="Un errore.")
    assert (refused.status_code, application.state) == (422, "submitted")
    assert "Un errore." in refused.text
    submit(client, own(application, "ritira"), reason="Un errore.", confirmed="y")
    assert application.state == "withdrawn"
    assert "Riapri e correggi" in client.get(own(application)).text
    submit(client, own(application, "riapri"), page=own(application))
    assert application.state == "draft"
    assert client.get(own(application, "riepilogo")).status_code == 200
    key = hidden(client.get(own(application, "riepilogo")).text, "request_key")
    sent = submit(
        client,
        own(application, "invia"),
        page=own(application, "riepilogo"),
        confirmed="y",
        request_key=key,
    )
    assert sent.status_code == 303
    page = client.get(own(application))
    assert ("Sostituita da una successiva" in page.text, "Valida" in page.text) == (True, True)
    first = client.get(own(application, "invii", "1"))
    assert "Un errore." in first.text
    assert "Orto di quartiere" in first.text


def test_withdrawn_twice_leads_back(client: FlaskClient) -> None:
    application = stories.sent()
    owner = stories.owner_of(application)
    services.withdraw_application(application, owner, "", clock.now())
    make.sign_in(client, owner)
    assert client.get(own(application, "ritira")).status_code == 303
    again = submit(client, own(application, "ritira"), page="/account", confirmed="y")
    assert again.status_code == 409


def test_items_not_met_stand_open_and_sections_say_how_much_is_chosen(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(stories.open_call(), staff)
    judged = {"seat": ("not_met", "La sede è a Modena."), "in_time": ("met", "")}
    services.record_check(application, staff, judged)
    make.sign_in(client, staff)
    path = office(application, "integrazione")
    folded = '<details class="question ask-part"'
    top, *parts = client.get(path).text.split(folded)
    assert ("fault_check_seat" in top, "fault_check_in_time" in top) == (True, False)
    assert [part.count(">0</span>") for part in parts] == [1] * len(parts)
    assert not any(part.startswith(" data-chosen-in open>") for part in parts)
    refused = submit(client, path, action="preview", fault_question_amount="incorrect")
    wrong = [
        x for x in refused.text.split('<details class="question ask-part"') if ">1</span>" in x
    ]
    assert [x.startswith(" data-chosen-in open>") for x in wrong] == [True]
    assert "fault_question_amount" in wrong[0]


def test_office_asks_after_reading_the_mail(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(stories.open_call(), staff)
    make.sign_in(client, staff)
    assert (
        office(application, "integrazione") in client.get(office(application, "istruttoria")).text
    )
    path = office(application, "integrazione")
    nothing = submit(client, path, action="preview")
    assert nothing.status_code == 422
    typed = {"fault_question_amount": "incorrect", "text_question_amount": "Il totale non torna."}
    preview = submit(client, path, action="preview", **typed)
    assert preview.status_code == 200
    assert stories.owner_of(application).email in preview.text
    assert "Il totale non torna." in preview.text
    assert application.state == "formal_check"
    token = TOKEN.search(preview.text)
    assert token is not None
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', preview.text))
    edited = client.post(path, data={**fields, "csrf_token": token[1], "action": "edit"})
    assert "Il totale non torna." in edited.text
    sent = client.post(path, data={**fields, "csrf_token": token[1], "action": "send"})
    assert (sent.status_code, application.state) == (303, "integration_requested")
    again = client.post(path, data={**fields, "csrf_token": token[1], "action": "send"})
    assert again.status_code == 409


def test_applicant_completes_what_is_asked_and_nothing_else(client: FlaskClient) -> None:
    application, staff = asked()
    make.sign_in(client, stories.owner_of(application))
    path = own(application, "integrazione")
    page = client.get(path)
    text = words(page)
    for fact in ("Il totale non torna.", "Manca il bilancio.", "Grazie.", "Contributo richiesto"):
        assert fact in text
    assert 'name="project_title"' not in page.text
    assert "data-deadline" in page.text
    upload = FileStorage(io.BytesIO(stories.pdf().read()), "bilancio.pdf")
    version = hidden(page.text, "version")
    saved = submit(
        client,
        path,
        version=version,
        amount="5.500",
        budget=upload,
        reply="Corretto.",
        action="next",
    )
    assert (saved.status_code, saved.location) == (303, own(application, "integrazione", "invia"))
    summary = client.get(own(application, "integrazione", "invia"))
    assert "6.000,50" in summary.text
    assert "5.500,00" in summary.text
    key = hidden(summary.text, "request_key")
    address = own(application, "integrazione", "invia")
    sent = submit(client, address, request_key=key, confirmed="y")
    assert (sent.status_code, application.state) == (303, "formal_check")
    again = submit(client, address, page="/account", request_key=key, confirmed="y")
    assert again.status_code == 303
    make.sign_in(client, staff)
    check = words(client.get(office(application, "istruttoria")))
    for fact in ("Che cosa è cambiato", "6.000,50", "5.500,00", "Corretto."):
        assert fact in check


def test_answer_to_another_question_is_refused_whole(client: FlaskClient) -> None:
    application, _staff = asked()
    make.sign_in(client, stories.owner_of(application))
    path = own(application, "integrazione")
    version = hidden(client.get(path).text, "version")
    typed = {"version": version, "amount": "5.500", "project_title": "Altro"}
    assert submit(client, path, **typed).status_code == 403
    copy = queries.get_open_integration(application).answer_set
    assert answers_of(copy).value("amount") == "6000.50"


def test_colleague_saved_meanwhile_and_both_texts_are_shown(client: FlaskClient) -> None:
    application, _staff = asked()
    owner = stories.owner_of(application)
    make.sign_in(client, owner)
    path = own(application, "integrazione")
    version = hidden(client.get(path).text, "version")
    services.save_completion(
        application, {"amount": ["4.000"]}, "", owner, int(version), clock.now()
    )
    answer = submit(client, path, version=version, amount="5.500", action="save")
    assert answer.status_code == 409
    assert ("4.000" in answer.text, "5.500" in answer.text) == (True, True)


def test_wrong_answer_is_kept_and_told_beside_its_field(client: FlaskClient) -> None:
    application, _staff = asked()
    make.sign_in(client, stories.owner_of(application))
    path = own(application, "integrazione")
    version = hidden(client.get(path).text, "version")
    answer = submit(client, path, version=version, amount="tanto", action="next")
    assert answer.status_code == 422
    assert 'value="tanto"' in answer.text
    assert "Errore:" in answer.text


def test_status_says_what_comes_next_and_by_when(client: FlaskClient) -> None:
    application, _staff = asked()
    request = queries.get_open_integration(application)
    make.sign_in(client, stories.owner_of(application))
    page = words(client.get(own(application)))
    day = f"{request.due_on:%d/%m/%Y}"
    assert f"Completa quello che ti abbiamo chiesto entro la fine del {day}." in page
    assert "Presa in carico" in page
    assert "Decisione entro il" in page


def test_office_gives_more_time_and_lets_go(client: FlaskClient) -> None:
    application, staff = asked()
    make.sign_in(client, staff)
    path = office(application, "integrazione", "proroga")
    assert submit(client, path, days="", reason="").status_code == 422
    assert submit(client, path, days="5", reason="Uffici chiusi.").status_code == 303
    check = office(application, "istruttoria")
    assert (
        submit(client, office(application, "integrazione", "chiudi"), page=check).status_code == 303
    )
    assert application.state == "formal_check"


def test_old_link_to_complete_leads_to_the_application(client: FlaskClient) -> None:
    application = stories.under_check()
    make.sign_in(client, stories.owner_of(application))
    for part in ("integrazione", "integrazione/invia"):
        answer = client.get(own(application, part))
        assert (answer.status_code, answer.location) == (303, own(application))


@pytest.mark.parametrize("ranked", [True, False])
def test_ranking_is_promised_where_there_is_one(ranked: bool) -> None:
    application = stories.sent(stories.open_call(rules={**stories.RULES, "ranked": ranked}))
    staff = make.user(Role.STAFF)
    dossiers.check(application, staff)
    dossiers.admit(application, staff, [make.user(Role.EVALUATOR)])
    with in_language("it"):
        said = queries.status_of(application).next_step
    assert ("graduatoria" in said, "Quando il comitato ha deciso" in said) == (ranked, not ranked)
