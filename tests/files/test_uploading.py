"""Files sent with a page: refused beside their field, with all else that came kept."""

from __future__ import annotations

import html
import io
import re
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal.applications import queries, services
from portal.applications.models import Application
from portal.applications.services import attachments
from portal.files import storage
from portal.questionnaires.queries import answers_of
from tests import make
from tests.applications import stories
from tests.browse import TOKEN
from tests.files import makers
from tests.files.conftest import Store
from tests.files.test_objects import use
from tests.files.vectors import EICAR
from tests.network import free_port
from tests.stores import Bucket

pytestmark = pytest.mark.usefixtures("db")
PDF = makers.pdf()[1]
CSP = "default-src 'none'; sandbox"


def send(
    client: FlaskClient, application: Application, *files: makers.Made, **typed: str
) -> TestResponse:
    """Save the page with a file question as a browser does, with files chosen."""
    address = f"/domande/{application.practice_code}/sezioni/money"
    page = client.get(address).text
    token, version = TOKEN.search(page), re.search(r'name="version"[^>]*value="([^"]*)"', page)
    assert token
    assert version
    answers: dict[str, Any] = {"csrf_token": token[1], "version": version[1], "action": "save"}
    budget = [FileStorage(io.BytesIO(content), quoted(name), "budget") for name, content in files]
    boundary, body = encode_multipart({**answers, **typed, "budget": budget})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(address, data=body, content_type=kind)


def quoted(name: str) -> str:
    """A file name as it is written between quotation marks in a multipart header."""
    return name.replace("\\", "\\\\").replace('"', '\\"')


@pytest.fixture
def application(client: FlaskClient, store: Store) -> Application:
    """A draft whose owner is signed in; the page `money` asks for up to two PDFs."""
    draft = stories.draft()
    make.sign_in(client, stories.owner_of(draft))
    return draft


def names(application: Application) -> list[str]:
    return [attachment.file.name for attachment in queries.kept_files(application)]


def refusal(answer: TestResponse) -> str:
    """The sentence beside the file field."""
    found = re.search(r'id="question-budget-error".*?</p>', answer.text, re.DOTALL)
    assert found, "no error stands beside the field"
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found[0]).split()))


REFUSED: dict[str, tuple[Callable[[], makers.Made], str]] = {
    "file_empty": (lambda: ("vuoto.pdf", b""), "Il file è vuoto"),
    "file_name": (lambda: (".pdf", makers.pdf()[1]), "Il nome del file non va bene"),
    "file_type_not_allowed": (lambda: ("l.svg", b"<svg/>"), "file di questo tipo"),
    "HEIC": (lambda: ("IMG.HEIC", b"x"), "in JPEG se è una foto dell'iPhone (HEIC)"),
    "file_type_mismatch": (lambda: ("p.pdf", b"<html></html>"), "non corrisponde al suo nome"),
    "file_damaged": (makers.cut_pdf, "non si apre"),
    "file_password": (lambda: makers.locked_pdf("x"), "password"),
    "file_active_content": (makers.pdf_with_attachment, "macro"),
    "file_too_complex": (lambda: makers.pdf(pages=301), "troppe pagine"),
    "EICAR": (lambda: ("eicar.pdf", EICAR), "non si apre"),
}


@pytest.mark.check(31)
@pytest.mark.parametrize(("make_file", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_file_is_said_beside_its_field_and_all_else_is_kept(
    client: FlaskClient,
    application: Application,
    store: Store,
    make_file: Callable[[], makers.Made],
    said: str,
) -> None:
    send(client, application, ("primo.pdf", makers.pdf()[1]))

    answer = send(client, application, make_file(), amount="1.234,56")

    assert (answer.status_code, 'href="#question-budget"' in answer.text) == (422, True)
    assert said in refusal(answer)
    assert answers_of(application.answer_set).value("amount") == "1234.56"
    assert "1.234,56" in answer.text
    assert names(application) == ["primo.pdf"]
    assert "primo.pdf" in answer.text
    assert len(store.all_files()) == 1


@pytest.mark.check(29, 33)
@pytest.mark.parametrize(
    ("sent", "header"),
    [
        ("C:\\Users\\Mario\\visura.pdf", 'attachment; filename="visura.pdf"; '),
        ("../../../etc/cron.d/x.pdf", 'attachment; filename="x.pdf"; '),
        ('a"; filename="b.html.pdf', 'attachment; filename="a_; filename=_b.html.pdf"; '),
        ("perché €.pdf", 'attachment; filename="perche .pdf"; '),
    ],
)
def test_file_comes_back_under_its_plain_name_and_is_never_run(
    client: FlaskClient, application: Application, sent: str, header: str
) -> None:
    assert send(client, application, (sent, PDF)).status_code == 303
    attachment = queries.kept_files(application)[0]

    answer = client.get(
        f"/domande/{application.practice_code}/allegati/{attachment.file.public_id}"
    )

    assert answer.headers["Content-Disposition"].startswith(header)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.data == PDF


@pytest.mark.check(29)
def test_name_that_is_markup_is_shown_as_text(
    client: FlaskClient, application: Application
) -> None:
    send(client, application, ("<img src=x onerror=alert(1)>.pdf", makers.pdf()[1]))

    page = client.get(f"/domande/{application.practice_code}/sezioni/money").text

    assert "&lt;img src=x onerror=alert(1)&gt;.pdf" in page
    assert "<img src=x" not in page


@pytest.mark.check(34)
def test_disk_at_its_reserve_refuses_the_file_and_nothing_else(
    client: FlaskClient, application: Application, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = stories.owner_of(application)
    send(client, application, ("primo.pdf", makers.pdf()[1]))
    free = shutil.disk_usage(store.folder).free
    full = storage.open_store(store.folder.as_uri(), reserve=free * 2)
    monkeypatch.setattr(storage, "_storage", full)

    answer = send(client, application, ("altro.pdf", makers.pdf()[1]), amount="1.234,56")

    assert answer.status_code == 507
    assert "Quello che hai scritto è salvato, e puoi inviare senza" in refusal(answer)
    assert answers_of(application.answer_set).value("amount") == "1234.56"
    assert names(application) == ["primo.pdf"]

    stories.fill(application, owner)
    services.submit_application(application, owner, stories.KEY, application.started_at)
    assert application.submission is not None


@pytest.mark.check(34)
def test_person_is_told_how_much_room_is_left(
    client: FlaskClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, application, ("primo.pdf", PDF))
    monkeypatch.setattr(attachments, "megabytes", lambda _name: 1024)

    answer = send(client, application, ("altro.pdf", PDF), amount="1.234,56")

    assert answer.status_code == 422
    assert (
        "altro.pdf: Questo file occupa 1 kB, ma dei 1 kB di una candidatura ne restano 1 kB: "
        "1 kB sono già usati. Riducilo, oppure togli un altro file."
    ) in refusal(answer)
    assert answers_of(application.answer_set).value("amount") == "1234.56"
    assert names(application) == ["primo.pdf"]


def test_file_kept_in_s3_comes_back_by_the_page(
    client: FlaskClient, application: Application, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(bucket, monkeypatch)
    photo = makers.picture(size=(1200, 900))[1]

    assert send(client, application, ("conti.pdf", PDF)).status_code == 303
    refused = send(client, application, ("carta.png", photo))
    assert (refused.status_code, len(bucket.keys())) == (422, 1)

    kept = queries.kept_files(application)[0].file
    download = client.get(f"/domande/{application.practice_code}/allegati/{kept.public_id}")
    assert (download.status_code, download.data) == (200, PDF)
    assert download.headers["Content-Length"] == str(len(PDF))

    bucket.delete(bucket.keys()[0])
    gone = client.get(f"/domande/{application.practice_code}/allegati/{kept.public_id}")
    assert gone.status_code == 404


def test_store_that_is_away_refuses_the_file_beside_its_field(
    client: FlaskClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, application, ("primo.pdf", makers.pdf()[1]))
    access = storage.Access(f"http://127.0.0.1:{free_port()}", "key", "secret", "eu-south-1")
    away = storage.open_store("s3://portale/files", access, reserve=0)
    monkeypatch.setattr(storage, "_storage", away)

    answer = send(client, application, ("altro.pdf", makers.pdf()[1]), amount="1.234,56")

    assert answer.status_code == 422
    assert "non riusciamo a conservare i file" in refusal(answer)
    assert answers_of(application.answer_set).value("amount") == "1234.56"

    kept = queries.kept_files(application)[0].file.public_id
    download = client.get(f"/domande/{application.practice_code}/allegati/{kept}")
    assert (download.status_code, download.headers["Retry-After"]) == (503, "5")


@pytest.mark.check(30)
def test_of_several_files_each_refused_one_is_named(
    client: FlaskClient, application: Application
) -> None:
    sent = [("vuoto.pdf", b""), ("conti.pdf", PDF), ("doc\u202efdp.exe", b"MZ")]

    answer = send(client, application, *sent)

    assert names(application) == ["conti.pdf"]
    said = refusal(answer)
    assert "vuoto.pdf: Il file è vuoto" in said
    assert "Qui non si possono caricare file di questo tipo" in said
    assert "\u202e" not in answer.text


@pytest.mark.check(30)
def test_good_file_beside_a_wrong_answer_is_there_on_the_next_page(
    client: FlaskClient, application: Application
) -> None:
    wrong = send(client, application, ("conti.pdf", makers.pdf()[1]), amount="mille")
    assert (wrong.status_code, "conti.pdf" in wrong.text) == (422, True)

    assert send(client, application, amount="1.000").status_code == 303
    assert names(application) == ["conti.pdf"]
