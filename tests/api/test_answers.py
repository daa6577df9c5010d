"""Every address of the interface with the key of every role: who gets what, what stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.api.document import document_of, operations_of
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.db import transaction
from portal.evaluation.models import Score, ScoreSheet
from portal.operations.queries import page_name
from tests import make
from tests.access_scene import ROLES, Scene, set_scene
from tests.api.programs import Json, ask, error_of, forget_pace, key_of
from tests.conftest import rolled_back

pytestmark = pytest.mark.database

# Who may read the owner's application, which one evaluator is assigned to.
NOBODY = dict.fromkeys((*ROLES[1:], "tutor", "bank"), 404)
ALL = dict.fromkeys(NOBODY, 200)
OWN = NOBODY | {"owner": 200, "assigned": 403, "staff": 403, "auditor": 403}
OFFICE = NOBODY | {"staff": 200, "auditor": 200}
ASSIGNED = NOBODY | {"assigned": 200}
TABLE = {
    "applications_api.download_file": OWN,
    "applications_api.download_receipt": OWN,
    "applications_api.list_applications": ALL,
    "applications_api.show_application": OWN,
    "calls_api.list_calls": ALL,
    "calls_api.show_call": ALL,
    "desk_api.download_file": OFFICE,
    "desk_api.download_receipt": OFFICE,
    "desk_api.list_dossiers": OFFICE | {"other_staff": 200},
    "desk_api.show_dossier": OFFICE,
    "evaluation_api.download_file": ASSIGNED,
    "evaluation_api.list_assignments": ASSIGNED | {"unassigned": 200, "barred": 200},
    "evaluation_api.show_assignment": ASSIGNED,
}
OTHERS_COMMENT, DRAFT_TITLE = "CANARINO-ALTRUI", "CANARINO-BOZZA"


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    """The people and records of all these tests, with canaries where few may look."""
    with rolled_back(app):
        found = set_scene()
        plant(found)
        yield found


def plant(scene: Scene) -> None:
    """Write what only its owner may read: another evaluator's comment, the title of a draft."""
    draft = scene.arguments["applications.show_application"]["practice_code"]
    judged = scene.arguments["evaluation.edit_sheet"]["practice_code"]
    with transaction():
        wanted = sa.select(Application).filter_by(practice_code=draft)
        portal_db.session.scalars(wanted).one().title = DRAFT_TITLE
        other = sa.select(ScoreSheet).filter_by(evaluator_id=scene.ids["barred"])
        of_judged = other.join(ScoreSheet.application).where(Application.practice_code == judged)
        sheet = portal_db.session.scalars(of_judged).one()
        sheet.scores.append(Score(criterion_key="employment", mark=3, comment=OTHERS_COMMENT))


@pytest.fixture(scope="module")
def keys(scene: Scene) -> dict[str, str]:
    """A key of each role, for all that would open something to it."""
    people = {role: portal_db.session.get(User, user_id) for role, user_id in scene.ids.items()}
    return {role: key_of(person) for role, person in people.items() if person is not None}


def address(app: Flask, scene: Scene, endpoint: str) -> str:
    """Return the address of an endpoint, about the owner's records."""
    with app.test_request_context():
        return url_for(endpoint, **scene.arguments.get(endpoint, {}))


def get(app: Flask, scene: Scene, key: str, endpoint: str, query: str = "") -> TestResponse:
    """Ask for an endpoint."""
    forget_pace()
    return ask(app.test_client(), key, address(app, scene, endpoint) + query)


def endpoints(app: Flask) -> list[str]:
    """Return every route of the interface."""
    return [rule.endpoint for rule, _view in operations_of(app)]


@pytest.mark.check(15, 16, 17)
@pytest.mark.parametrize("endpoint", TABLE)
def test_key_of_each_role_gets_what_the_table_says(
    app: Flask, scene: Scene, keys: dict[str, str], endpoint: str
) -> None:
    found = {role: get(app, scene, keys[role], endpoint).status_code for role in TABLE[endpoint]}
    assert found == TABLE[endpoint]


def test_every_route_of_the_interface_stands_in_the_table(app: Flask) -> None:
    assert sorted(endpoints(app)) == sorted(TABLE)


@pytest.mark.check(15)
def test_key_without_the_scope_opens_nothing(app: Flask, scene: Scene) -> None:
    found = set()
    for role in ("owner", "assigned", "staff"):
        key = key_of(portal_db.session.get_one(User, scene.ids[role]), "calls:read")
        for endpoint in TABLE.keys() - {"calls_api.list_calls", "calls_api.show_call"}:
            found.add(error_of(get(app, scene, key, endpoint)))
    assert found == {(403, "scope_missing"), (404, "not_found")}


def test_looks_of_programs_have_a_name(app: Flask) -> None:
    logged = {rule.endpoint for rule, view in operations_of(app) if getattr(view, "logged", None)}
    with app.test_request_context():
        named = {endpoint for endpoint in logged if page_name(endpoint).endswith("da un programma")}
    assert named == logged != set()


def all_that(app: Flask, scene: Scene, key: str) -> str:
    """Return all that a key reads, searched for the canaries too."""
    texts = []
    for endpoint in endpoints(app):
        for query in ("", "?q=CANARINO") if endpoint == "desk_api.list_dossiers" else ("",):
            answer = get(app, scene, key, endpoint, query)
            if answer.status_code == 200 and answer.is_json:
                texts.append(json.dumps(answer.get_json(), ensure_ascii=False))
    return "\n".join(texts)


@pytest.mark.check(18, 22)
def test_answers_hold_nothing_that_the_role_may_not_read(
    app: Flask, scene: Scene, keys: dict[str, str]
) -> None:
    owner_email = portal_db.session.get_one(User, scene.ids["owner"]).email
    canaries = {
        OTHERS_COMMENT: set(),
        DRAFT_TITLE: {"owner"},
        make.PERSON_TAX_CODE: {"owner", "staff", "auditor"},
        make.BODY_TAX_CODE: {"owner", "staff", "auditor"},
        "+39051123456": {"owner", "staff", "auditor"},
        owner_email: set(),
        "$argon2": set(),
        "ipl_": set(),
    }
    read = {role: all_that(app, scene, key) for role, key in keys.items()}
    found = {canary: {role for role, text in read.items() if canary in text} for canary in canaries}
    assert found == canaries


def test_document_is_valid_and_says_what_the_routes_say(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    validate(document)
    described = {each["get"]["operationId"]: path for path, each in document["paths"].items()}
    routes = {
        rule.endpoint.replace("_api.", "_"): rule.rule.replace("<", "{").replace(">", "}")
        for rule, _view in operations_of(app)
    }
    assert described == routes
    scopes = {
        path: (view.scope,)
        for path, (_rule, view) in zip(sorted(document["paths"]), operations_of(app), strict=True)
    }
    assert scopes == {
        path: tuple(each["get"]["security"][0]["key"]) for path, each in document["paths"].items()
    }


def schema_of(document: Json, part: str, name: str) -> Json:
    """Return a component as a JSON schema that finds the others."""
    return {"$ref": f"#/components/{part}/{name}", "components": document["components"]}


def answer_schema(document: Json, endpoint: str) -> Json | None:
    """Return the schema of an operation's answer; None where it hands out a file."""
    wanted = endpoint.replace("_api.", "_")
    operations = [each["get"] for each in document["paths"].values()]
    (found,) = [each for each in operations if each["operationId"] == wanted]
    content = found["responses"]["200"]["content"]
    if "application/json" not in content:
        return None
    return {**content["application/json"]["schema"], "components": document["components"]}


def check(answer: Any, schema: Json) -> None:
    """Hold an answer against its schema, formats too."""
    kind = jsonschema.Draft202012Validator
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(answer)


@pytest.mark.parametrize("endpoint", TABLE)
def test_answer_is_what_the_document_says(
    app: Flask, scene: Scene, keys: dict[str, str], endpoint: str
) -> None:
    with app.test_request_context():
        document = document_of(app)
    schema = answer_schema(document, endpoint)
    for role in TABLE[endpoint]:
        answer = get(app, scene, keys[role], endpoint)
        if answer.status_code != 200:
            check(answer.get_json(), schema_of(document, "schemas", "ErrorAnswer"))
        elif schema is not None:
            check(answer.get_json(), schema)


def test_cost_of_an_answer_does_not_grow(app: Flask, scene: Scene, keys: dict[str, str]) -> None:
    counts: dict[str, set[int]] = {}
    for query in ("?per_page=1", "?per_page=100"):
        for role, endpoint in (
            ("staff", "desk_api.list_dossiers"),
            ("owner", "applications_api.list_applications"),
            ("assigned", "evaluation_api.list_assignments"),
            ("owner", "calls_api.list_calls"),
        ):
            forget_pace()
            asked = count_statements(app, keys[role], address(app, scene, endpoint) + query)
            counts.setdefault(endpoint, set()).add(asked)
    assert {endpoint: len(found) for endpoint, found in counts.items()} == dict.fromkeys(counts, 1)


def count_statements(app: Flask, key: str, path: str) -> int:
    """Return how many statements an answer takes."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = portal_db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert ask(app.test_client(), key, path).status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len([each for each in statements if "SAVEPOINT" not in each])


NAMES = ("page", "per_page", "q", "sort", "dir", "call", "state", "phase", "other")
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers().map(str),
    st.sampled_from(["received", "asc", "submitted", "open", "judged", "0000001/2026", "\0", "%"]),
)


@pytest.mark.check(23, 25)
@settings(
    max_examples=80, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    endpoint=st.sampled_from(sorted(TABLE)),
    query=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3),
    name=st.one_of(st.none(), st.text(min_size=1, max_size=20)),
)
def test_nothing_asked_makes_it_fail(
    app: Flask,
    scene: Scene,
    keys: dict[str, str],
    endpoint: str,
    query: dict[str, str],
    name: str | None,
) -> None:
    forget_pace()
    arguments = scene.arguments.get(endpoint, {})
    if name is not None:
        arguments = dict.fromkeys(arguments, name)
    with app.test_request_context():
        path = url_for(endpoint, **arguments)
    client = app.test_client()
    answer = ask(client, keys["staff"], path, query_string=query)
    assert answer.status_code in {200, 308, 400, 403, 404, 422}
    if answer.status_code >= 400:
        assert set(answer.get_json()) == {"error"}
