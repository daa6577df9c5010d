"""An operator fills in for somebody: marked, told by mail, never judged by the same hands."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.accounts.services import disable_user
from portal.applications import queries, services
from portal.applications.models import Application
from portal.calls.engine import SignatureMode
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound
from portal.permissions import Role, can
from portal.registry.models import Applicant
from tests import make
from tests.applications import signatures, stories
from tests.browse import link_in, mails_to, submit, words
from tests.files import makers

pytestmark = pytest.mark.usefixtures("db")

PERSON = "rosa@esempio.example.org"


def begun(operator: Any, *owners: Any, **facts: Any) -> Application:
    """A draft that an operator has begun for a person."""
    person = make.person(*owners, **{"name": "Rosa Galli", "email": PERSON, **facts})
    return services.start_on_behalf(stories.open_call(), person, operator, "2026-1")


def signed_by_hand(application: Application, operator: Any) -> None:
    """Scan paper and identity document."""
    signatures.drawn_paper(application, operator)
    for part in ("signed", "identity"):
        name, content = makers.pdf(f"{part}.pdf", pages=len(part))
        services.sign_by_hand(application, io.BytesIO(content), name, operator, part)


def send(application: Application, who: Any) -> Any:
    """Send it."""
    return services.submit_application(application, who, stories.KEY, clock.now())


@pytest.mark.database
def test_operator_sends_with_the_signature_by_hand_and_never_judges() -> None:
    operator = make.user(Role.STAFF, name="Olga Operatrice")
    application = begun(operator)
    stories.fill(application, operator)
    with pytest.raises(Invalid) as refusal:
        send(application, operator)
    assert refusal.value.code == "signature_missing"
    signed_by_hand(application, operator)
    submission = send(application, operator)
    said = json.loads(submission.snapshot)
    assert submission.signature_mode is SignatureMode.HANDWRITTEN_SCAN
    assert said["on_behalf"] == {"by": "Olga Operatrice"}
    assert "Olga Operatrice, per conto di Rosa Galli" in submission.receipt.html
    assert mails_to(PERSON)[-1].template == "application_sent_for_you"
    assert can(operator, "application.read", application)
    assert not can(operator, "application.start_check", application)
    assert can(make.user(Role.STAFF), "application.start_check", application)


@pytest.mark.database
def test_person_reads_and_sends_it_herself() -> None:
    operator = make.user(Role.STAFF)
    application = begun(operator)
    stories.fill(application, operator)
    token = link_in(mails_to(PERSON)[0], "/inviti/").rpartition("/")[2]
    person = stories.joined_by(PERSON, token, "Rosa Galli")
    submission = send(application, person)
    assert submission.signature_mode is SignatureMode.NONE
    assert submission.submitted_by_id == person.id


def test_person_with_an_account_is_told_and_owns_it() -> None:
    owner, operator = make.user(), make.user(Role.STAFF)
    application = begun(operator, owner)
    assert [mail.template for mail in mails_to(owner.email)] == ["application_assisted"]
    assert mails_to(PERSON) == []
    assert can(owner, "application.edit", application)


@pytest.mark.database
def test_draft_is_open_to_the_operator_who_began_it_alone() -> None:
    operator, colleague = make.user(Role.STAFF), make.user(Role.STAFF)
    application = begun(operator)
    seen = {
        who.id: set(portal_db.session.scalars(queries.visible_applications(who)))
        for who in (operator, colleague)
    }
    assert seen == {operator.id: {application}, colleague.id: set()}
    assert can(operator, "application.edit", application)
    assert not can(colleague, "application.read", application)
    assert (
        services.start_on_behalf(application.call, application.applicant, operator, "2026-1")
        is application
    )
    with pytest.raises(Invalid) as refusal:
        services.start_on_behalf(application.call, application.applicant, colleague, "2026-1")
    assert refusal.value.code == "started_by_others"


def test_role_for_another_strand_helps_nobody_here() -> None:
    elsewhere = make.user(make.held(Role.STAFF, strand="self_employment"))
    for who in (elsewhere, make.user()):
        with pytest.raises((Forbidden, NotFound)):
            begun(who)


def test_digital_signature_of_an_operator_is_not_the_persons() -> None:
    rules = {**stories.RULES, "signature_modes": ["digital_signature"]}
    operator = make.user(Role.STAFF)
    person = make.person(email=PERSON)
    call = stories.open_call(rules=rules)
    application = services.start_on_behalf(call, person, operator, "2026-1")
    stories.fill(application, operator)
    paper = signatures.drawn_paper(application, operator)
    content = io.BytesIO(signatures.p7m(paper))
    services.sign_digitally(application, content, "d.pdf.p7m", operator)
    with pytest.raises(Invalid) as refusal:
        send(application, operator)
    assert refusal.value.code == "signature_by_hand"


def test_operator_finds_a_profile_or_writes_one(client: FlaskClient) -> None:
    operator = make.user(Role.STAFF)
    call = stories.open_call()
    make.sign_in(client, operator)
    page = "/pratiche/per-conto"
    known = submit(client, page, call=call.code, tax_code=make.PERSON_TAX_CODE)
    assert "scrivilo ora" in words(known)
    typed = {
        "name": "Rosa Galli",
        "tax_code": make.PERSON_TAX_CODE,
        "birth_date": "01/01/1980",
        "municipality_code": "037006",
        "address": "Via Lame 12",
        "postcode": "40121",
        "phone": "051 123456",
        "email": PERSON,
    }
    wrong = submit(client, f"{page}/{call.code}/profilo/person", **{**typed, "email": "x"})
    assert wrong.status_code == 422
    written = submit(client, f"{page}/{call.code}/profilo/person", **typed)
    applicant = portal_db.session.scalars(portal_db.select(Applicant)).one()
    assert written.location.endswith(applicant.public_id)
    assert applicant.owner_ids == set()
    found = submit(client, page, call=call.code, tax_code=make.PERSON_TAX_CODE)
    assert "Rosa Galli" in words(found)
    begin = f"{page}/{call.code}/{applicant.public_id}"
    assert submit(client, begin, privacy_version="2026-1").status_code == 422
    answer = submit(client, begin, privacy_version="2026-1", privacy_read="y")
    assert answer.status_code == 303
    shown = words(client.get(answer.location))
    assert f"Candidatura compilata da {operator.name} per conto di Rosa Galli" in shown
    assert client.get(f"{page}/{call.code}/profilo/altro").status_code == 404


def test_helpdesk_is_closed_to_everybody_else(client: FlaskClient) -> None:
    make.sign_in(client, make.user(Role.AUDITOR))
    assert client.get("/pratiche/per-conto").status_code == 404
    with pytest.raises(NotFound):
        queries.get_assisted_call("nothing", make.user(Role.STAFF))


def test_page_says_who_acts_and_whether_that_was_verified(client: FlaskClient) -> None:
    operator, call, owner = make.user(Role.STAFF), stories.open_call(), make.user(name="Ivo Sala")
    code = make.PERSON_TAX_CODE
    known = make.person(owner, name="Rosa Galli", tax_code=code)
    make.person(name="Rosa Galli", tax_code=code)
    make.sign_in(client, operator)
    found = words(submit(client, "/pratiche/per-conto", call=call.code, tax_code=code))
    assert "Ivo Sala, per sé, dal" in found
    assert "nessuno l'ha verificato" in found
    assert "Non agisce nessuno: l'ha scritto l'ufficio." in found
    page = words(client.get(f"/pratiche/per-conto/{call.code}/{known.public_id}"))
    assert "Ivo Sala, per sé, dal" in page


def test_closed_account_neither_owns_nor_fills_in() -> None:
    owner, closed = make.user(name="Ada"), make.user(name="Ugo")
    application = stories.draft(applicant=make.body(owner, closed), owner=owner)
    assert [each.name for each in queries.owners_of(application)] == ["Ada", "Ugo"]
    disable_user(closed, make.user(Role.ADMIN))
    assert queries.owners_of(application) == queries.fillers_of(application) == [owner]
