"""Signing: the paper drawn, stale or not, and what comes back signed, rightly or not."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock, documents
from portal.applications import queries, services
from portal.applications.models import Application
from portal.calls.engine import SignatureMode
from portal.errors import Invalid, NotFound
from portal.permissions import Role
from tests import make
from tests.applications import signatures, stories
from tests.browse import submit, words
from tests.files import makers

pytestmark = pytest.mark.usefixtures("db")

BOTH = ["digital_signature", "handwritten_scan"]


def to_sign(*modes: str) -> Application:
    """A draft with nothing missing but the signature."""
    rules = {**stories.RULES, "signature_modes": list(modes or BOTH)}
    return stories.filled(stories.open_call(rules=rules))


def digitally(application: Application, content: bytes, name: str = "domanda.pdf.p7m") -> Any:
    """Hand in a digitally signed file."""
    owner = stories.owner_of(application)
    return services.sign_digitally(application, io.BytesIO(content), name, owner)


def refused(application: Application, content: bytes, name: str = "domanda.pdf.p7m") -> str:
    """Why a digitally signed file is refused."""
    with pytest.raises(Invalid) as refusal:
        digitally(application, content, name)
    assert refusal.value.field == "digital_signature_signed"
    return refusal.value.code


def send(application: Application, who: Any = None) -> Any:
    """Send it."""
    who = who or stories.owner_of(application)
    return services.submit_application(application, who, stories.KEY, clock.now())


def codes(application: Application) -> list[str]:
    """What keeps it from being sent."""
    owner = stories.owner_of(application)
    return [each.code for each in queries.obstacles(application, owner)]


@pytest.mark.database
def test_paper_signed_as_p7m_goes_with_the_application() -> None:
    application = to_sign()
    assert codes(application) == ["signature_missing"]
    with pytest.raises(Invalid) as refusal:
        send(application)
    assert refusal.value.code == "signature_missing"
    paper = signatures.drawn_paper(application, stories.owner_of(application))
    signed = digitally(application, signatures.p7m(paper))
    assert (signed.signers, signed.is_same) == ([signatures.SIGNER], True)
    assert codes(application) == []
    submission = send(application)
    assert submission.signature_mode is SignatureMode.DIGITAL_SIGNATURE
    said = json.loads(submission.snapshot)["signature"]
    assert [file["sha256"] for file in said["files"]] == [signed.file.sha256]
    assert said["paper"]["sha256"] == signed.paper.document.file.sha256
    assert said["paper"]["content_sha256"] in signed.paper.document.html


def test_envelopes_of_several_signers_are_opened_one_by_one() -> None:
    application = to_sign()
    paper = signatures.drawn_paper(application, stories.owner_of(application))
    twice = signatures.p7m(signatures.p7m(paper))
    assert digitally(application, twice, "domanda.pdf.p7m.p7m").is_same


@pytest.mark.database
def test_envelope_around_anything_else_is_refused() -> None:
    application = to_sign()
    signatures.drawn_paper(application, stories.owner_of(application))
    assert refused(application, signatures.p7m(makers.pdf()[1])) == "signed_other"
    assert refused(application, b"0\x03abc") == "file_damaged"


def test_signed_pdf_is_taken_and_an_unsigned_one_refused() -> None:
    application = to_sign()
    paper = signatures.drawn_paper(application, stories.owner_of(application))
    assert refused(application, paper, "domanda.pdf") == "signature_not_there"
    anew = digitally(application, signatures.signed_anew(paper), "firmata.pdf")
    assert (anew.signers, anew.is_same) == ([signatures.SIGNER], False)
    [row] = [x for x in queries.formality_rows(application) if x["label"] == "Da confrontare"]
    assert "confrontalo" in row["value"]


def test_signature_added_behind_the_paper_is_recognised() -> None:
    application = to_sign()
    paper = signatures.drawn_paper(application, stories.owner_of(application))
    signed = digitally(application, signatures.signed_at_the_end(paper), "firmata.pdf")
    assert (signed.signers, signed.is_same) == ([signatures.SIGNER], True)


@pytest.mark.database
def test_changed_answer_makes_paper_and_signature_stale() -> None:
    application = to_sign()
    owner = stories.owner_of(application)
    paper = signatures.drawn_paper(application, owner)
    digitally(application, signatures.p7m(paper))
    stories.fill(application, owner, money={"amount": ["7.000"]})
    assert codes(application) == ["signature_stale"]
    assert refused(application, signatures.p7m(paper)) == "signature_stale"
    with pytest.raises(Invalid) as refusal:
        send(application)
    assert refusal.value.code == "signature_stale"
    again = signatures.drawn_paper(application, owner)
    assert again != paper
    assert codes(application) == ["signature_missing"]
    digitally(application, signatures.p7m(again))
    assert codes(application) == []


def test_paper_that_still_says_the_same_is_not_drawn_again() -> None:
    application = to_sign()
    owner = stories.owner_of(application)
    assert services.draw_paper(application, owner) is services.draw_paper(application, owner)


def test_paper_waits_for_the_last_answer_and_for_its_drawing() -> None:
    rules = {**stories.RULES, "signature_modes": BOTH}
    application = stories.draft(stories.open_call(rules=rules))
    owner = stories.owner_of(application)
    with pytest.raises(Invalid) as early:
        services.draw_paper(application, owner)
    stories.fill(application, owner)
    services.draw_paper(application, owner)
    assert early.value.code == "not_complete_yet"
    assert refused(application, makers.envelope(makers.pdf()[1])) == "paper_not_drawn"


@pytest.mark.database
def test_signature_by_hand_needs_scan_and_identity_document() -> None:
    application = to_sign()
    owner = stories.owner_of(application)
    signatures.drawn_paper(application, owner)
    name, content = makers.pdf("scansione.pdf", pages=3)
    services.sign_by_hand(application, io.BytesIO(content), name, owner, "signed")
    assert codes(application) == ["signature_missing"]
    name, content = makers.picture("JPEG")
    services.sign_by_hand(application, io.BytesIO(content), "carta.jpg", owner, "identity")
    assert codes(application) == []
    submission = send(application)
    assert submission.signature_mode is SignatureMode.HANDWRITTEN_SCAN
    files = json.loads(submission.snapshot)["signature"]["files"]
    assert [file["part"] for file in files] == ["signed", "identity"]


def test_call_takes_only_its_own_ways_of_signing() -> None:
    application = to_sign("handwritten_scan")
    paper = signatures.drawn_paper(application, stories.owner_of(application))
    assert refused(application, signatures.p7m(paper)) == "signature_mode"


def test_session_of_an_identity_provider_is_not_offered_yet() -> None:
    application = to_sign("eid_session")
    assert queries.signing_of(application).modes == ()
    assert send(application).signature_mode is SignatureMode.NONE


def test_new_file_takes_the_place_of_the_old_and_may_be_taken_away() -> None:
    application = to_sign()
    owner = stories.owner_of(application)
    paper = signatures.drawn_paper(application, owner)
    first = digitally(application, signatures.p7m(paper))
    second = digitally(application, signatures.signed_anew(paper), "firmata.pdf")
    assert [each.id for each in queries.signing_of(application).files] == [second.id]
    assert first.file.removed_at is not None
    services.remove_signed_paper(application, second.file.public_id, owner)
    assert codes(application) == ["signature_missing"]


def test_who_only_reads_draws_and_signs_nothing() -> None:
    application = to_sign()
    reader = make.user(Role.STAFF)
    with pytest.raises(NotFound):
        services.draw_paper(application, reader)


def test_office_gets_the_signed_files_and_the_committee_does_not(client: FlaskClient) -> None:
    application = to_sign()
    paper = signatures.drawn_paper(application, stories.owner_of(application))
    signed = digitally(application, signatures.p7m(paper))
    send(application)
    address = f"/domande/{application.practice_code}/firma/{signed.file.public_id}"
    evaluator = make.user(Role.EVALUATOR)
    services.grant_access(application, evaluator, "assignment")
    statuses = []
    for who in (stories.owner_of(application), make.user(Role.STAFF), evaluator, make.user()):
        make.sign_in(client, who)
        statuses.append(client.get(address).status_code)
    assert statuses == [200, 200, 404, 404]


def test_page_draws_takes_and_refuses(client: FlaskClient) -> None:
    application = to_sign()
    owner = stories.owner_of(application)
    make.sign_in(client, owner)
    page = f"/domande/{application.practice_code}/firma"
    summary = f"/domande/{application.practice_code}/riepilogo"
    assert "prima firma la candidatura" in words(client.get(summary))
    assert submit(client, page, action="draw").status_code == 303
    assert "Stiamo preparando il documento" in words(client.get(page))
    paper = queries.signing_of(application).paper
    assert paper is not None
    documents.draw_document(paper.document_id)
    drawn = client.get(f"{page}/domanda.pdf").data
    wrong = {"digital_signature_signed": (io.BytesIO(makers.envelope(drawn + b" ")), "d.pdf.p7m")}
    answer = submit(client, page, action="sign", **wrong)
    assert answer.status_code == 422
    right = {"digital_signature_signed": (io.BytesIO(signatures.p7m(drawn)), "d.pdf.p7m")}
    assert submit(client, page, action="sign", **right).status_code == 303
    assert f"Certificato di {signatures.SIGNER}" in words(client.get(page))
    shown = words(client.get(summary))
    assert "Firma digitale" in shown and "prima firma la candidatura" not in shown
    [signed] = queries.signing_of(application).files
    assert submit(client, page, remove=signed.file.public_id).status_code == 303
    assert queries.signing_of(application).files == ()
    assert submit(client, page, action="nothing").status_code == 404
    assert submit(client, page, action="scan").status_code == 422


def test_page_says_plainly_that_the_paper_is_stale(client: FlaskClient) -> None:
    application = to_sign()
    owner = stories.owner_of(application)
    signatures.drawn_paper(application, owner)
    stories.fill(application, owner, money={"amount": ["7.000"]})
    make.sign_in(client, owner)
    page = f"/domande/{application.practice_code}/firma"
    assert "Prepara di nuovo il documento" in words(client.get(page))


def test_receipt_and_dossier_tell_of_the_signature(client: FlaskClient) -> None:
    application = to_sign()
    paper = signatures.drawn_paper(application, stories.owner_of(application))
    signed = digitally(application, signatures.p7m(paper))
    submission = send(application)
    assert signed.file.sha256 in submission.receipt.html
    for who, address in (
        (stories.owner_of(application), f"/domande/{application.practice_code}/ricevuta"),
        (stories.owner_of(application), f"/domande/{application.practice_code}"),
        (make.user(Role.STAFF), f"/pratiche/{application.practice_code}"),
    ):
        make.sign_in(client, who)
        shown = words(client.get(address))
        assert "Firma e documenti di invio" in shown and signatures.SIGNER in shown, address
