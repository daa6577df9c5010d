"""What an amendment refuses, and how its changes are told to everybody."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.calls import services
from portal.calls.engine import definition_of, dump_call, write_yaml
from portal.calls.engine.amending import change_text, changes_between
from portal.calls.models import Call
from portal.calls.queries import amendment_changes, amendment_of
from portal.db import db
from portal.i18n import in_language
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.calls.filled import filled
from tests.calls.lives import published_call
from tests.calls.test_life_amendments import questions, save, working_copy

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def page(client: FlaskClient) -> str:
    """The address of the working copy of a published call, seen by the staff."""
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    services.open_amendment(call, staff)
    make.sign_in(client, staff)
    return f"/gestione/avvisi/{call.code}/rettifica"


def test_amounts_order_and_sections_are_told_in_plain_words() -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    definition = working_copy(call, staff)
    definition["budget"] = None
    definition["lowest_amount"], definition["highest_amount"] = "150.00", "7000.00"
    definition["form"]["sections"][0]["title"] = {"it": "L'idea", "en": "The idea"}
    asked = questions(definition)
    asked[0], asked[1] = asked[1], asked[0]
    questions(definition, 1)[0] |= {"minimum": "150.00", "maximum": "7000.00"}
    before = dump_call(definition_of(call))
    with in_language("it"):
        told = [change_text(change) for change in changes_between(before, definition)]
    assert told == [
        "Fondi disponibili: da 80.000,00\xa0€ a nessuno.",
        "L'importo più alto che si può chiedere: da 8.000,00\xa0€ a 7.000,00\xa0€.",
        "L'importo più basso che si può chiedere: da nessuno a 150,00\xa0€.",
        "La domanda “Contributo richiesto” è cambiata: i limiti.",
        "Cambiato: l'ordine delle domande.",
        "Il titolo o i testi della sezione “L'idea” sono cambiati.",
    ]


def late_version(client: FlaskClient, page: str) -> dict[str, Any]:
    """What the page of the working copy would send, before somebody else saves."""
    return filled(client.get(page).text)


def upload(client: FlaskClient, page: str, content: bytes, **typed: Any) -> Any:
    """Send a file in the place of the working copy."""
    file = (io.BytesIO(content), "avviso.yaml")
    return submit(
        client, f"{page}/file", page, **{**filled(client.get(page).text), "file": file, **typed}
    )


def test_late_file_is_not_taken_and_says_so(client: FlaskClient, page: str) -> None:
    call, staff = the_call(), make.user(Role.STAFF)
    definition = working_copy(call, staff)
    seen = late_version(client, page)["version"]
    save(call, staff, {**definition, "title": {"it": "Del collega", "en": "Theirs"}})
    mine = write_yaml({**definition, "title": {"it": "Mio", "en": "Mine"}}).encode()
    late = upload(client, page, mine, version=seen)
    assert late.status_code == 409
    assert "Il tuo file non è stato preso" in words(late)
    assert amendment_of(call).definition["title"]["it"] == "Del collega"


def the_call() -> Call:
    """The one call there is."""
    return db.session.scalars(db.select(Call)).one()


def test_file_that_is_missing_or_no_text_is_refused(client: FlaskClient, page: str) -> None:
    before = dict(amendment_of(the_call()).definition)
    none = submit(client, f"{page}/file", page, **filled(client.get(page).text))
    no_text = upload(client, page, b"code: \xff\xfe")
    for answer in (none, no_text):
        assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert amendment_of(the_call()).definition == before


def test_part_page_refuses_what_stands_fixed_and_what_is_wrong(
    client: FlaskClient, page: str
) -> None:
    call = the_call()
    address = f"{page}/parti/facts"
    seen = filled(client.get(address).text)
    fixed = submit(client, address, **{**seen, "threshold": "10,00"})
    assert fixed.status_code == 422
    assert "la soglia di punti" in words(fixed)
    assert amendment_changes(call, amendment_of(call)) == []
    assert client.get(f"{page}/parti/altro").status_code == 404


def test_part_page_without_a_working_copy_leads_back(client: FlaskClient, page: str) -> None:
    submit(client, f"{page}/scarta", page)
    answer = client.get(f"{page}/parti/office")
    assert (answer.status_code, answer.location) == (303, page)
    nothing = words(client.get(f"{page}/pubblica"))
    assert "Niente da pubblicare" in nothing
