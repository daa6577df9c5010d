"""Every address, method and role: what is answered is what the table says."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from portal.access_log import AccessLogEntry, Outcome
from portal.db import db
from portal.web.headers import ALWAYS
from tests.access_scene import ROLES, WITHOUT_WORK, Scene, set_scene
from tests.access_table import TABLE
from tests.calls.filled import filled
from tests.conftest import as_it_was, rolled_back

pytestmark = pytest.mark.uncounted

RAW_TOKEN = hashlib.sha256(b"a token of the tests").hexdigest()
Row = tuple[str, str]
EVERYBODY = (*ROLES, *WITHOUT_WORK)


def read_table() -> dict[Row, dict[str, int]]:
    """Return the status by role for each endpoint and method; one status alone stands for all."""
    rows = {}
    for line in TABLE.splitlines():
        if not line or line.startswith("#"):
            continue
        endpoint, method, *statuses = line.split()
        if len(statuses) == 1:
            statuses *= len(ROLES)
        row = dict(zip(ROLES, map(int, statuses), strict=True))
        alike = row["unassigned" if endpoint.startswith("accounts.") else "stranger"]
        rows[endpoint, method] = row | dict.fromkeys(WITHOUT_WORK, alike)
    return rows


EXPECTED = read_table()


def methods_of(app: Flask) -> set[Row]:
    """Return every endpoint with each method it takes."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    """The people and records of all these tests."""
    with rolled_back(app):
        yield set_scene()


def address(app: Flask, scene: Scene, endpoint: str) -> str:
    """Return the address of an endpoint, about the owner's records."""
    paths = app.url_map.bind("localhost")
    return paths.build(endpoint, scene.arguments.get(endpoint, {}))


def browser(app: Flask, scene: Scene, role: str) -> FlaskClient:
    """Return a browser in which a role is signed in, and whose forms carry a right token."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["csrf_token"] = RAW_TOKEN
        if role in scene.sessions:
            session["_user_id"] = scene.sessions[role]
            session["_fresh"] = True
    return client


def signed_token(app: Flask) -> str:
    """Return the token that a form of such a browser carries."""
    return str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(RAW_TOKEN))


def send(
    app: Flask, scene: Scene, role: str, row: Row, with_token: bool = True, **asked: str
) -> TestResponse:
    """Send the request of a row of the table."""
    endpoint, method = row
    token = {"csrf_token": signed_token(app)} if with_token else {}
    form = {**token, **asked} if method == "POST" else None
    client = browser(app, scene, role)
    path = address(app, scene, endpoint)
    return client.open(path, method=method, data=form, query_string=asked)


# How a statement writes, and in which table; `SELECT … FOR UPDATE` only locks.
WRITE = re.compile(r'(?<!\bFOR )\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
IN_USE = {"UPDATE user_session"}
LOOKED = {"INSERT INTO access_log"}


@contextmanager
def noted_writes() -> Iterator[set[str]]:
    """Collect how the block writes in which tables; that a session is in use is no deed."""
    writes: set[str] = set()

    def note(*call: object) -> None:
        writes.update({" ".join(found) for found in WRITE.findall(str(call[2]))} - IN_USE)

    connection = db.engines[None]
    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield writes
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)


@dataclass(frozen=True)
class Answered:
    """What a request was answered, and how it wrote in which tables."""

    answer: TestResponse
    written: set[str]


Answers = Callable[[Row], dict[str, Answered]]


@pytest.fixture(scope="module")
def answers(app: Flask, scene: Scene) -> Answers:
    """What each row is answered to each role; asked once, whichever test comes first."""

    @cache
    def ask(row: Row) -> dict[str, Answered]:
        found = {}
        for role in EVERYBODY:
            with as_it_was(), noted_writes() as written:
                found[role] = Answered(send(app, scene, role, row), written)
        return found

    return ask


@pytest.mark.check(15)
def test_every_route_stands_in_the_table_once(app: Flask) -> None:
    assert methods_of(app) == set(EXPECTED)


@pytest.mark.database  # which rows are seen is judged in SQL
@pytest.mark.check(15, 17)
@pytest.mark.parametrize("row", sorted(EXPECTED), ids=" ".join)
def test_answer_is_what_the_table_says_of_each_role(answers: Answers, row: Row) -> None:
    found = {role: asked.answer.status_code for role, asked in answers(row).items()}
    assert found == EXPECTED[row]


@pytest.mark.check(71, 72)
@pytest.mark.parametrize("row", sorted(EXPECTED), ids=" ".join)
def test_answer_carries_the_headers_and_is_stored_nowhere(answers: Answers, row: Row) -> None:
    for role, asked in answers(row).items():
        answer = asked.answer
        found = {name: answer.headers.get(name) for name in ALWAYS}
        assert (role, found) == (role, ALWAYS | stricter(row, answer))
        caching = answer.headers["Cache-Control"]
        assert (role, caching) in {(role, "no-store"), ("anonymous", "private, no-cache")}


def stricter(row: Row, answer: TestResponse) -> dict[str, str]:
    """Return the policy of a file that people sent, which lets nothing at all run."""
    if answer.status_code != 200:
        return {}
    if row[0] in IN_PLACE:
        return {"Content-Security-Policy": FRAMED}
    is_file = row[0] in (*FILES, *PUBLIC_FILES)
    return {"Content-Security-Policy": "default-src 'none'; sandbox"} if is_file else {}


# HEAD is asked for by machines that look at links; where there is a POST too, it could be taken for
# one.
READING = {row for row in EXPECTED if row[1] == "GET"}
READING |= {(name, "HEAD") for name, _ in READING if (name, "POST") in EXPECTED}


@pytest.mark.check(13)
@pytest.mark.parametrize("row", sorted(READING), ids=" ".join)
def test_reading_writes_no_row_but_who_looked(answers: Answers, row: Row) -> None:
    for role, asked in answers(row).items():
        assert (role, asked.written - LOOKED) == (role, set())


@pytest.mark.check(13)
@pytest.mark.parametrize("row", sorted(r for r in EXPECTED if r[1] == "POST"), ids=" ".join)
def test_form_without_its_token_is_refused(app: Flask, scene: Scene, row: Row) -> None:
    for role in ROLES:
        with as_it_was(), noted_writes() as written:
            answer = send(app, scene, role, row, with_token=False)
            assert (role, answer.status_code, written) == (role, 400, set())


FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
ACTION = re.compile(r'action="([^"]+)"')
READERS_OF_FORMS = ("owner", "staff", "admin", "assigned")
# Here answers are compared one by one, and the same text again is no change.
COMPARED = "applications.edit_section"
VERSIONED = {row for row in EXPECTED if row[1] == "GET" and row[0] != COMPARED}


def versioned_forms(page: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield where each form that carries a version leads, "" to its page, and all else in it."""
    for facts, inside in FORM.findall(page):
        fields = filled(inside)
        if fields.pop("version", None) is not None:
            action = ACTION.search(facts)
            yield html.unescape(action[1]) if action else "", fields


@pytest.mark.check(44)
@pytest.mark.parametrize("row", sorted(VERSIONED), ids=" ".join)
def test_form_without_the_version_it_was_shown_with_changes_nothing(
    app: Flask, scene: Scene, answers: Answers, row: Row
) -> None:
    for role in READERS_OF_FORMS:
        shown = answers(row)[role].answer
        text = shown.text if shown.mimetype == "text/html" else ""
        for target, fields in versioned_forms(text):
            data = {**fields, "csrf_token": signed_token(app)}
            with as_it_was(), noted_writes() as written:
                path = target or address(app, scene, row[0])
                status = browser(app, scene, role).post(path, data=data).status_code
            changed = set() if status in {409, 422} else written - LOOKED
            assert (role, path, changed) == (role, path, set())


ELSEWHERE = ("//evil.example", "https://evil.example", "\\\\evil.example", "/\\evil.example")
ELSEWHERE += (
    "javascript:alert(1)",
    "/\t/evil.example",
    "/%0d%0aSet-Cookie: a=b",
    " //evil.example",
)
LEADING_ON = sorted(row for row, statuses in EXPECTED.items() if 303 in statuses.values())


@pytest.mark.check(14)
@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_answer_leads_to_another_site(app: Flask, scene: Scene, target: str) -> None:
    for row in LEADING_ON:
        roles = sorted(role for role, status in EXPECTED[row].items() if status == 303)
        with as_it_was():
            answer = send(app, scene, roles[-1], row, next=target)
        led = answer.location or "/"
        assert (row, led.partition("?")[0]) == (row, led.partition("?")[0].lstrip("\\"))
        assert (row, led[0], led[1:2] in {"/", "\\"}) == (row, "/", False)
        assert "a" not in {
            cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")
        }


FILES = (
    "desk.download_print",
    "evaluation.show_file",
    "applications.show_attachment",
    "applications.download_paper",
    "applications.download_proxy",
    "registry.download_document",
    "registry.download_proxy",
    "applications.download_receipt",
    "applications.download_sending",
    "applications.download_signed_paper",
    "applications.show_message_file",
    "desk.download_prepared",
    "committee.download_minutes",
    "outcomes.download_letter",
    "outcomes.download_own_letter",
    "outcomes.download_observation_file",
    "outcomes.download_own_observation_file",
    "outcomes.download_own_refusal",
    "outcomes.download_refusal",
    "outcomes.download_remark_file",
    "committee.download_signed",
)
# A PDF that only our own pages may frame: nothing in it runs, and it loads nothing.
IN_PLACE = ("evaluation.show_file",)
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
# A profile belongs to no call: the whole office reads what stands in it.
OF_PROFILES = ("registry.download_document", "registry.download_proxy")
# Files that belong to a published page: everybody reads them.
PUBLIC_FILES = ("calls.download_call_file", "outcomes.download_ranking")


@pytest.mark.database
@pytest.mark.check(16)
@pytest.mark.parametrize("endpoint", FILES)
def test_file_of_another_is_no_page_no_byte_and_a_row(
    app: Flask, scene: Scene, answers: Answers, endpoint: str
) -> None:
    refused = {role for role, status in EXPECTED[endpoint, "GET"].items() if status != 200}
    outside = {"stranger", "unassigned", "barred", "admin", "bank"}
    assert outside | (set() if endpoint in OF_PROFILES else {"other_staff"}) <= refused
    for role in refused:
        answer = answers((endpoint, "GET"))[role].answer
        assert (role, answer.mimetype, b"%PDF" in answer.data) == (role, "text/html", False)
        with as_it_was():
            send(app, scene, role, (endpoint, "GET"))
            assert (role, refusals_of(endpoint)) == (role, 1)


def refusals_of(endpoint: str) -> int:
    """Return how often the access log says that somebody was refused this page."""
    wanted = sa.select(sa.func.count()).where(
        AccessLogEntry.endpoint == endpoint, AccessLogEntry.outcome == Outcome.REFUSED
    )
    return db.session.scalar(wanted) or 0


UNPUBLISHED = {
    "/avvisi/draft": {"staff": 200, "auditor": 200, "admin": 200},
    "/avvisi/draft/modulo": {"staff": 200, "auditor": 200, "admin": 200},
    "/avvisi/draft/candidatura": {"anonymous": 303, "staff": 200, "auditor": 200, "admin": 200},
    "/graduatorie/ranked": {"staff": 200, "auditor": 200},
}


@pytest.mark.database
@pytest.mark.check(15)
@pytest.mark.parametrize("path", UNPUBLISHED)
def test_what_is_not_published_is_not_there(app: Flask, scene: Scene, path: str) -> None:
    found = {role: browser(app, scene, role).get(path).status_code for role in EVERYBODY}
    assert found == dict.fromkeys(EVERYBODY, 404) | UNPUBLISHED[path]


def test_method_that_a_page_does_not_take_is_refused(app: Flask, scene: Scene) -> None:
    found = {
        endpoint: browser(app, scene, "admin").delete(address(app, scene, endpoint)).status_code
        for endpoint in {endpoint for endpoint, _ in EXPECTED}
    }
    assert set(found.values()) == {405}


@pytest.mark.database
@pytest.mark.check(15)
def test_what_is_not_yours_and_what_is_not_there_look_alike(app: Flask, scene: Scene) -> None:
    path = address(app, scene, "applications.show_application")
    client = browser(app, scene, "stranger")
    other = client.get(path)
    missing = client.get(f"{path}X")
    assert (other.status_code, missing.status_code) == (404, 404)
    assert without_address(other.text, path) == without_address(missing.text, f"{path}X")


def without_address(text: str, path: str) -> str:
    """Return a page but for its own address, which its language switch carries."""
    return text.replace(f'value="{path}"', "")
