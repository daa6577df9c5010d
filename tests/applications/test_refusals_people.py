"""What is refused of invitations, signatures and confirmations, by service and on the page."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application, Confirmation
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.db import transaction
from portal.errors import Invalid
from portal.permissions import Right
from portal.registry.models import MandateKind
from tests import make
from tests.applications import signatures, stories
from tests.applications.test_collaborators import COLLEAGUE, invite, joined
from tests.applications.test_confirmations import RULES
from tests.applications.test_signing import digitally, to_sign
from tests.applications.test_stamps import to_stamp
from tests.browse import mails_to, submit, words
from tests.files import makers

pytestmark = pytest.mark.usefixtures("db")


def page_of(application: Application, *parts: str) -> str:
    """The address of one of the application's pages."""
    return "/".join(("/domande", application.practice_code, *parts))


def to_confirm(is_filled: bool = True) -> Application:
    """A draft of a representative, to a call that wants a confirmation."""
    representative = make.user()
    begin = stories.filled if is_filled else stories.draft
    rules = {**RULES, "signature_modes": ["digital_signature"]}
    return begin(stories.open_call(rules=rules), make.body(representative), representative)


def deeds(application: Application, action: str) -> int:
    """How often something was done to an application."""
    found = select(func.count()).where(
        AuditEntry.action == action, AuditEntry.record_id == application.id
    )
    return portal_db.session.scalar(found) or 0


def test_application_takes_twenty_people() -> None:
    application = stories.draft()
    for number in range(20):
        invite(application, f"persona{number}@esempio.example.org", Right.READ)
    with pytest.raises(Invalid) as refusal:
        invite(application, COLLEAGUE)
    assert (refusal.value.code, refusal.value.field) == ("too_many_people", "email")
    services.end_collaborator(
        application, queries.people_of(application)[0], stories.owner_of(application)
    )
    invite(application, COLLEAGUE)
    assert len(queries.people_of(application)) == 20


def test_ending_twice_is_ending_once() -> None:
    application = stories.draft()
    owner, person = stories.owner_of(application), joined(application)
    [row] = queries.people_of(application)
    for _ in range(2):
        services.end_collaborator(application, row, owner)
    assert [mail.template for mail in mails_to(person.email)].count("collaborator_ended") == 1
    assert deeds(application, "application.end_invitation") == 1


def test_who_became_an_owner_keeps_the_sections_when_the_invitation_ends() -> None:
    application = stories.draft()
    owner, person = stories.owner_of(application), joined(application)
    services.assign_sections(application, {"money": person.id}, owner)
    kind = MandateKind.LEGAL_REPRESENTATIVE
    with transaction():
        mandate = make.Mandate(user_id=person.id, kind=kind, started_at=clock.now())
        application.applicant.mandates.append(mandate)
    services.end_collaborator(application, queries.people_of(application)[0], owner)
    assert queries.assignments(application)["money"].user_id == person.id


def test_part_finished_twice_is_told_once_and_may_be_taken_back() -> None:
    application = stories.draft()
    owner, person = stories.owner_of(application), joined(application)
    services.assign_sections(application, {"money": person.id}, owner)
    for is_done in (True, True, False):
        services.finish_section(application, "money", person, is_done)
    assert queries.assignments(application)["money"].done_at is None
    assert [mail.template for mail in mails_to(owner.email)].count("section_finished") == 1


def test_page_of_the_people_says_what_is_refused(client: FlaskClient) -> None:
    application = stories.draft()
    owner, reader = stories.owner_of(application), joined(application, Right.READ)
    make.sign_in(client, owner)
    page = page_of(application, "persone")
    own = submit(client, page, email=owner.email, right="edit")
    assert (own.status_code, owner.email in own.text) == (422, True)
    given = submit(client, f"{page}/sezioni", page=page, section_money=str(reader.id))
    assert (given.status_code, queries.assignments(application)) == (422, {})
    invite(application)
    row = next(each for each in queries.people_of(application) if each.email == COLLEAGUE)
    with pytest.raises(Invalid):
        for _ in range(20):
            services.resend_invitation(application, row, owner)
    sent = len(mails_to(COLLEAGUE))
    again = submit(client, f"{page}/{row.id}/rimanda", page=page)
    assert (again.status_code, len(mails_to(COLLEAGUE))) == (422, sent)


def test_what_is_not_filled_in_is_neither_asked_nor_confirmed(client: FlaskClient) -> None:
    application = to_confirm(is_filled=False)
    owner = stories.owner_of(application)
    with pytest.raises(Invalid) as refusal:
        services.confirm_application(application, owner, application.answer_set.version)
    assert refusal.value.code == "not_complete_yet"
    make.sign_in(client, owner)
    page = page_of(application, "firma")
    for action in ("ask", "draw"):
        refused = submit(client, page, action=action)
        assert (refused.status_code, "Prima compila tutto" in words(refused)) == (422, True)
    assert queries.last_confirmation(application) is None
    assert queries.signing_of(application).paper is None


def test_page_sends_back_with_the_reason(client: FlaskClient) -> None:
    application = to_confirm()
    make.sign_in(client, stories.owner_of(application))
    version = str(application.answer_set.version)
    page = page_of(application, "conferma")
    answer = submit(
        client, page, action="send_back", version=version, reason="Il titolo è sbagliato."
    )
    assert (answer.status_code, answer.location) == (303, page_of(application))
    given = queries.last_confirmation(application)
    assert given is not None
    assert (given.verdict, given.reason) == ("sent_back", "Il titolo è sbagliato.")


def test_word_already_given_is_not_given_again_by_sending(client: FlaskClient) -> None:
    application = to_confirm()
    owner = stories.owner_of(application)
    given = services.confirm_application(application, owner, application.answer_set.version)
    paper = signatures.drawn_paper(application, owner)
    digitally(application, signatures.p7m(paper))
    services.submit_application(application, owner, stories.KEY, clock.now(), True)
    assert portal_db.session.scalars(select(Confirmation)).all() == [given]
    assert deeds(application, "application.confirm") == 1
    make.sign_in(client, owner)
    for part in ("firma", "conferma"):
        answer = client.get(page_of(application, part))
        assert (answer.status_code, answer.location) == (303, page_of(application))


def test_scans_are_handed_in_on_the_page(client: FlaskClient) -> None:
    application = to_sign("handwritten_scan")
    owner = stories.owner_of(application)
    signatures.drawn_paper(application, owner)
    make.sign_in(client, owner)
    page = page_of(application, "firma")
    scans = {
        "handwritten_scan_signed": (io.BytesIO(makers.pdf(pages=3)[1]), "scansione.pdf"),
        "handwritten_scan_identity": (io.BytesIO(makers.picture("JPEG")[1]), "carta.jpg"),
    }
    assert submit(client, page, action="scan", **scans).status_code == 303
    shown = words(client.get(page))
    assert ("scansione.pdf" in shown, "carta.jpg" in shown) == (True, True)
    assert queries.obstacles(application, owner) == []


def test_envelope_that_names_no_signer_is_said_to_hold_the_paper(client: FlaskClient) -> None:
    application = to_sign()
    owner = stories.owner_of(application)
    paper = signatures.drawn_paper(application, owner)
    assert digitally(application, makers.envelope(paper)).signers == []
    make.sign_in(client, owner)
    shown = words(client.get(page_of(application, "firma")))
    assert ("Contiene il documento" in shown, "Certificato di" in shown) == (True, False)


def test_reference_of_a_payment_has_a_length(client: FlaskClient) -> None:
    application = to_stamp()
    make.sign_in(client, stories.owner_of(application))
    page = page_of(application, "firma")
    answer = submit(client, page, action="stamp", version="0", reference="F24" * 200)
    assert answer.status_code == 422
    assert queries.stamp_of(application).given is None
