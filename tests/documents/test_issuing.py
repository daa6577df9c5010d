"""From the deed that issues a document to the PDF that people read."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask_sqlalchemy import SQLAlchemy
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader

from portal import clock, documents, files, i18n, jobs
from portal.db import transaction
from portal.documents import Document, DocumentState, issuing
from portal.files import storage
from tests.documents.conftest import Fake, text_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LETTER = """{% extends "documents/base.html" %}{% block content %}
<p>{{ text }}</p>{% endblock %}"""
LONG = """{% extends "documents/base.html" %}{% block content %}
{% for number in range(rows) %}<p>Riga {{ number }}</p>{% endfor %}{% endblock %}"""
TYPED = "Perché la città è così: 1.234,56 € <b>& basta</b>"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of the test's own, and two templates beside the portal's."""
    own = DictLoader({"documents/letter.html": LETTER, "documents/long.html": LONG})
    environment = Environment(
        loader=ChoiceLoader([own, FileSystemLoader(TEMPLATES)]), autoescape=True
    )
    environment.globals["_"] = i18n.gettext

    def render(template: str, **context: Any) -> str:
        return environment.get_template(template).render(context)

    monkeypatch.setattr(issuing, "_render", render)
    store = storage.open_store((tmp_path / "store").as_uri(), reserve=0)
    monkeypatch.setattr(storage, "_storage", store)


def issue(key: str = "receipt:1", template: str = "letter", **context: Any) -> Document:
    with transaction():
        return documents.issue_document(
            "receipt",
            key=key,
            title="Ricevuta n. 7/2026",
            language="it",
            template=template,
            **{"text": TYPED, **context},
        )


def drawn(document: Document) -> bytes:
    assert document.file is not None
    with files.open_file(document.file) as file:
        return file.read()


def test_issued_document_is_kept_as_text_with_its_hash_and_waits(db: SQLAlchemy) -> None:
    document = issue()

    assert "<p>Perché la città è così: 1.234,56 € &lt;b&gt;&amp; basta" in document.html
    assert document.sha256 == hashlib.sha256(document.html.encode()).hexdigest()
    assert (document.state, document.file, document.pages) == (DocumentState.WAITING, None, None)


def test_worker_draws_the_document_and_people_can_read_it(db: SQLAlchemy) -> None:
    document = issue()

    assert jobs.work_once("worker")

    text = " ".join(text_of(drawn(document)).split())
    assert text == (
        "Insieme per il lavoro Programma di Comune, Città metropolitana e Arcidiocesi di Bologna "
        f"Ricevuta n. 7/2026 {TYPED} Pagina 1 di 1"
    )
    assert (document.state, document.pages) == (DocumentState.DRAWN, 1)
    assert document.file.name == "Ricevuta n. 7 2026.pdf"
    assert not jobs.work_once("worker")


def test_pdf_carries_title_language_and_embedded_text_fonts(db: SQLAlchemy) -> None:
    document = issue()
    jobs.work_once("worker")

    with pikepdf.open(io.BytesIO(drawn(document))) as pdf:
        fonts = pdf.pages[0].Resources.Font
        embedded = {
            str(font.DescendantFonts[0].FontDescriptor.get("/FontFile2") is not None)
            for name, font in fonts.items()
            if name != "/PageNumber"
        }
        assert str(pdf.docinfo["/Title"]) == "Ricevuta n. 7/2026"
        assert str(pdf.Root.Lang) == "it"
        assert embedded == {"True"}


def test_every_sheet_has_its_number(db: SQLAlchemy) -> None:
    document = issue(template="long", rows=90)
    jobs.work_once("worker")

    stamps = re.findall(r"Pagina \d+ di \d+", text_of(drawn(document)))

    assert document.pages > 1
    assert stamps == [
        f"Pagina {number} di {document.pages}" for number in range(1, document.pages + 1)
    ]


def test_document_is_issued_once_by_its_key(db: SQLAlchemy) -> None:
    first = issue()
    again = issue(text="Un testo diverso")

    assert again is first
    assert "Un testo diverso" not in again.html
    assert db.session.query(jobs.Job).filter_by(kind="documents.draw").count() == 1


def test_document_drawn_twice_keeps_its_first_drawing(db: SQLAlchemy) -> None:
    document = issue()
    documents.draw_document(document.id)
    first = document.file_id
    documents.draw_document(document.id)

    assert document.file_id == first
    assert db.session.query(files.StoredFile).count() == 1


def test_document_is_neither_issued_outside_nor_drawn_inside_a_deed(db: SQLAlchemy) -> None:
    document = issue()

    with pytest.raises(RuntimeError, match="issued inside"):
        documents.issue_document(
            "receipt", key="receipt:2", title="x", language="it", template="letter"
        )
    with transaction(), pytest.raises(RuntimeError, match="never inside a transaction"):
        documents.draw_document(document.id)


def test_failing_renderer_is_tried_again_and_then_shown_as_failed(
    db: SQLAlchemy, fake: Fake
) -> None:
    fake("exit 1")
    document = issue()

    states = []
    for minutes in (0, 1, 2):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            jobs.work_once("worker")
        states.append(document.state)

    assert states == [DocumentState.WAITING, DocumentState.WAITING, DocumentState.FAILED]
    assert document.error == "wkhtmltopdf ended with 1 and drew nothing"


def test_failed_document_is_mended_by_a_later_try(db: SQLAlchemy, fake: Fake) -> None:
    fake("exit 1")
    document = issue()
    for _ in range(documents.MOST_TRIES):
        with pytest.raises(documents.DrawingFailed):
            documents.draw_document(document.id)
    failed = document.state
    documents.configure_drawing(program=None, seconds=20)

    documents.draw_document(document.id)

    assert (failed, document.state) == (DocumentState.FAILED, DocumentState.DRAWN)
    assert document.error is None


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("printf '%%PDF-1.4\\n'", "the PDF is not whole"),
        ("echo Segmentation fault", "the PDF is not whole"),
    ],
    ids=["cut", "garbage"],
)
def test_drawing_that_is_no_whole_pdf_is_not_kept(
    db: SQLAlchemy, fake: Fake, script: str, reason: str
) -> None:
    fake(script)
    document = issue()

    with pytest.raises(documents.DrawingFailed, match=reason):
        documents.draw_document(document.id)

    assert (document.state, document.file) == (DocumentState.WAITING, None)
    assert document.error == reason


def test_document_of_too_many_pages_is_not_kept(db: SQLAlchemy, fake: Fake, tmp_path: Path) -> None:
    sheets = pikepdf.new()
    for _ in range(301):
        sheets.add_blank_page()
    sheets.save(tmp_path / "many.pdf")
    fake(f"cat {tmp_path}/many.pdf")
    document = issue()

    with pytest.raises(documents.DrawingFailed, match="the PDF has 301 pages"):
        documents.draw_document(document.id)


def test_refused_picture_does_not_cost_a_person_their_receipt(
    db: SQLAlchemy, fake: Fake, tmp_path: Path
) -> None:
    sheet = pikepdf.new()
    sheet.add_blank_page()
    sheet.save(tmp_path / "one.pdf")
    fake(f"cat {tmp_path}/one.pdf; exit 1")
    document = issue()

    documents.draw_document(document.id)

    assert document.state is DocumentState.DRAWN


def test_changed_text_is_never_drawn(db: SQLAlchemy) -> None:
    document = issue()
    with transaction():
        document.html = document.html.replace("città", "campagna")

    with pytest.raises(documents.DrawingFailed, match="not the one that was issued"):
        documents.draw_document(document.id)


def test_two_workers_at_once_keep_one_drawing(db: SQLAlchemy) -> None:
    document = issue()
    first, second = (
        files.receive_made(content, "ricevuta.pdf", "application/pdf") for content in (b"1", b"2")
    )

    issuing.keep_drawing(document, first, 1)
    issuing.keep_drawing(document, second, 1)

    assert drawn(document) == b"1"
    assert db.session.query(files.StoredFile).count() == 1
