"""Pages of the office about money, read and filled in as people do."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal import clock, money
from portal.db import db as portal_db
from portal.permissions import Role
from portal.sources import services
from portal.sources.queries import get_line, get_source, room_of
from tests import make
from tests.browse import submit, words
from tests.costs import cost
from tests.sources import stories
from tests.sources.stories import euros

SOURCE = {
    "code": "indumenti-usati",
    "name_it": "Raccolta di indumenti usati",
    "payer": "Comune di Bologna",
    "regime": "public",
    "starts_on": "01/01/2018",
    "note": "PG 397711/2020",
}
LINE = {"code": "over-55", "title_it": "Over 55"}
CHANGE = {
    "amount": "60.000,00",
    "act": "PG 397711/2020",
    "effective_on": "01/01/2020",
    "reason": "Quota 2018",
    "request_key": "abc123",
}


@pytest.fixture
def staff(client: FlaskClient) -> make.User:
    """Somebody of the office, signed in."""
    found = make.user(Role.STAFF, name="Giulia Fontanelli")
    make.sign_in(client, found)
    return found


def test_office_writes_down_a_source_a_line_and_its_money(
    client: FlaskClient, staff: make.User
) -> None:
    answer = submit(client, "/gestione/nuova-fonte", **SOURCE)
    assert answer.location == "/gestione/fonti/indumenti-usati"
    answer = submit(client, "/gestione/fonti/indumenti-usati/nuova-voce", **LINE)
    assert answer.location == "/gestione/voci/over-55/aumenta"
    answer = submit(client, "/gestione/voci/over-55/aumenta", **CHANGE)
    assert answer.location == "/gestione/voci/over-55"
    taken = {**CHANGE, "amount": "10.000", "reason": "Storno", "request_key": "abc124"}
    assert submit(client, "/gestione/voci/over-55/riduci", **taken).status_code == 303
    source = get_source("indumenti-usati", staff)
    assert (source.payer, source.note, source.ends_on) == (
        "Comune di Bologna",
        "PG 397711/2020",
        None,
    )
    assert room_of(get_line("over-55", staff)).left == euros(50_000)
    told = words(client.get("/gestione/fonti"))
    assert "Finanziati 50.000,00 €, impegnati 0,00 €, disponibili 50.000,00 €" in told


def test_pages_without_anything_say_what_to_do(client: FlaskClient, staff: make.User) -> None:
    assert "Scrivi la prima fonte" in words(client.get("/gestione/fonti"))
    source = stories.source(staff)
    assert "Non ha ancora voci" in words(client.get("/gestione/fonti"))
    assert "Apri una voce per ogni scopo" in words(client.get(f"/gestione/fonti/{source.code}"))
    line = stories.empty_line(staff, source=source)
    told = words(client.get(f"/gestione/voci/{line.code}"))
    assert "Ancora nessun movimento" in told
    assert "Ancora senza soldi" in told
    assert "Togli soldi" not in told


def test_auditor_reads_and_is_offered_nothing(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.AUDITOR))
    assert "Quando l'ufficio scrive una fonte" in words(client.get("/gestione/fonti"))
    line = stories.line(100)
    for address in ("fonti", f"fonti/{line.source.code}", f"voci/{line.code}"):
        told = words(client.get(f"/gestione/{address}"))
        assert "100,00 €" in told
        assert [word for word in ("Aggiungi", "Modifica", "Nuova") if word in told] == []
    empty = stories.source()
    told = words(client.get(f"/gestione/fonti/{empty.code}"))
    assert "L'ufficio non ha ancora aperto una voce" in told


def test_line_tells_each_movement_with_what_it_left(client: FlaskClient, staff: make.User) -> None:
    line = stories.line(1_000, staff)
    holder = stories.holder("IPL-TEST-0001")
    with clock.at(make.NOON):
        services.reserve(line, euros("400.50"), holder, staff)
        services.release(holder, None)
    told = words(client.get(f"/gestione/voci/{line.code}"))
    written = [money.format_amount(euros(text)) for text in ("400.50", "1000", "599.50")]
    back, whole, left = (" ".join(text.split()) for text in written)
    assert f"Liberati IPL-TEST-0001 Il portale {back} {whole}" in told
    assert f"Impegnati IPL-TEST-0001 Giulia Fontanelli -{back} {left}" in told
    assert f"Soldi aggiunti Quota 2026 PG 397711/2020 Giulia Fontanelli {whole} {whole}" in told
    assert "con effetto dal 15/01/2026" in told
    assert "3 movimenti" in told


def test_movements_come_in_pages(client: FlaskClient, staff: make.User) -> None:
    line = stories.empty_line(staff)
    for number in range(1, 28):
        stories.fund(line, staff, number)
    first = words(client.get(f"/gestione/voci/{line.code}"))
    second = words(client.get(f"/gestione/voci/{line.code}?page=2"))
    assert ("27 movimenti" in first, "378,00 €" in first, "3,00 € 6,00 €" in first) == (
        True,
        True,
        True,
    )
    assert ("2,00 € 3,00 €" in second, "1,00 € 1,00 €" in second) == (True, True)


@pytest.mark.parametrize(
    ("address", "typed", "wrong"),
    [
        ("nuova-fonte", {**SOURCE, "code": "Indumenti Usati"}, "Usa lettere minuscole"),
        ("nuova-fonte", {**SOURCE, "regime": "other"}, "Scegli una delle risposte"),
        ("nuova-fonte", {**SOURCE, "cup": "123"}, "Il CUP ha 15 caratteri"),
        ("nuova-fonte", {**SOURCE, "ends_on": "01/01/2017"}, "L'ultimo giorno non può"),
        ("fonti/nota/nuova-voce", {"code": "over-55"}, "Compila"),
        ("fonti/nota/nuova-voce", {**LINE, "code": "piena"}, "C'è già una voce"),
        ("voci/piena/aumenta", {**CHANGE, "amount": "-1"}, "con la virgola per i centesimi"),
        ("voci/piena/aumenta", {**CHANGE, "effective_on": "01/01/2099"}, "deve ancora venire"),
        ("voci/piena/riduci", {**CHANGE, "amount": "100,01"}, "Puoi togliere solo 100,00 €"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    client: FlaskClient, staff: make.User, address: str, typed: dict[str, str], wrong: str
) -> None:
    line = stories.empty_line(staff, "piena", source=stories.source(staff, code="nota"))
    stories.fund(line, staff, 100)
    answer = submit(client, f"/gestione/{address}", **typed)
    assert answer.status_code == 422
    assert wrong in words(answer)
    for name in ("payer", "title_it", "act"):
        if name in typed:
            assert f'value="{typed[name]}"' in answer.text


def test_source_changed_by_a_colleague_is_not_written_over(
    client: FlaskClient, staff: make.User
) -> None:
    source = stories.source(staff, code="nota")
    typed = {**SOURCE, "version": str(source.version), "payer": "Hera"}
    mine = {**typed, "payer": "Atersir"}
    assert submit(client, "/gestione/fonti/nota/modifica", **typed).status_code == 303
    answer = submit(client, "/gestione/fonti/nota/modifica", **mine)
    assert answer.status_code == 409
    assert "Chi paga Atersir Hera" in words(answer)
    portal_db.session.refresh(source)
    assert source.payer == "Hera"
    mine["version"] = str(source.version)
    assert submit(client, "/gestione/fonti/nota/modifica", **mine).status_code == 303
    wrong = {**mine, "version": str(source.version), "ends_on": "01/01/2017"}
    assert submit(client, "/gestione/fonti/nota/modifica", **wrong).status_code == 422


def test_pages_cost_the_same_however_much_they_show(client: FlaskClient, staff: make.User) -> None:
    line = stories.line(1_000, staff)
    pages = [
        "/gestione/fonti",
        f"/gestione/fonti/{line.source.code}",
        f"/gestione/voci/{line.code}",
    ]
    before = [cost(client, each) for each in pages]
    for _ in range(3):
        stories.line(1_000, staff)
        more = stories.empty_line(staff, source=line.source)
        stories.fund(more, staff, 10)
        services.reserve(line, euros(1), stories.holder(), staff)
    assert [cost(client, each) for each in pages] == before
