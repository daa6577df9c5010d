"""The pages of a call's life: the office decides, everybody reads what concerns him."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.applications.services import submit_application
from portal.calls import services
from portal.calls.engine import local_time, read_yaml, write_yaml
from portal.calls.models import Call
from portal.calls.queries import amendment_of, life_of
from portal.permissions import Role
from tests import dossiers, make
from tests.applications import stories
from tests.browse import TOKEN, submit, words
from tests.calls.lives import published_call

ACT = {f"act_{name}": text for name, text in make.ACT.items()}
REASON = "Il portale non era raggiungibile."


def typed(call: Call, **more: Any) -> dict[str, Any]:
    """What a page that decides about a call carries."""
    return {"version": str(call.version), "reason": REASON, **ACT, **more}


def test_extension_for_all_is_read_by_everybody(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    until = local_time(call.closes_at + timedelta(days=3))
    make.sign_in(client, staff)
    address = f"/gestione/avvisi/{call.code}/proroga"
    done = submit(client, address, **typed(call, closes_at=until))
    assert (done.status_code, done.location) == (303, f"/gestione/avvisi/{call.code}/storia")
    assert "Prorogato per tutti fino al" in words(client.get(done.location))
    read = words(client.application.test_client().get(f"/avvisi/{call.code}"))
    assert "La chiusura è spostata al" in read
    assert f"Perché: {REASON}" in read
    assert "Atto: Determinazione n. DD/12/2026 del 20/11/2026, Economia" in read


def test_extension_for_one_is_read_by_that_one_and_the_office(client: FlaskClient) -> None:
    staff, owner, other = make.user(Role.STAFF), make.user(), make.user()
    call = published_call(staff)
    draft = dossiers.filled_in(call, make.body(owner), owner)
    until = call.closes_at + timedelta(days=3)
    make.sign_in(client, staff)
    address = f"/gestione/avvisi/{call.code}/proroga-singola"
    given = {"tax_code": draft.applicant.tax_code, "closes_at": local_time(until)}
    assert submit(client, address, **given, reason=REASON).status_code == 303
    life = words(client.get(f"/gestione/avvisi/{call.code}/storia"))
    assert f"Prorogato solo per {draft.applicant.name} fino al" in life
    with clock.at(call.closes_at + timedelta(days=1)):
        for user, sees in ((owner, True), (other, False)):
            browser = make.sign_in(client.application.test_client(), user)
            page = words(browser.get(f"/avvisi/{call.code}"))
            assert ("Questo termine più lungo vale solo per te" in page) is sees
            assert (REASON in page) is sees
        browser = make.sign_in(client.application.test_client(), owner)
        assert "Puoi inviarla fino al" in words(browser.get(f"/domande/{draft.practice_code}"))
        assert "Da inviare entro" in words(browser.get("/area-personale"))


def test_cancelled_call_says_why_to_everybody(client: FlaskClient) -> None:
    staff, owner = make.user(Role.STAFF), make.user()
    call = published_call(staff)
    sent = dossiers.filled_in(call, make.body(owner), owner)
    submit_application(sent, owner, stories.KEY, clock.now())
    make.sign_in(client, staff)
    done = submit(client, f"/gestione/avvisi/{call.code}/annulla", **typed(call))
    assert done.status_code == 303
    assert REASON in words(client.get(f"/avvisi/{call.code}"))
    make.sign_in(client, owner)
    page = words(client.get(f"/domande/{sent.practice_code}"))
    assert "la tua candidatura non sarà valutata" in page


def test_page_out_of_date_decides_nothing(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    before = call.closes_at
    make.sign_in(client, staff)
    address = f"/gestione/avvisi/{call.code}/proroga"
    old = typed(call, closes_at=local_time(before + timedelta(days=9)))
    services.extend_call(call, staff, before + timedelta(days=1), REASON, make.ACT, call.version)
    refused = submit(client, address, **old)
    assert refused.status_code == 409
    assert "Intanto l'avviso è cambiato" in words(refused)
    assert local_time(before + timedelta(days=9)) in refused.text
    assert call.closes_at == before + timedelta(days=1)


def test_amendment_by_file_from_copy_to_version(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    make.sign_in(client, staff)
    page = f"/gestione/avvisi/{call.code}/rettifica"
    assert submit(client, page).status_code == 303
    definition = read_yaml(client.get(f"{page}/avviso.yaml").text)
    definition["title"] = {"it": "Titolo giusto", "en": "Right title"}
    assert upload(client, page, write_yaml(definition)).status_code == 303
    assert "Cambiato: il titolo." in words(client.get(page))
    amendment = amendment_of(call)
    assert amendment is not None
    version = str(amendment.version)
    done = submit(client, f"{page}/pubblica", **typed(call, version=version))
    assert done.status_code == 303
    read = words(client.get(f"/avvisi/{call.code}"))
    assert "questa è la versione 2" in read
    assert "Cambiato: il titolo." in read
    first = client.get(f"/avvisi/{call.code}/versioni/1")
    assert (first.status_code, "Titolo giusto" in words(first)) == (200, False)
    assert "Questa è una versione precedente" in words(first)
    assert client.get(f"/avvisi/{call.code}/versioni/3").status_code == 404


def test_amendment_by_the_pages_of_a_draft(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    make.sign_in(client, staff)
    page = f"/gestione/avvisi/{call.code}/rettifica"
    submit(client, page)
    part = f"{page}/parti/office"
    assert part in client.get(page).text
    shown = client.get(part).text
    given = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', shown))
    old = {name: html.unescape(text) for name, text in given.items() if name != "csrf_token"}
    saved = client.post(part, data={**token_of(shown), **old, "phone": "051 999 9999"})
    assert (saved.status_code, saved.location) == (303, page)
    assert "Cambiato: l'ufficio e i suoi contatti." in words(client.get(page))
    late = client.post(part, data={**token_of(shown), **old, "phone": "051 888 8888"})
    assert late.status_code == 409
    assert all(number in late.text for number in ("051 888 8888", "051 999 9999"))
    assert call.rules["office"]["phone"] != "051 999 9999"


def token_of(page: str) -> dict[str, str]:
    """The token of a page's form."""
    found = TOKEN.search(page)
    assert found is not None
    return {"csrf_token": found[1]}


def test_bad_file_names_line_and_field_and_changes_nothing(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    make.sign_in(client, staff)
    page = f"/gestione/avvisi/{call.code}/rettifica"
    submit(client, page)
    text = client.get(f"{page}/avviso.yaml").text
    wrong = text.replace("type: short_text", "type: short_txt", 1)
    line = text[: text.index("type: short_text")].count("\n") + 1
    refused = upload(client, page, wrong)
    assert refused.status_code == 422
    assert f"riga {line}" in words(refused).lower()
    fixed = upload(client, page, re.sub(r"(?m)^threshold: .*$", "threshold: 10", text))
    assert "la soglia di punti" in words(fixed)
    assert "Ancora niente" in words(client.get(page))
    assert words(client.get(f"{page}/scarta")).count("Per ora non cambia niente.") == 1
    assert amendment_of(call) is not None
    gone = submit(client, f"{page}/scarta")
    assert (gone.status_code, amendment_of(call)) == (303, None)
    assert client.get(f"{page}/scarta").status_code == 303


def upload(client: FlaskClient, page: str, text: str) -> Any:
    """Send a file in the place of the working copy."""
    opened = client.get(page).text
    token = TOKEN.search(opened)
    assert token is not None
    version = opened.split('name="version"')[1].split('value="')[1].split('"')[0]
    file = (io.BytesIO(text.encode()), "avviso.yaml")
    data = {"csrf_token": token[1], "version": version, "file": file}
    return client.post(f"{page}/file", data=data, content_type="multipart/form-data")


def test_life_tells_all_in_order(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    until = call.closes_at + timedelta(days=1)
    services.extend_call(call, staff, until, REASON, make.ACT, call.version)
    services.exhaust_call(call, make.user())
    services.reopen_call(call, staff)
    services.cancel_call(call, staff, REASON, make.ACT, call.version)
    titles = [event.title for event in life_of(call)]
    assert [title.split(" fino al")[0] for title in titles] == [
        "Pubblicato",
        "Prorogato per tutti",
        "Chiuso: risorse esaurite",
        "Riaperto: ci sono di nuovo risorse",
        "Annullato",
    ]
    assert [event.who for event in life_of(call)][:3] == [staff.name, staff.name, ""]


@pytest.mark.parametrize("deed", ["proroga", "proroga-singola", "annulla", "rettifica", "storia"])
def test_office_of_another_strand_finds_none_of_the_pages(client: FlaskClient, deed: str) -> None:
    call = published_call(make.user(Role.STAFF))
    make.sign_in(client, make.user(make.held(Role.STAFF, strand="self_employment")))
    assert client.get(f"/gestione/avvisi/{call.code}/{deed}").status_code == 404


@pytest.mark.parametrize("last", ["proroga", "proroga-singola"])
def test_extension_page_of_a_call_without_a_closing_leads_back(
    client: FlaskClient, last: str
) -> None:
    staff, call = make.user(Role.STAFF), stories.open_call(closes_at=None, kind="rolling")
    make.sign_in(client, staff)
    read = words(client.get(f"/gestione/avvisi/{call.code}/{last}"))
    assert "Questo avviso non ha una chiusura: non c'è niente da prorogare." in read
    assert "Torna all'avviso" in read
    assert "Nuova chiusura" not in read


def test_amendment_that_changes_nothing_asks_for_nothing(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    make.sign_in(client, staff)
    address = f"/gestione/avvisi/{call.code}/rettifica"
    submit(client, address)
    read = words(client.get(f"{address}/pubblica"))
    assert "Niente da pubblicare: la copia di lavoro dice quello che dice l'avviso." in read
    assert "Torna alla copia di lavoro" in read
    assert "Numero dell'atto" not in read
