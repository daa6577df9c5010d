"""Documents of a profile: uploaded once, valid for a while, replaced and never lost."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from portal import clock
from portal.db import db as portal_db
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound
from portal.files import MEGABYTE, StoredFile, erase_removed_files
from portal.permissions import Role
from portal.registry.engine import ProfileDocument, Validity, validity_of
from portal.registry.models import Applicant, ApplicantDocument
from portal.registry.queries import (
    current_document,
    documents_due,
    documents_of,
    expiring_documents,
    usable_document,
)
from portal.registry.services import add_document, end_document
from tests import make
from tests.browse import submit, words
from tests.files.makers import pdf

STATUTE, DURC = ProfileDocument.STATUTE, ProfileDocument.CONTRIBUTION_CERTIFICATE


def add(
    applicant: Applicant,
    owner: object,
    kind: ProfileDocument = STATUTE,
    until: date | None = None,
    name: str = "statuto.pdf",
) -> ApplicantDocument:
    """Upload a document as its owner does."""
    return add_document(applicant, kind, (io.BytesIO(pdf()[1]), name), (None, until), owner)


def test_newer_document_takes_the_place_and_the_file_of_the_older_goes(db: SQLAlchemy) -> None:
    owner = make.user()
    body = make.body(owner)
    first, second = add(body, owner), add(body, owner, name="statuto nuovo.pdf")
    assert documents_of(body) == [second]
    assert first.ended_at is not None
    assert (first.file.removed_at is None, second.file.removed_at) == (False, None)
    with clock.at(clock.now() + timedelta(days=31)):
        erase_removed_files()
    assert (first.file.erased_at is None, second.file.erased_at) == (False, None)
    assert portal_db.session.scalar(select(func.count()).select_from(ApplicantDocument)) == 2


def test_kinds_stand_side_by_side_in_their_order(db: SQLAlchemy) -> None:
    owner = make.user()
    body = make.body(owner)
    durc, statute = add(body, owner, DURC), add(body, owner)
    assert documents_of(body) == [statute, durc]


def test_person_keeps_no_statute(db: SQLAlchemy) -> None:
    owner = make.user()
    person = make.person(owner)
    with pytest.raises(Invalid) as refusal:
        add(person, owner)
    assert refusal.value.field == "kind"
    assert add(person, owner, ProfileDocument.CURRICULUM).kind is ProfileDocument.CURRICULUM


@pytest.mark.parametrize(
    ("days", "validity"),
    [
        (None, Validity.VALID),
        (31, Validity.VALID),
        (30, Validity.EXPIRING),
        (0, Validity.EXPIRING),
        (-1, Validity.EXPIRED),
    ],
)
def test_document_is_good_to_its_last_day(days: int | None, validity: Validity) -> None:
    day = date(2026, 11, 22)
    until = None if days is None else day + timedelta(days=days)
    assert validity_of(until, day) is validity


def test_expired_document_is_offered_to_no_application(db: SQLAlchemy) -> None:
    owner = make.user()
    body = make.body(owner)
    until = clock.today() + timedelta(days=10)
    durc = add(body, owner, DURC, until)
    assert usable_document(body, DURC) == durc
    assert expiring_documents(until) == [durc]
    with clock.at(clock.now() + timedelta(days=11)):
        assert usable_document(body, DURC) is None
        assert current_document(body, DURC) == durc


def test_due_documents_are_those_of_ones_own_profiles(db: SQLAlchemy) -> None:
    owner, other = make.user(), make.user()
    soon = clock.today() + timedelta(days=5)
    mine = add(make.body(owner), owner, DURC, soon)
    add(make.body(other, tax_code="80039790375"), other, DURC, soon)
    add(make.body(owner, tax_code="00743110157"), owner, DURC, soon + timedelta(days=90))
    assert [line.document for line in documents_due(owner)] == [mine]


@pytest.mark.parametrize(
    ("issued", "until", "code", "field"),
    [
        (1, None, "document_future", "issued_on"),
        (None, -1, "document_expired", "expires_on"),
        (0, -1, "document_expired", "expires_on"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_kept(
    db: SQLAlchemy, issued: int | None, until: int | None, code: str, field: str
) -> None:
    owner = make.user()
    body, today = make.body(owner), clock.today()
    term = [None if days is None else today + timedelta(days=days) for days in (issued, until)]
    with pytest.raises(Invalid) as refusal:
        add_document(body, STATUTE, (io.BytesIO(pdf()[1]), "s.pdf"), (term[0], term[1]), owner)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert portal_db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_only_who_acts_for_the_profile_adds_and_takes_out(db: SQLAlchemy) -> None:
    owner, stranger = make.user(), make.user()
    body = make.body(owner)
    with pytest.raises(NotFound):
        add(body, stranger)
    with pytest.raises(Forbidden):
        add(body, make.user(Role.STAFF))
    statute = add(body, owner)
    with pytest.raises(NotFound):
        end_document(statute, stranger)
    end_document(statute, owner)
    assert documents_of(body) == []
    assert statute.file.removed_at is not None


def test_owner_uploads_reads_and_takes_out_in_the_pages(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    owner = make.user()
    body = make.body(owner)
    make.sign_in(client, owner)
    page = f"/profili/{body.public_id}/documenti"
    assert "Ancora nessun documento" in words(client.get(page))
    refused = submit(client, page, kind="statute", expires_on="31/02/2027")
    assert refused.status_code == 422
    assert 'value="31/02/2027"' in refused.text
    missing = submit(client, page, kind="statute", expires_on="28/02/2027")
    assert missing.status_code == 422
    name, content = pdf()
    sent = submit(
        client, page, kind="statute", expires_on="28/02/2027", file=(io.BytesIO(content), name)
    )
    assert sent.status_code == 303
    text = words(client.get(page))
    assert "28/02/2027" in text
    assert "Valido" in text
    kept = documents_of(body)[0]
    assert client.get(f"{page}/{kept.file.public_id}").data == content
    assert submit(client, f"{page}/{kept.file.public_id}/togli").status_code == 303
    assert documents_of(body) == []


def test_page_says_which_documents_will_be_asked_for_and_which_are_there(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    owner = make.user()
    body = make.body(owner)
    add(body, owner)
    make.sign_in(client, owner)
    text = words(client.get(f"/profili/{body.public_id}/documenti"))
    assert "Documenti che ti chiederemo" in text
    assert "Statuto o atto costitutivo A posto Ultimo bilancio Non c'è ancora" in text
    assert "Esente: è un ente del Terzo settore" in text


def test_document_ends_once_and_full_room_or_no_pdf_leaves_the_profile_as_it_is(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    owner = make.user()
    body = make.body(owner)
    make.sign_in(client, owner)
    page = f"/profili/{body.public_id}/documenti"
    wrong = (io.BytesIO(b"MZ not a document"), "statuto.pdf")
    answer = submit(client, page, kind="statute", file=wrong)
    assert (answer.status_code, documents_of(body)) == (422, [])
    statute = add(body, owner)
    with transaction():
        statute.file.size = 500 * MEGABYTE
    with pytest.raises(Invalid) as refusal:
        add(body, owner, DURC)
    assert refusal.value.code == "person_quota"
    assert documents_of(body) == [statute]
    end_document(statute, owner)
    ended_at = statute.ended_at
    with clock.at(clock.now() + timedelta(hours=1)):
        end_document(statute, owner)
    assert statute.ended_at == ended_at
