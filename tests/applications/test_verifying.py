"""A receipt checked by anybody: what it proves, and nothing personal."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications import services
from portal.applications.models import Application
from portal.db import transaction
from tests.applications import stories
from tests.browse import submit

pytestmark = pytest.mark.usefixtures("db")

SECOND_KEY = "0123456789abcdef0123456789abcdef"


def code_of(application: Application, number: int = 1) -> str:
    """The code on a receipt."""
    return application.submissions[number - 1].verify_code


def test_receipt_carries_code_and_square() -> None:
    submission = stories.sent().submissions[0]
    assert submission.receipt is not None
    html, code = submission.receipt.html, submission.verify_code
    assert "-".join(code[place : place + 4] for place in range(0, 16, 4)) in html
    assert "/verifica" in html
    assert 'src="data:image/svg+xml' in html


@pytest.mark.database
def test_page_says_number_instant_hash_and_nobody(client: FlaskClient) -> None:
    application = stories.sent()
    submission, owner = application.submissions[0], stories.owner_of(application)
    page = client.get(f"/verifica/{submission.verify_code}")
    assert page.status_code == 200
    for fact in (application.practice_code, submission.protocol_entry.code, submission.sha256):
        assert fact in page.text
    assert "Valida" in page.text
    applicant = application.applicant
    for personal in (
        applicant.name,
        applicant.tax_code,
        applicant.email,
        applicant.representative_name or "-",
        owner.name,
        owner.email,
        application.title,
    ):
        assert personal not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text


def test_withdrawn_and_replaced_are_told(client: FlaskClient) -> None:
    application = stories.sent()
    owner = stories.owner_of(application)
    services.withdraw_application(application, owner, "", clock.now())
    withdrawn = client.get(f"/verifica/{code_of(application)}").text
    services.resume_application(application, owner, clock.now())
    services.submit_application(application, owner, SECOND_KEY, clock.now())
    replaced = client.get(f"/verifica/{code_of(application)}").text
    valid = client.get(f"/verifica/{code_of(application, 2)}").text
    assert "Ritirata" in withdrawn
    assert "Sostituita" in replaced
    assert "Valida" in valid


def test_content_that_was_changed_is_told(client: FlaskClient) -> None:
    application = stories.sent()
    with transaction():
        application.submissions[0].snapshot += " "
    assert "Il contenuto è stato cambiato" in client.get(f"/verifica/{code_of(application)}").text


def test_code_is_typed_as_people_type(client: FlaskClient) -> None:
    code = code_of(stories.sent())
    typed = " ".join(code[place : place + 4] for place in range(0, 16, 4)).lower()
    found = submit(client, "/verifica", code=typed)
    assert (found.status_code, found.location) == (303, f"/verifica/{code}")


def test_unknown_code_in_an_address_is_told_where_another_is_typed(client: FlaskClient) -> None:
    unknown = client.get("/verifica/2222222222222222")
    assert unknown.status_code == 404
    assert "Nessuna ricevuta ha questo codice" in unknown.text
    assert 'action="/verifica"' in unknown.text
    assert 'value="2222222222222222"' in unknown.text


@pytest.mark.database
def test_who_tries_many_codes_is_sent_away(client: FlaskClient) -> None:
    wrong = {client.get(f"/verifica/{'2' * 15}{letter}").status_code for letter in "ABCDEFGHJK"}
    assert wrong == {404}
    for _ in range(20):
        client.get("/verifica/2222222222222222")
    assert client.get("/verifica/2222222222222222").status_code == 429
    typed = submit(client, "/verifica", code="2222222222222222")
    assert typed.status_code == 422
    assert "Nessuna ricevuta" not in typed.text


def test_good_codes_are_never_counted(client: FlaskClient) -> None:
    code = code_of(stories.sent())
    assert {client.get(f"/verifica/{code}").status_code for _ in range(35)} == {200}
