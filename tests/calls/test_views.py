"""The pages of calls, as visitors and staff read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.calls import services
from portal.calls.engine import load_blueprint
from portal.calls.models import Call
from portal.calls.states import CallState
from portal.demo.engine import spring_call
from portal.permissions import Role
from tests import make
from tests.browse import submit, words

APPLY = 'data-element="service-online-access"'


def published(
    name: str = "social-innovation", opens: int = -5, closes: int = 5, **facts: Any
) -> Call:
    """A published call of a blueprint, its window in days from now."""
    now = clock.now()
    window = {"opens": now + timedelta(days=opens), "closes": now + timedelta(days=closes)}
    staff = make.user(Role.STAFF)
    with clock.at(min(now, window["opens"]) - timedelta(days=1)):
        call = services.import_call({**load_blueprint(name), **window, **facts}, staff)
        services.publish_call(call, staff)
    return call


def draft() -> Call:
    """A draft of a blueprint."""
    return services.import_call(load_blueprint("self-employment"), make.user(Role.STAFF))


def test_list_shows_calls_under_their_phase(client: FlaskClient) -> None:
    published(code="aperta", title={"it": "Avviso aperto oggi"})
    published(code="futura", opens=3, title={"it": "Avviso di domani"})
    published(code="passata", closes=-1, title={"it": "Avviso di ieri"})
    text = words(client.get("/avvisi"))
    order = [
        text.index(part)
        for part in (
            "Aperti adesso",
            "Avviso aperto oggi",
            "In arrivo",
            "Avviso di domani",
            "Avvisi chiusi",
            "Avviso di ieri",
            "Graduatorie pubblicate",
        )
    ]
    assert order == sorted(order)


def test_list_without_open_calls_says_so(client: FlaskClient) -> None:
    assert "Oggi non ci sono avvisi aperti." in words(client.get("/avvisi"))


def test_sheet_has_every_part_in_the_order_of_the_model(client: FlaskClient) -> None:
    page = client.get(f"/avvisi/{published().code}").get_data(as_text=True)
    headings = re.findall(r'<h2 class="section-title"[^>]*>([^<]+)</h2>', page)
    assert headings == [
        "A chi è rivolto",
        "Descrizione",
        "Come fare",
        "Cosa serve",
        "Cosa si ottiene",
        "Tempi e scadenze",
        "Accedi al servizio",
        "Condizioni di servizio",
        "Contatti",
        "Documenti",
        "Argomenti",
    ]
    index = re.findall(r'<li><a href="#([a-z-]+)">', page)
    assert [anchor for anchor in index if f'id="{anchor}"' not in page] == []
    assert len(index) == 11


def test_sheet_carries_the_hooks_of_the_model(client: FlaskClient) -> None:
    page = client.get(f"/avvisi/{published().code}").get_data(as_text=True)
    hooks = (
        "title status description page-index addressed how-to needed achieved calendar-list "
        "generic-access online-access booking-access file area topic"
    ).split()
    names = [hook if hook == "page-index" else f"service-{hook}" for hook in hooks]
    assert [name for name in names if f'data-element="{name}"' not in page] == []


def test_open_call_leads_to_the_application(client: FlaskClient) -> None:
    call = published()
    page = client.get(f"/avvisi/{call.code}").get_data(as_text=True)
    assert page.count(APPLY) == 2
    assert f'href="/avvisi/{call.code}/candidatura"' in page
    assert f'data-deadline="{call.closes_at.isoformat()}"' in page


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        ({"opens": 2}, "Potrai candidarti online dal"),
        ({"closes": -1}, "Le candidature si sono chiuse il"),
    ],
)
def test_call_out_of_its_window_says_when_and_offers_no_application(
    client: FlaskClient, window: dict[str, int], sentence: str
) -> None:
    call = published(**window)
    response = client.get(f"/avvisi/{call.code}")
    assert sentence in words(response)
    assert APPLY not in response.get_data(as_text=True)


def test_closed_call_leads_to_the_rankings(client: FlaskClient) -> None:
    page = client.get(f"/avvisi/{published(closes=-1).code}").get_data(as_text=True)
    assert 'href="/graduatorie"' in page


def test_cancelled_call_stays_readable(client: FlaskClient) -> None:
    call = published()
    services.cancel_call(
        call, make.user(Role.STAFF), "Il finanziamento è stato ritirato.", make.ACT, call.version
    )
    response = client.get(f"/avvisi/{call.code}")
    assert "Questo avviso è stato annullato" in words(response)
    assert APPLY not in response.get_data(as_text=True)
    assert "avvisi/innovazione-sociale" not in client.get("/avvisi").get_data(as_text=True)


def test_sheet_says_who_answers_and_by_when(client: FlaskClient) -> None:
    with clock.at(datetime(2023, 4, 1, 9, 0, tzinfo=UTC)):
        call = services.import_call(spring_call(), make.user(Role.STAFF))
        services.publish_call(call, make.user(Role.STAFF))
    text = words(client.get(f"/avvisi/{call.code}"))
    assert "Responsabile del procedimento Giulia Fontanelli (nome di esempio)" in text
    assert "Decidiamo entro 90 giorni dalla chiusura, cioè entro il 04/08/2023." in text
    assert "Chiuso il 06/05/2023, ore 12:00" in text


@pytest.mark.parametrize("page", ["", "/modulo"])
def test_draft_is_hidden_from_visitors_and_shown_to_staff(client: FlaskClient, page: str) -> None:
    call = draft()
    assert client.get(f"/avvisi/{call.code}{page}").status_code == 404
    make.sign_in(client, make.user(Role.STAFF))
    assert client.get(f"/avvisi/{call.code}{page}").status_code == 200


def test_form_can_be_read_whole_before_any_account(client: FlaskClient) -> None:
    call = published()
    text = words(client.get(f"/avvisi/{call.code}/modulo"))
    missing = [
        sentence
        for sentence in (
            "Titolo del progetto",
            "Una riga, al massimo 120 caratteri",
            "Importo in euro, al massimo 8.000,00",
            "Fino a 3 file: PDF, PNG, JPG, DOCX",
            "Ultimo bilancio o rendiconto (facoltativo)",
            "Dichiaro che le stesse spese non sono coperte da altri contributi pubblici.",
            "Statuto e bilancio ci sono, si leggono e sono dell'ente giusto",
            "Ne servono almeno 60 per essere selezionati.",
            "Cooperativa sociale di tipo B: 10",
            "Agricoltura sociale: 10",
            "Comune di montagna (Alto Reno Terme, Camugnano, Castel d'Aiano",
            "5: Ottimo",
            "Versione 2026-1",
        )
        if sentence not in text
    ]
    assert missing == []


def test_call_is_read_in_english_where_one_switches(client: FlaskClient) -> None:
    call = published()
    submit(client, "/lingua", "/", lang="en")
    text = words(client.get(f"/avvisi/{call.code}"))
    assert "Who it is for" in text
    assert "Social innovation projects" in text
    assert "A chi è rivolto" not in text


def test_staff_publishes_a_draft_from_the_list(client: FlaskClient) -> None:
    call = draft()
    address = f"/gestione/avvisi/{call.code}/pubblica"
    make.sign_in(client, make.user(Role.STAFF))
    assert address in client.get("/gestione/avvisi").text
    response = submit(client, address, address, despite_warnings="y")
    assert (response.status_code, response.location) == (
        303,
        f"/gestione/avvisi/{call.code}/storia",
    )
    assert f"L'avviso {call.code} è pubblicato" in words(client.get(response.location))
    assert "/pubblica" not in client.get("/gestione/avvisi").text
    assert call.state is CallState.PUBLISHED


def test_list_to_manage_is_filtered_and_sorted(client: FlaskClient) -> None:
    draft()
    published(code="altra")
    make.sign_in(client, make.user(Role.AUDITOR))
    assert "2 avvisi" in words(client.get("/gestione/avvisi?sort=code&dir=asc"))
    assert "1 avviso" in words(client.get("/gestione/avvisi?state=draft"))
    assert "Nessun avviso corrisponde" in words(client.get("/gestione/avvisi?q=zzz"))
    page = client.get("/gestione/avvisi?sort=code&dir=asc").get_data(as_text=True)
    assert 'aria-sort="ascending"' in page
    assert "/pubblica" not in page


def test_list_to_manage_costs_the_same_for_any_number(client: FlaskClient, db: SQLAlchemy) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    published(code="prima")
    one = queries_of(client, db)
    for number in range(5):
        published(code=f"altra-{number}")
    assert queries_of(client, db) == one <= 12


def queries_of(client: FlaskClient, db: SQLAlchemy) -> int:
    """How many statements the list of managed calls runs."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert client.get("/gestione/avvisi").status_code == 200
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return len([text for text in seen if text.startswith("SELECT")])


def test_page_of_a_draft_offers_the_auditor_no_deed(client: FlaskClient) -> None:
    call = draft()
    make.sign_in(client, make.user(Role.AUDITOR))
    read = words(client.get(f"/gestione/avvisi/{call.code}"))
    assert "Scarica il file (YAML)" in read
    assert "Nuovo avviso da questo" not in read
    assert "poi pubblicalo" not in read
    make.sign_in(client, make.user(Role.STAFF))
    read = words(client.get(f"/gestione/avvisi/{call.code}"))
    assert "Nuovo avviso da questo" in read
    assert "poi pubblicalo" in read
