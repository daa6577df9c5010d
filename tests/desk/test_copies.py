"""Copies of dossiers: a PDF, an archive with all that was sent, all the dossiers of a call."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock, files, jobs
from portal.access_log import AccessLogEntry
from portal.applications import services as applications
from portal.applications.models import Application
from portal.applications.queries import kept_files
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.desk.engine import safe_name
from portal.desk.models import PreparedFile, PreparedKind, PreparedPart
from portal.desk.services import prepared
from portal.errors import Forbidden, Invalid, NotFound
from portal.files import StoredFile
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.applications.signatures import drawn_paper, p7m
from tests.applications.test_signing import digitally, send, to_sign
from tests.browse import submit, words
from tests.make_definitions import DECLARATIONS, FORM, MONEY, PROJECT, question

pytestmark = pytest.mark.usefixtures("db")
K = PreparedKind


def sent(call: Any = None, name: str = "uno.pdf") -> Application:
    """An application sent with one file."""
    owner = make.user()
    return sent_by(owner, stories.filled(call, make.body(owner), owner), name)


def sent_by(owner: Any, application: Application, name: str = "uno.pdf") -> Application:
    """Send an application with one file."""
    applications.attach_file(application, "budget", stories.pdf(), name, owner)
    applications.submit_application(application, owner, secrets.token_hex(8), clock.now())
    return application


def work() -> None:
    """Do all the jobs that are due."""
    while jobs.work_once("tests"):
        pass


def content(made: PreparedFile) -> bytes:
    """What was made."""
    assert made.file is not None
    with files.open_file(made.file) as stream:
        return stream.read()


def entries(made: PreparedFile) -> dict[str, bytes]:
    """The files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content(made))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def index(text: bytes) -> dict[str, str]:
    """The hashes that an index names."""
    rows = csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";")
    return {name: digest for name, _what, _size, digest in list(rows)[1:]}


@pytest.mark.database
def test_archive_holds_all_that_was_sent_with_its_hashes(drawn: list[str]) -> None:
    office, application = make.user(Role.STAFF), sent()
    work()  # the receipt is drawn
    made = services.prepare_dossier(K.DOSSIER_ZIP, application, office)
    work()
    found, code = entries(made), application.practice_code
    names = [f"{code}.pdf", "invio-1.json", "ricevuta-1.pdf", "uno.pdf"]
    assert sorted(found) == sorted([*names, "indice.csv"])
    assert index(found["indice.csv"]) == {
        name: hashlib.sha256(found[name]).hexdigest() for name in names
    }
    submission = application.submission
    assert submission is not None
    assert hashlib.sha256(found["invio-1.json"]).hexdigest() == submission.sha256
    assert kept_files(application)[0].file.sha256 == index(found["indice.csv"])["uno.pdf"]
    assert (made.done, made.total, made.is_there) == (1, 1, True)


def test_archive_holds_the_signed_paper_too(drawn: list[str]) -> None:
    office = make.user(Role.STAFF)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.documents.issuing.draw", lambda _html: stories.pdf(9).getvalue())
        application = to_sign("digital_signature")
        paper = drawn_paper(application, stories.owner_of(application))
        signed = p7m(paper)
        digitally(application, signed)
        send(application)
    made = services.prepare_dossier(K.DOSSIER_ZIP, application, office)
    work()
    assert entries(made)["domanda.pdf.p7m"] == signed


def test_copy_says_what_the_dossier_says(drawn: list[str]) -> None:
    office, application = make.user(Role.STAFF), sent()
    made = services.prepare_dossier(K.DOSSIER_PDF, application, office)
    work()
    page = next(html for html in drawn if "Copia fatta il" in html)
    assert application.submission is not None
    for said in (
        application.practice_code,
        "Orto di quartiere",
        "6.000,50",
        application.applicant.tax_code,
        "uno.pdf",
        application.submission.sha256,
    ):
        assert said in page, said
    assert content(made).startswith(b"%PDF")
    assert made.file is not None
    assert made.file.name == f"{application.practice_code}.pdf"


def test_copy_is_really_drawn(tmp_path: Path) -> None:
    office, application = make.user(Role.STAFF), sent()
    made = services.prepare_dossier(K.DOSSIER_PDF, application, office)
    work()
    path = tmp_path / "copia.pdf"
    path.write_bytes(content(made))
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
    for said in (f"Candidatura {application.practice_code}", "Orto di quartiere", "Pagina 1 di"):
        assert said in text.decode(), said


@pytest.mark.database
def test_all_dossiers_of_a_call_go_into_one_archive(
    drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.desk.services.prepared.DRAWN_AT_ONCE", 2)
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    three, barred, later = [sent(call) for _ in range(3)], sent(call), sent(call)
    sent(stories.open_call())
    make.access(barred, office, Effect.BAR)
    made = services.prepare_call(call, office)
    make.access(later, office, Effect.BAR)
    work()
    found = {name.partition("/")[0] for name in entries(made)}
    assert found == {each.practice_code for each in three}
    assert (made.done, made.total) == (4, 4)
    parts = portal_db.session.scalars(portal_db.select(PreparedPart)).unique().all()
    assert {part.file.removed_at is None for part in parts if part.file} == {False}
    with pytest.raises(NotFound):  # he was barred since: it must be made anew
        queries.get_prepared(made.public_id, office)


@pytest.mark.check(22)
def test_copies_are_made_for_those_who_may_read_the_dossier(drawn: list[str]) -> None:
    application, barred = sent(), make.user(Role.STAFF)
    make.access(application, barred, Effect.BAR)
    for user in (barred, make.user(), make.user(Role.EVALUATOR)):
        with pytest.raises((NotFound, Forbidden)):
            services.prepare_dossier(K.DOSSIER_ZIP, application, user)
    with pytest.raises(Invalid):
        services.prepare_call(application.call, barred)


def test_reader_barred_while_it_is_made_gets_nothing(drawn: list[str]) -> None:
    office, application = make.user(Role.STAFF), sent()
    made = services.prepare_dossier(K.DOSSIER_ZIP, application, office)
    make.access(application, office, Effect.BAR)
    work()
    assert (made.file_id, drawn[1:]) == (None, [])


def test_file_lost_from_the_store_is_named_in_the_index(
    drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, application = make.user(Role.STAFF), sent()
    file = kept_files(application)[0].file
    with transaction():
        file.storage_key = "00" * 16
    made = services.prepare_dossier(K.DOSSIER_ZIP, application, office)
    work()
    found = entries(made)
    assert "uno.pdf" not in found
    assert "uno.pdf;File inviato;manca dall'archivio" in found["indice.csv"].decode("utf-8-sig")


def test_two_workers_at_once_leave_one_file(drawn: list[str]) -> None:
    office, application = make.user(Role.STAFF), sent()
    made = services.prepare_dossier(K.DOSSIER_ZIP, application, office)
    part = portal_db.session.scalars(portal_db.select(PreparedPart)).unique().one()
    for _ in range(2):
        prepared._draw_part(made, part, office)
    pdf = part.file_id
    for _ in range(2):
        prepared._put_together(made, office)
    assert (made.done, part.file_id, made.is_there) == (1, pdf, True)
    services.make_prepared(made.id)
    only = services.prepare_dossier(K.DOSSIER_PDF, application, office)
    for _ in range(3):
        services.make_prepared(only.id)
    first = only.file_id
    prepared._put_together(only, office)
    assert only.file_id == first


def test_files_still_fetched_or_made_outlive_the_daily_job(drawn: list[str]) -> None:
    office, application = make.user(Role.STAFF), sent()
    made = services.prepare_dossier(K.DOSSIER_PDF, application, office)
    with clock.at(clock.now() + queries_kept() * 0.9):
        work()
    with clock.at(clock.now() + queries_kept()):
        services.forget_prepared()
        assert queries.get_prepared(made.public_id, office).is_there
    left = services.prepare_dossier(K.DOSSIER_ZIP, application, office)
    with clock.at(clock.now() + queries_kept()):
        services.forget_prepared()
    with pytest.raises(NotFound):
        queries.get_prepared(left.public_id, office)


def test_too_many_dossiers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    for _ in range(2):
        sent(call)
    monkeypatch.setattr("portal.desk.services.prepared.MOST_DOSSIERS", 1)
    with pytest.raises(Invalid) as refusal:
        services.prepare_call(call, office)
    assert refusal.value.code == "too_many_chosen"


def with_special() -> dict[str, Any]:
    """The usual form with an answer that is sealed."""
    sealed = question("illness", "short_text", "Salute", readers="special", required=False)
    money = {**MONEY, "questions": [*MONEY["questions"], sealed]}
    return {**FORM, "sections": [PROJECT, money, DECLARATIONS]}


def test_special_data_goes_into_no_copy(drawn: list[str]) -> None:
    office, owner, secret = make.user(Role.STAFF), make.user(), "Una diagnosi fra noi"
    draft = stories.filled(stories.open_call(form=with_special()), make.body(owner), owner)
    stories.save_field(draft, "illness", [secret], owner, 0)
    application = sent_by(owner, draft)
    made = services.prepare_dossier(K.DOSSIER_ZIP, application, office)
    work()
    found = entries(made)
    assert application.submission is not None
    given = json.loads(application.submission.snapshot)["answers"].keys()
    assert json.loads(found["invio-1.json"])["answers"].keys() == given - {"illness"}
    assert [name for name, octets in found.items() if secret.encode() in octets] == []
    assert [page for page in drawn if secret in page or "Salute" in page] == []
    assert ("illness" in given, "uno.pdf" in found) == (True, True)


def test_who_took_a_copy_stands_in_trail_and_register(
    client: FlaskClient, drawn: list[str]
) -> None:
    office, application = make.user(Role.STAFF), sent()
    make.sign_in(client, office)
    dossier = f"/pratiche/{application.practice_code}"
    address = submit(client, f"{dossier}/copia", page=dossier, kind="dossier_zip").location
    work()
    answer = client.get(f"{address}/file")
    assert answer.data.startswith(b"PK")
    looks = portal_db.select(AccessLogEntry.outcome).where(
        AccessLogEntry.endpoint == "desk.download_prepared"
    )
    assert [each.value for each in portal_db.session.scalars(looks)] == ["export"]
    deeds = portal_db.select(AuditEntry.facts).where(AuditEntry.action == "dossier.copy")
    assert list(portal_db.session.scalars(deeds)) == [{"kind": "dossier_zip"}]


def test_archive_of_a_call_is_asked_for_on_the_page_of_exports(
    client: FlaskClient, drawn: list[str]
) -> None:
    office, application = make.user(Role.STAFF), sent()
    make.sign_in(client, office)
    code = application.call.code
    page = f"/pratiche/esporta?call={code}"
    address = submit(client, f"/pratiche/esporta/avvisi/{code}", page=page).location
    assert "0 di 1" in words(client.get(address))
    empty = stories.open_call()
    refused = submit(client, f"/pratiche/esporta/avvisi/{empty.code}", page=page)
    assert refused.location == f"/pratiche/esporta?call={empty.code}"


def test_pieces_are_forgotten_with_the_file(drawn: list[str]) -> None:
    office, application = make.user(Role.STAFF), sent()
    made = services.prepare_dossier(K.DOSSIER_PDF, application, office)
    work()
    file_id = made.file_id
    with clock.at(clock.now() + queries_kept()):
        services.forget_prepared()
        services.forget_prepared()
    assert portal_db.session.scalars(portal_db.select(PreparedFile)).unique().all() == []
    assert portal_db.session.get_one(StoredFile, file_id).removed_at is not None


def queries_kept() -> Any:
    """A little more than a file is kept."""
    from portal.desk.models.prepared import KEPT

    return KEPT * 1.01


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\temp\\a.pdf", "C_temp_a.pdf"),
        ("Perché così.pdf", "Perche cosi.pdf"),
        ("con", "_con"),
        ("....", "file"),
        ("a" * 150 + ".pdf", "a" * 100 + ".pdf"),
        ("a\nb.pdf", "a_b.pdf"),
        ("uno.pdf", "uno-2.pdf"),
        ("UNO.pdf", "UNO-2.pdf"),
    ],
)
def test_names_in_archives_are_safe_and_never_twice(name: str, expected: str) -> None:
    assert safe_name(name, {"uno.pdf"}) == expected
