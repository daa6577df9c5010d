"""The pages of profiles, as an applicant without JavaScript fills them in."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.permissions import Role
from portal.registry import queries
from portal.registry.models import Applicant
from tests import make
from tests.browse import submit, words

BODY = {
    "organisation_type": "social_coop_b",
    "name": "Cooperativa Prova",
    "tax_code": "IT 00743110157",
    "municipality_code": "037059",
    "address": "via Lame 12",
    "postcode": "40038",
    "phone": "051 910000",
    "email": "coop@esempio.example.org",
    "representative_name": "Anna Bianchi",
    "representative_tax_code": "rssmra80a01h501u",
    "quality": "legal_representative",
}
PERSON = {
    "name": "Mario Rossi",
    "tax_code": "RSSMRA80A01H501U",
    "birth_date": "1/1/1980",
    "municipality_code": "037006",
    "address": "via Lame 12",
    "postcode": "40122",
    "phone": "333 1234567",
    "email": "mario@esempio.example.org",
}


@pytest.fixture
def applicant(client: FlaskClient) -> FlaskClient:
    """The browser of somebody signed in, without roles."""
    return make.sign_in(client, make.user(name="Mario Rossi", email="mario@esempio.example.org"))


def only_profile(db: SQLAlchemy) -> Applicant:
    """Return the one profile there is."""
    return db.session.scalars(sa.select(Applicant)).one()


def test_empty_list_says_what_to_do(applicant: FlaskClient) -> None:
    page = applicant.get("/profili")
    assert "Per candidarti ti serve un profilo." in words(page)
    assert 'href="/profili/nuovo-ente"' in page.text
    assert 'href="/profili/nuova-persona"' in page.text


def test_body_is_written_as_typed_in_any_form(applicant: FlaskClient, db: SQLAlchemy) -> None:
    answer = submit(applicant, "/profili/nuovo-ente", **BODY)
    assert (answer.status_code, answer.location) == (303, "/profili")
    body = only_profile(db)
    assert (body.tax_code, body.phone) == ("00743110157", "+39051910000")
    assert (body.vat_number, body.certified_email) == (None, None)
    listed = words(applicant.get("/profili"))
    assert "Cooperativa sociale di tipo B Cooperativa Prova" in listed
    assert "Codice fiscale: 00743110157 Vergato" in listed


def test_new_profile_leads_back_to_what_needed_it(applicant: FlaskClient) -> None:
    page = "/profili/nuova-persona?next=/avvisi/prova/candidatura"
    opened = applicant.get(page)
    assert 'name="next" value="/avvisi/prova/candidatura"' in opened.text
    typed = {**PERSON, "next": "/avvisi/prova/candidatura"}
    answer = submit(applicant, "/profili/nuova-persona", page=page, **typed)
    assert answer.location == "/avvisi/prova/candidatura"


@pytest.mark.check(14)
def test_new_profile_never_leads_to_another_site(applicant: FlaskClient) -> None:
    typed = {**PERSON, "next": "//evil.example"}
    assert submit(applicant, "/profili/nuova-persona", **typed).location == "/profili"


def test_person_starts_from_the_account(applicant: FlaskClient) -> None:
    page = applicant.get("/profili/nuova-persona").text
    assert 'value="Mario Rossi"' in page
    assert 'value="mario@esempio.example.org"' in page


def test_wrong_answers_are_kept_with_what_is_wrong_beside_each(
    applicant: FlaskClient, db: SQLAlchemy
) -> None:
    wrong = {"tax_code": "97103880586", "postcode": "4012", "municipality_code": "", "email": "x"}
    answer = submit(applicant, "/profili/nuovo-ente", **{**BODY, **wrong})
    assert answer.status_code == 422
    for name, text in wrong.items():
        assert f'id="{name}-error"' in answer.text
        assert f'href="#{name}"' in answer.text
        assert not text or f'value="{text}"' in answer.text
    assert 'value="Cooperativa Prova"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Applicant.id))) == 0


@pytest.mark.parametrize("kind", ["nuovo-ente", "nuova-persona"])
def test_error_summary_follows_the_order_of_the_page(applicant: FlaskClient, kind: str) -> None:
    blank = dict.fromkeys(["name", "email"], "")
    text = submit(applicant, f"/profili/{kind}", **blank).text
    summary = re.findall(r'<li><a href="#(\w+?)(?:-0)?">', text)
    fields = re.findall(r'id="(\w+)-error"', text)
    assert len(summary) > 5
    assert summary == fields


def test_code_of_a_person_is_refused_beside_the_field(applicant: FlaskClient) -> None:
    answer = submit(applicant, "/profili/nuovo-ente", **{**BODY, "tax_code": PERSON["tax_code"]})
    assert (answer.status_code, 'id="tax_code-error"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("birth_date", "wrong"),
    [
        ("02/01/1980", {"tax_code", "birth_date"}),
        ("30/02/1980", {"birth_date"}),
        ("01/01/2020", {"birth_date"}),
        ("", {"birth_date"}),
    ],
)
def test_birth_date_must_be_that_of_the_code_and_of_age(
    applicant: FlaskClient, birth_date: str, wrong: set[str]
) -> None:
    answer = submit(applicant, "/profili/nuova-persona", **{**PERSON, "birth_date": birth_date})
    assert answer.status_code == 422
    assert {name for name in PERSON if f'id="{name}-error"' in answer.text} == wrong


def test_profile_shows_what_was_saved_and_changes(applicant: FlaskClient, db: SQLAlchemy) -> None:
    submit(applicant, "/profili/nuova-persona", **PERSON)
    person = only_profile(db)
    address = f"/profili/{person.public_id}"
    opened = applicant.get(address).text
    for text in ("RSSMRA80A01H501U", "01/01/1980", "+393331234567", "via Lame 12"):
        assert f'value="{text}"' in opened
    assert '<option selected value="037006">Bologna</option>' in opened
    typed = {**PERSON, "version": str(person.version), "address": "via Marconi 3"}
    assert submit(applicant, address, **typed).location == "/profili"
    assert only_profile(db).address == "via Marconi 3"


def test_profile_that_no_longer_holds_together_is_asked_back(
    applicant: FlaskClient, db: SQLAlchemy
) -> None:
    submit(applicant, "/profili/nuova-persona", **PERSON)
    person = only_profile(db)
    typed = {**PERSON, "version": str(person.version), "birth_date": "02/01/1980"}
    answer = submit(applicant, f"/profili/{person.public_id}", **typed)
    assert (answer.status_code, 'value="02/01/1980"' in answer.text) == (422, True)
    assert only_profile(db).birth_date == date(1980, 1, 1)


@pytest.mark.check(44)
def test_profile_saved_meanwhile_shows_both_texts(applicant: FlaskClient, db: SQLAlchemy) -> None:
    submit(applicant, "/profili/nuovo-ente", **BODY)
    body = only_profile(db)
    address, version = f"/profili/{body.public_id}", str(body.version)
    submit(applicant, address, **{**BODY, "version": version, "municipality_code": "037006"})
    answer = submit(applicant, address, **{**BODY, "version": version, "name": "Coop Nuova"})
    text = words(answer)
    assert answer.status_code == 409
    assert "Nome dell'ente Coop Nuova Cooperativa Prova" in text
    assert "Comune della sede Vergato Bologna" in text
    assert "Telefono 051 910000" not in text
    assert 'value="Coop Nuova"' in answer.text
    assert only_profile(db).name == "Cooperativa Prova"
    again = {**BODY, "version": str(only_profile(db).version), "name": "Coop Nuova"}
    assert f'value="{again["version"]}"' in answer.text
    assert submit(applicant, address, **again).status_code == 303
    assert only_profile(db).name == "Coop Nuova"


@pytest.mark.check(44)
@pytest.mark.parametrize("version", ["", "abc", "-1", "99999999999999999999"])
def test_profile_without_a_known_version_is_not_written(
    applicant: FlaskClient, db: SQLAlchemy, version: str
) -> None:
    submit(applicant, "/profili/nuovo-ente", **BODY)
    address = f"/profili/{only_profile(db).public_id}"
    typed = {**BODY, "version": version, "name": "Coop Nuova"}
    assert submit(applicant, address, **typed).status_code == 409
    assert only_profile(db).name == "Cooperativa Prova"


@pytest.mark.check(19)
def test_extra_fields_change_nothing(applicant: FlaskClient, db: SQLAlchemy) -> None:
    extra = {"kind": "person", "public_id": "mine", "user_id": "1", "id": "77", "birth_date": "x"}
    assert submit(applicant, "/profili/nuovo-ente", **{**BODY, **extra}).status_code == 303
    body = only_profile(db)
    assert (body.kind, body.birth_date) == ("body", None)
    assert body.public_id != "mine"


def test_profile_of_others_is_not_even_there(client: FlaskClient) -> None:
    body = make.body(make.user())
    address = f"/profili/{body.public_id}"
    assert client.get(address).location == f"/accedi?next={address}"
    assert make.sign_in(client, make.user()).get(address).status_code == 404
    assert make.sign_in(client, make.user(Role.EVALUATOR)).get(address).status_code == 404
    staff = make.user(Role.STAFF)
    assert make.sign_in(client, staff).get(address).status_code == 403
    assert queries.get_applicant(body.public_id, staff) == body
