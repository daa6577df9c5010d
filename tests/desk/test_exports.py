"""Exports: what the list shows and nothing else, at once or by a job, kept for a day."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal import clock, jobs, spreadsheets
from portal.access_log import AccessLogEntry
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.desk.models import PreparedFile, PreparedKind
from portal.errors import NotFound
from portal.files import StoredFile
from portal.jobs import Job, WorkState
from portal.permissions import Effect, Role
from tests import make
from tests.browse import submit, words
from tests.costs import counted
from tests.desk.test_lists import NOON, received

pytestmark = pytest.mark.usefixtures("db")
K = PreparedKind


def rows(content: bytes, kind: str = "csv") -> list[list[str]]:
    """The rows of a spreadsheet as a person reads them."""
    return spreadsheets.read_sheet(content, f"elenco.{kind}")


def plain_rows(content: bytes) -> list[list[str]]:
    """The rows of a text file, to the letter."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def shown(client: FlaskClient, **asked: Any) -> list[str]:
    """The codes that the pages of the list show, in order."""
    found: list[str] = []
    for page in ("1", "2"):
        text = client.get("/pratiche", query_string={**asked, "page": page}).text
        codes = re.findall(r'name="application" value="(IPL-[^"]+)"', text)
        found += [code for code in codes if code not in found]
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_holds_all_pages_as_the_list_shows_them(client: FlaskClient, kind: str) -> None:
    call, office = make.call(), make.user(Role.STAFF)
    for number in range(30):
        amount = Decimal(number * 100) + Decimal("0.50")
        received(call, title=f"T{number % 7}", sector="food", requested_amount=amount)
    received(call, title="Altro", sector="care")
    make.sign_in(client, office)
    asked = {
        "sector": "food",
        "sort": "title",
        "dir": "desc",
        "columns": ["practice", "protocol", "amount"],
    }
    answer = client.get(f"/pratiche/esporta/{kind}", query_string=asked)
    heads, *found = rows(answer.data, kind)
    assert heads == ["Codice pratica", "Numero di protocollo", "Importo"]
    assert [row[0] for row in found] == shown(client, **asked)
    assert len(found) == 30
    assert {row[2] for row in found} >= {"0,5" if kind == "xlsx" else "0,50"}
    assert answer.headers["Content-Disposition"].endswith(f'.{kind}"')


def test_export_without_choice_spells_out_what_the_usual_columns_note(
    client: FlaskClient,
) -> None:
    call = make.call()
    received(call, "Ape", title="Orto")
    make.sign_in(client, make.user(Role.STAFF))
    heads, row = rows(client.get("/pratiche/esporta/csv").data)
    said = dict(zip(heads, row, strict=True))
    assert (said["Progetto"], said["Chi si candida"]) == ("Orto", "Ape")
    assert said["Avviso"] == call.title["it"]
    assert said["Numero di protocollo"].startswith("000000")


@pytest.mark.check(28)
@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_what_applicants_write_is_no_formula_in_an_export(client: FlaskClient, begin: str) -> None:
    text = f"{begin}1+1|cmd"
    received(make.call(), title=text, requested_amount=Decimal("1234.50"))
    make.sign_in(client, make.user(Role.STAFF))
    asked = {"columns": ["practice", "project", "call", "amount", "protocol"]}
    made = plain_rows(client.get("/pratiche/esporta/csv", query_string=asked).data)
    assert (made[1][2], made[1][4]) == (f"'{text}", "1234,50")
    workbook = client.get("/pratiche/esporta/xlsx", query_string=asked).data
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert ("<f>" in xml, "<v>1234.50</v>" in xml) == (False, True)
    assert rows(workbook, "xlsx")[1][2] == text.strip()


def test_code_in_a_workbook_leads_to_the_dossier(client: FlaskClient) -> None:
    application = received(make.call())
    make.sign_in(client, make.user(Role.STAFF))
    workbook = client.get("/pratiche/esporta/xlsx").data
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        links = archive.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert f'"http://localhost/pratiche/{application.practice_code}"' in links


@pytest.mark.check(22)
def test_export_holds_nothing_its_reader_may_not_read_and_is_noted(client: FlaskClient) -> None:
    first, second = make.call(), make.call()
    seen, barred, elsewhere = received(first), received(first), received(second)
    limited = make.user(make.held(Role.STAFF, call_code=first.code))
    make.access(barred, limited, Effect.BAR)
    make.sign_in(client, limited)
    text = client.get("/pratiche/esporta/csv").data.decode()
    codes = [seen.practice_code, barred.practice_code, elsewhere.practice_code]
    assert [code in text for code in codes] == [True, False, False]
    noted = portal_db.session.scalars(portal_db.select(AccessLogEntry))
    assert [(each.endpoint, each.outcome.value, each.user_id) for each in noted] == [
        ("desk.export_applications", "export", limited.id)
    ]
    assert client.get("/pratiche/esporta/pdf").status_code == 404


def test_page_says_what_will_be_exported(client: FlaskClient) -> None:
    call = make.call()
    received(call)
    make.sign_in(client, make.user(Role.STAFF))
    page = words(client.get(f"/pratiche/esporta?call={call.code}&columns=amount"))
    for said in (
        "1 candidatura",
        "Colonne: Codice pratica, Importo.",
        "Tutte le candidature di questo avviso",
    ):
        assert said in page, said


def work() -> None:
    """Do all the jobs that are due."""
    while jobs.work_once("tests"):
        pass


@pytest.mark.database
def test_long_list_is_made_by_a_job_and_kept_for_a_day(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.desk.views.exports.AT_ONCE", 1)
    call = make.call()
    for number in range(3):
        received(call, title=f"T{number}")
    make.sign_in(client, make.user(Role.STAFF))
    page = f"/pratiche/esporta?call={call.code}&sort=title&dir=asc"
    assert client.get("/pratiche/esporta/csv").status_code == 303
    sent = {"call": call.code, "sort": "title", "dir": "asc", "columns": ["project"]}
    with clock.at(NOON):
        address = submit(client, "/pratiche/esporta/csv", page=page, **sent).location
        assert "Stiamo preparando il tuo file" in words(client.get(address))
        assert client.get(f"{address}/file").status_code == 404
        work()
        assert "Il tuo file è pronto" in words(client.get(address))
        answer = client.get(f"{address}/file")
        assert [row[2] for row in plain_rows(answer.data)] == ["Progetto", "T0", "T1", "T2"]
    with clock.at(NOON + timedelta(hours=25)):
        make.sign_in(client, portal_db.session.get_one(make.User, _owner_of(address)))
        assert client.get(f"{address}/file").status_code == 404
        assert "Il file non c'è più" in words(client.get(address))
        services.forget_prepared()
        assert client.get(address).status_code == 404
    removed = [each.removed_at for each in portal_db.session.scalars(portal_db.select(StoredFile))]
    assert removed == [NOON + timedelta(hours=25)]


def _owner_of(address: str) -> int:
    statement = portal_db.select(PreparedFile).where(
        PreparedFile.public_id == address.rpartition("/")[2]
    )
    return portal_db.session.scalars(statement).one().actor_id


def prepared(user: Any) -> PreparedFile:
    """A list that was made."""
    made = services.prepare_list(K.CSV, {}, "http://localhost", user)
    work()
    return made


def test_file_is_of_who_asked_alone() -> None:
    office, other = make.user(Role.STAFF), make.user(Role.STAFF)
    made = prepared(office)
    assert queries.get_prepared(made.public_id, office).is_there
    with pytest.raises(NotFound):
        queries.get_prepared(made.public_id, other)


@pytest.mark.database
def test_file_is_closed_to_who_lost_a_right_since() -> None:
    application = received(make.call())
    barred, ended = make.user(Role.STAFF), make.user(Role.STAFF, Role.AUDITOR)
    first, second = prepared(barred), prepared(ended)
    make.access(application, barred, Effect.BAR)
    make.end_quietly(ended.roles[0])
    for made, user in ((first, barred), (second, ended)):
        with pytest.raises(NotFound):
            queries.get_prepared(made.public_id, user)


def test_making_it_twice_gives_one_file() -> None:
    office = make.user(Role.STAFF)
    received(make.call())
    made = prepared(office)
    first = made.file_id
    services.make_prepared(made.id)
    assert (made.file_id, made.done) == (first, 1)


def test_failure_is_told(client: FlaskClient) -> None:
    office = make.user(Role.STAFF)
    received(make.call())
    made = services.prepare_list(K.CSV, {}, "http://localhost", office)
    with transaction():
        job = portal_db.session.scalars(
            portal_db.select(Job).where(Job.kind == "desk.prepare")
        ).one()
        job.state = WorkState.FAILED
    make.sign_in(client, office)
    page = client.get(f"/pratiche/preparati/{made.public_id}")
    assert "Non è stato possibile preparare il file" in words(page)
    assert 'http-equiv="refresh"' not in page.text


def test_export_costs_few_queries_for_many_rows() -> None:
    call, office = make.call(), make.user(Role.STAFF)
    costs = []
    for more in (1, 8):
        for _ in range(more):
            received(call)
        asked = queries.read_office_listing(MultiDict({"columns": list(queries.COLUMNS)[0]}))
        with counted() as statements:
            services.export_list(K.CSV, office, asked, "")
        costs.append(len(statements))
    assert costs[1] <= costs[0]
