"""A drawing that fails costs nobody anything: staff see it, and have it drawn again."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import clock, documents, jobs
from portal.applications.states import ApplicationState
from portal.audit import AuditEntry
from portal.db import db, transaction
from portal.documents import DocumentState, DrawingFailed
from portal.documents.drawing import Engine, draw
from portal.errors import Forbidden
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.browse import submit, words
from tests.documents.conftest import Fake, issue_receipt

HOUR = timedelta(hours=1)


def work_for(hours: int) -> int:
    """Let a worker do what falls due within some hours; return how many jobs it did."""
    done = 0
    for passed in range(hours):
        with clock.at(clock.now() + passed * HOUR):
            while jobs.work_once("worker"):
                done += 1
    return done


def receipt_of(application: object) -> documents.Document:
    return application.submission.receipt  # type: ignore[attr-defined]


@pytest.mark.check(41)
@pytest.mark.database
@pytest.mark.parametrize("script", ["exit 1", "kill -SEGV $$", "exit 0", "echo garbage"])
def test_failing_renderer_costs_no_submission_and_shows(
    client: FlaskClient, fake: Fake, script: str
) -> None:
    fake(script)
    application = stories.sent()
    number = application.submission.protocol_entry.code
    assert work_for(9) == jobs.MOST_TRIES

    assert application.state is ApplicationState.SUBMITTED
    assert receipt_of(application).state is DocumentState.FAILED
    assert documents.failed_documents() == [receipt_of(application)]
    assert documents.count_failed_documents() == 1
    make.sign_in(client, stories.owner_of(application))
    page = words(client.get(f"/domande/{application.practice_code}/ricevuta"))
    assert (number in page, "quello che conta è il numero di protocollo" in page) == (True, True)
    make.sign_in(client, make.user(Role.STAFF))
    page = words(client.get(f"/pratiche/{application.practice_code}"))
    assert "Non riuscito" in page
    assert "5 tentativi" in page


@pytest.mark.check(41)
@pytest.mark.database
def test_failed_document_is_drawn_again_when_staff_ask(client: FlaskClient, fake: Fake) -> None:
    fake("exit 1")
    application = stories.sent()
    work_for(9)
    staff = make.user(Role.STAFF)
    make.sign_in(client, staff)
    receipt, code = receipt_of(application), application.practice_code
    address = f"/pratiche/{code}/documenti/{receipt.public_id}/ridisegna"
    assert address in client.get(f"/pratiche/{code}").text

    for _ in range(2):  # pressed twice, asked once
        assert submit(client, address, page="/account").location == f"/pratiche/{code}"
    assert receipt.state is DocumentState.WAITING
    assert "In preparazione" in words(client.get(f"/pratiche/{code}"))
    documents.configure_drawing(program=None, seconds=20)
    assert work_for(1) == 1

    assert receipt.state is DocumentState.DRAWN
    assert documents.failed_documents() == []
    page = client.get(f"/pratiche/{code}").text
    assert (f"/domande/{code}/ricevuta.pdf" in page, address in page) == (True, False)
    deeds = sa.select(AuditEntry.actor_id).where(AuditEntry.action == "document.redraw")
    assert list(db.session.scalars(deeds)) == [staff.id]


def test_only_who_is_at_work_on_the_dossier_may_ask(db: SQLAlchemy) -> None:
    application = stories.sent()
    for person in (stories.owner_of(application), make.user(Role.AUDITOR), make.user(Role.ADMIN)):
        with pytest.raises(Forbidden):
            documents.redraw_document(receipt_of(application), person, application)


@pytest.mark.check(41)
def test_drawing_that_takes_its_worker_down_counts_as_a_try(db: SQLAlchemy, fake: Fake) -> None:
    fake("exit 0")
    document = issue_receipt()
    for _ in range(documents.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt), pytest.MonkeyPatch.context() as patch:
            patch.setattr("portal.documents.issuing.draw", kill)
            documents.draw_document(document.id)

    assert document.state is DocumentState.FAILED
    assert document.error == "the drawing did not end"


def kill(_html: str) -> bytes:
    """What happens to a worker that is stopped in the middle."""
    raise KeyboardInterrupt


@pytest.mark.check(41)
def test_five_thousand_sheets_are_refused_in_time(db: SQLAlchemy, engine: Engine) -> None:
    documents.configure_drawing(seconds=2)
    document = issue_receipt()
    with transaction():
        sheets = '<p style="page-break-before: always">x</p>' * 5_000
        document.html = document.html.replace("</body>", f"{sheets}</body>")
        document.sha256 = documents.issuing.hash_of(document.html)
    start = time.monotonic()

    with pytest.raises(DrawingFailed, match=r"the PDF has \d{4} pages|did not end in time"):
        documents.draw_document(document.id)

    assert time.monotonic() - start < 10
    assert document.file_id is None


@pytest.mark.check(41)
@pytest.mark.parametrize("script", ["sleep 60 & sleep 60", "exit 1", "kill -SEGV $$", "exit 0"])
def test_weasyprint_that_misbehaves_fails_as_the_other_does(fake: Fake, script: str) -> None:
    fake(script)
    documents.configure_drawing(engine=Engine.WEASYPRINT, seconds=0.3)
    with pytest.raises(DrawingFailed, match="^weasyprint (did not end in time|ended with)"):
        draw("x")


@pytest.mark.check(42)
@pytest.mark.database
def test_nothing_is_drawn_while_somebody_waits(
    client: FlaskClient, fake: Fake, tmp_path: Path
) -> None:
    sheet, drawn = io.BytesIO(), tmp_path / "drawn"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(sheet)
    (tmp_path / "one.pdf").write_bytes(sheet.getvalue())
    fake(f"echo x >> {drawn}; cat {tmp_path}/one.pdf")
    application = stories.filled()
    make.sign_in(client, stories.owner_of(application))
    pages = f"/domande/{application.practice_code}"

    for _ in range(2):  # a double click
        form = {"request_key": stories.KEY, "confirmed": "y"}
        answer = submit(client, f"{pages}/invia", page="/account", **form)
        assert answer.location == f"{pages}/ricevuta"
    for page in ("", "/ricevuta", "/ricevuta.pdf"):
        client.get(pages + page)
    assert not drawn.exists()
    assert work_for(1) == 1
    assert drawn.read_text() == "x\n"
