"""The demo's commands and its ways in, each in a portal of its own in demo mode."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from portal import clock, create_app, vault
from portal.db import db
from portal.demo import engine, queries
from tests.conftest import settings_for_tests, settings_kept
from tests.databases import Databases

TODAY = "2026-11-22"


def demo_app(databases: Databases, template_url: str, tmp_path: Path, **changes: str) -> Flask:
    """Return a portal in demo mode on a database of its own."""
    url = databases.copy(template_url)
    given = {**settings_for_tests(url, tmp_path), "PORTAL_ENV": "demo", **changes}
    return create_app(given)


@pytest.fixture(scope="module")
def told_url(
    databases: Databases, template_url: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A database with the demo of today, told once; each test opens a copy of it."""
    url = databases.copy(template_url)
    folder = tmp_path_factory.mktemp("told")
    with settings_kept():
        app = create_app({**settings_for_tests(url, folder), "PORTAL_ENV": "demo"})
        assert app.test_cli_runner().invoke(args=["demo", "load"]).exit_code == 0
        with app.app_context():
            db.engine.dispose()
    return url


def test_commands_load_list_and_tell(
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    runner = demo_app(databases, template_url, tmp_path).test_cli_runner()
    loaded = runner.invoke(args=["demo", "load", "--today", TODAY])
    assert (loaded.exit_code, loaded.output) == (0, "demo of 2026-11-22 loaded\n")
    listed = json.loads(runner.invoke(args=["demo", "accounts", "--format", "json"]).output)
    assert [sorted(row) for row in listed] == [
        ["email", "hint", "password", "role", "start", "totp_secret"]
    ] * 9
    assert Counter(row["role"] for row in listed) == {
        "admin": 1,
        "staff": 1,
        "evaluator": 3,
        "auditor": 1,
        "applicant_body": 1,
        "applicant_delegate": 1,
        "applicant_person": 1,
    }
    verified = runner.invoke(args=["audit", "verify"])
    assert verified.exit_code == 0
    told = runner.invoke(args=["demo", "accounts"]).output
    assert [line.split()[:2] for line in told.splitlines()] == [
        [row["role"], row["email"]] for row in listed
    ]
    more = runner.invoke(args=["demo", "load", "--scale", "2"])
    assert (more.exit_code, more.output[:18]) == (0, "2 applications in ")
    again = runner.invoke(args=["demo", "load", "--today", TODAY])
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "demo of 2026-11-22 loaded")


def test_what_is_wrong_with_a_command_is_said(
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    runner = demo_app(databases, template_url, tmp_path).test_cli_runner()
    status = runner.invoke(args=["demo", "status"])
    assert status.output == "no demo is loaded: flask --app wsgi demo load\n"
    day = runner.invoke(args=["demo", "load", "--today", "31/02/2026"])
    assert day.output == "--today 31/02/2026: write a day as 2026-11-22\n"
    assert (status.exit_code, day.exit_code) == (1, 1)


def test_stale_demo_says_how_to_load_it_again(
    databases: Databases, told_url: str, tmp_path: Path
) -> None:
    runner = demo_app(databases, told_url, tmp_path).test_cli_runner()
    with clock.at(clock.now() + timedelta(days=1000)):
        status = runner.invoke(args=["demo", "status"])
    assert status.output == (
        "only calls without a closing are open: "
        "flask --app wsgi demo load tells the demo from today\n"
    )


def test_production_refuses_the_demo(
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    app = demo_app(
        databases,
        template_url,
        tmp_path,
        PORTAL_ENV="production",
        VAULT_KEYS=vault.key_from("a test"),
        PUBLIC_URL="https://portale.esempio.example.org",
        MAIL_URL="smtp://127.0.0.1:25",
        MAIL_SENDER="Portale <portale@comune.bologna.it>",
        OFFICE_EMAIL="ufficio@comune.bologna.it",
    )
    for command in (["load"], ["accounts"], ["status"]):
        result = app.test_cli_runner().invoke(args=["demo", *command])
        assert (result.exit_code, result.output) == (1, "the demo is refused in production\n")
    assert [
        rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("demo")
    ] == []


def test_every_way_in_leads_to_its_first_page(
    databases: Databases, told_url: str, tmp_path: Path
) -> None:
    app = demo_app(databases, told_url, tmp_path, PUBLIC_URL="http://127.0.0.1:8000")
    app.config["WTF_CSRF_ENABLED"] = False
    for account in engine.accounts():
        client = app.test_client()
        entered = client.post("/demo/accedi", data={"key": account.key})
        assert (entered.status_code, entered.location) == (303, account.start)
        assert client.get(account.start).status_code == 200
    assert app.test_client().post("/demo/accedi", data={"key": "evil"}).status_code == 404


def test_pages_of_the_demo_show_who_comes_in_and_what_was_mailed(
    databases: Databases, told_url: str, tmp_path: Path
) -> None:
    app = demo_app(databases, told_url, tmp_path, PUBLIC_URL="http://127.0.0.1:8000")
    runner, client = app.test_cli_runner(), app.test_client()
    assert runner.invoke(args=["demo", "status"]).output == "3 calls open\n"
    page = client.get("/demo/").text
    assert [account.email in page for account in engine.accounts()] == [True] * 9
    with app.app_context():
        newest = queries.newest_mails()[0]
        path, subject = f"/demo/posta/{newest.id}", newest.subject
    assert path in client.get("/demo/posta").text
    assert subject in unescape(client.get(path).text)
    assert client.get("/demo/posta/999999").status_code == 404
