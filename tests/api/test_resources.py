"""What programs are told: lists with their pages, one record whole, files."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.applications.services import attach_file, save_section, submit_application
from portal.calls.engine import load_blueprint
from portal.calls.services import import_call, publish_call
from portal.calls.states import CallState
from portal.permissions import Role
from tests import make
from tests.api.programs import ask, error_of, key_of
from tests.files.makers import pdf
from tests.make_definitions import COMPLETE

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

DAY = timedelta(days=1)


def codes(answer: TestResponse, name: str = "code") -> list[str]:
    """Return one property of each item of a list."""
    return [item[name] for item in answer.get_json()["items"]]


def sent(owner: Any, call: Any = None, **facts: Any) -> Any:
    """An application with a file, sent now."""
    application = make.application(call or make.call(), make.body(owner, **facts))
    for section, typed in COMPLETE.items():
        save_section(application, section, typed, owner, application.answer_set.version)
    name, content = pdf()
    attach_file(application, "budget", io.BytesIO(content), name, owner)
    submit_application(application, owner, f"key{application.id}", clock.now())
    return application


def test_calls_are_listed_by_phase(client: FlaskClient) -> None:
    now, key = clock.now(), key_of(make.user())
    make.call(code="aperto")
    make.call(code="arriva", opens_at=now + DAY)
    make.call(code="chiuso", opens_at=now - 2 * DAY, closes_at=now - DAY)
    make.call(code="bozza", state=CallState.DRAFT, published_at=None)
    found = {
        phase: codes(ask(client, key, f"/api/v1/calls{phase}"))
        for phase in ("", "?phase=open", "?phase=coming", "?phase=closed")
    }
    assert found == {
        "": ["aperto", "arriva", "chiuso"],
        "?phase=open": ["aperto"],
        "?phase=coming": ["arriva"],
        "?phase=closed": ["chiuso"],
    }


def test_call_is_told_whole(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    now = clock.now()
    definition = {**load_blueprint("self-employment"), "opens": now - DAY, "closes": now + DAY}
    call = import_call(definition, staff)
    path, visitor = f"/api/v1/calls/{call.code}", key_of(make.user())
    assert error_of(ask(client, visitor, path)) == (404, "not_found")
    assert ask(client, key_of(staff), path).get_json()["state"] == "draft"
    publish_call(call, staff)
    found = ask(client, visitor, path).get_json()
    assert (found["code"], found["phase"], found["names_hidden"]) == (call.code, "open", True)
    assert found["form"] == call.form_definition.definition
    assert found["grid"] == call.grid_definition.definition
    assert found["sheet"] == call.rules["sheet"]
    assert found["office"] == call.rules["office"]


def test_draft_says_what_is_missing(client: FlaskClient) -> None:
    owner = make.user()
    application = make.application(make.call(), make.body(owner, tax_code="97103880585"))
    found = ask(client, key_of(owner), f"/api/v1/applications/{application.practice_code}")
    told = found.get_json()
    assert (told["state"], told["submission"], told["can_send"]) == ("draft", None, True)
    assert told["profile"]["tax_code"] == "97103880585"
    assert {gap["code"] for gap in told["missing"]} == {"required", "choice_required"}
    assert [section["key"] for section in told["sections"]] == list(COMPLETE)


def test_sent_application_is_told_with_number_and_files(client: FlaskClient) -> None:
    owner = make.user()
    application = sent(owner)
    key, path = key_of(owner), f"/api/v1/applications/{application.practice_code}"
    told = ask(client, key, path).get_json()
    submission = application.submission
    assert told["submission"] == {
        "received_at": submission.received_at.isoformat(),
        "protocol": submission.protocol_entry.code,
        "sha256": submission.sha256,
        "receipt": None,
    }
    assert told["missing"] == []
    (file,) = told["files"]
    answer = ask(client, key, file["url"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert len(answer.data) == file["size"]
    assert error_of(ask(client, key, f"{path}/receipt")) == (404, "not_found")


def test_answer_has_a_meaning_and_words(client: FlaskClient) -> None:
    owner = make.user()
    told = ask(
        client, key_of(owner), f"/api/v1/applications/{sent(owner).practice_code}"
    ).get_json()
    answers = {each["key"]: each for part in told["sections"] for each in part["answers"]}
    amount = next(each for each in answers.values() if each["type"] == "amount")
    assert (amount["value"], amount["text"]) == ("6000.50", ["6.000,50\xa0€"])
    assert answers["budget"]["value"] is None
    assert answers["budget"]["files"] == [told["files"][0]["id"]]


def test_own_list_holds_own_applications_only(client: FlaskClient) -> None:
    owner, other = make.user(), make.user()
    call = make.call()
    mine = make.application(call, make.body(owner))
    make.application(call, make.body(other, tax_code="80039790375"))
    found = ask(client, key_of(owner), "/api/v1/applications")
    assert codes(found, "practice_code") == [mine.practice_code]
    assert codes(ask(client, key_of(owner), "/api/v1/applications?state=submitted")) == []


@pytest.mark.check(22)
def test_office_searches_filters_and_sorts_as_on_its_page(client: FlaskClient) -> None:
    call = make.call(code="sociale")
    first = sent(make.user(), call, name="Zeta")
    second = sent(make.user(), call, name="Alfa", tax_code="80039790375")
    elsewhere = sent(make.user(), make.call(strand="self_employment"), name="Beta")
    key = key_of(make.user(make.held(Role.STAFF, strand="social")))
    asked = {
        "?sort=applicant&dir=asc": [second, first],
        "?sort=applicant&dir=desc": [first, second],
        "?q=alfa": [second],
        "?q=beta": [],
        f"?q={first.submission.protocol_entry.code}": [first],
        "?call=sociale&state=submitted&sort=applicant&dir=asc": [second, first],
        "?state=selected": [],
    }
    for query, wanted in asked.items():
        answer = ask(client, key, f"/api/v1/dossiers{query}")
        found = codes(answer, "practice_code")
        assert (query, found) == (query, [each.practice_code for each in wanted])
        assert answer.get_json()["total"] == len(wanted)
    hidden = ask(client, key, f"/api/v1/dossiers/{elsewhere.practice_code}")
    assert error_of(hidden) == (404, "not_found")


def test_dossier_is_told_with_its_check_and_who_did_what(client: FlaskClient) -> None:
    owner, staff = make.user(name="Anna Bianchi"), make.user(Role.STAFF)
    application = sent(owner)
    told = ask(client, key_of(staff), f"/api/v1/dossiers/{application.practice_code}").get_json()
    assert (told["protocol"], told["sheets"]) == (application.submission.protocol_entry.code, 0)
    assert [(event["title"], event["who"]) for event in told["events"]][-1] == (
        "Candidatura inviata",
        "Anna Bianchi",
    )
    assert ask(client, key_of(staff), told["files"][0]["url"]).status_code == 200


def test_draft_is_no_dossier_even_to_its_owner_in_the_office(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    draft = make.application(make.call(), make.body(staff))
    key = key_of(staff)
    path = f"/api/v1/dossiers/{draft.practice_code}"
    assert error_of(ask(client, key, path)) == (404, "not_found")
    assert ask(client, key, "/api/v1/dossiers").get_json()["total"] == 0


def test_list_comes_in_pages_that_name_each_other(client: FlaskClient) -> None:
    owner, call = make.user(), make.call()
    for number in range(5):
        make.application(call, make.body(owner, tax_code=f"9710388058{number}"))
    key, path = key_of(owner), "/api/v1/applications"
    second = ask(client, key, f"{path}?per_page=2&page=2&state=draft")
    told = second.get_json()
    assert {name: told[name] for name in ("page", "per_page", "pages", "total")} == {
        "page": 2,
        "per_page": 2,
        "pages": 3,
        "total": 5,
    }
    wanted = {"first": 1, "prev": 1, "next": 3, "last": 3}
    assert second.headers["Link"] == ", ".join(
        f'<{path}?per_page=2&page={number}&state=draft>; rel="{name}"'
        for name, number in wanted.items()
    )
    beyond = ask(client, key, f"{path}?page=9").get_json()
    assert (beyond["items"], beyond["page"], beyond["pages"]) == ([], 9, 1)


def test_page_of_the_office_beyond_the_last_is_empty(client: FlaskClient) -> None:
    sent(make.user())
    told = ask(client, key_of(make.user(Role.STAFF)), "/api/v1/dossiers?page=2&per_page=1")
    assert (told.get_json()["items"], told.get_json()["total"]) == ([], 1)


@pytest.mark.check(19, 23, 25)
@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("role=admin", 422, "parameter_unknown", "role"),
        ("page=0", 422, "number_range", "page"),
        ("page=99999999999999999999", 422, "number_range", "page"),
        ("page=-1", 422, "number_format", "page"),
        ("page=%D9%A1", 422, "number_format", "page"),
        ("page=1_0", 422, "number_format", "page"),
        ("page=", 422, "number_format", "page"),
        ("per_page=101", 422, "number_range", "per_page"),
        ("page=1&page=2", 422, "parameter_repeated", "page"),
        ("state=draft", 422, "parameter_choice", "state"),
        ("sort=password_hash", 422, "parameter_choice", "sort"),
        ("q=" + "a" * 101, 422, "too_long", "q"),
        ("q=%00", 400, "bad_request", None),
    ],
)
def test_wrong_parameter_is_refused_by_name(
    client: FlaskClient, query: str, status: int, code: str, field: str | None
) -> None:
    answer = ask(client, key_of(make.user(Role.STAFF)), f"/api/v1/dossiers?{query}")
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"], error.get("field")) == (status, code, field)


def test_several_wrong_parameters_are_all_named(client: FlaskClient) -> None:
    answer = ask(client, key_of(make.user()), "/api/v1/calls?page=x&phase=y")
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (422, "invalid_many")
    assert [(each["field"], each["code"]) for each in error["details"]] == [
        ("page", "number_format"),
        ("phase", "parameter_choice"),
    ]


@pytest.mark.check(25)
def test_search_takes_any_text_as_the_page_does(client: FlaskClient) -> None:
    key = key_of(make.user(Role.STAFF))
    for sought in ("a%0D%0Ab", "%E2%80%AEa", "%C2%98", "%25", "%ED%A0%80", "", "%5C"):
        answer = ask(client, key, f"/api/v1/dossiers?q={sought}&call={sought}")
        assert (sought, answer.status_code, answer.get_json()["items"]) == (sought, 200, [])


@pytest.mark.check(71, 72)
def test_answers_are_never_stored(client: FlaskClient) -> None:
    key = key_of(make.user())
    for path in ("/api/v1/calls", "/api/v1/calls/none", "/api/v1/none", "/api/v1/dossiers"):
        answer = ask(client, key, path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "application/json"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers


def test_other_methods_are_refused_as_json(client: FlaskClient) -> None:
    answer = client.post("/api/v1/calls", json={"title": "x"})
    assert error_of(answer) == (405, "method_not_allowed")
    assert set(answer.allow) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.check(18)
def test_key_of_another_calls_office_opens_no_dossier_that_its_owner_judges(
    client: FlaskClient,
) -> None:
    application, other = sent(make.user()), make.call()
    judge = make.user(make.held(Role.STAFF, call_code=other.code), make.held(Role.EVALUATOR))
    make.access(application, judge)
    path = f"/api/v1/dossiers/{application.practice_code}"
    assert error_of(ask(client, key_of(judge), path)) == (404, "not_found")
