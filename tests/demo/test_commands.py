"""The demo's commands and its ways in, each in a portal of its own in demo mode."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from flask import Flask

from portal import create_app, vault
from portal.demo import engine
from tests.conftest import settings_for_tests
from tests.databases import Databases

TODAY = "2026-11-22"


def demo_app(databases: Databases, template_url: str, tmp_path: Path, **changes: str) -> Flask:
    """Return a portal in demo mode on a database of its own."""
    url = databases.copy(template_url)
    given = {**settings_for_tests(url, tmp_path), "PORTAL_ENV": "demo", **changes}
    return create_app(given)


def test_commands_load_list_and_tell(
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    runner = demo_app(databases, template_url, tmp_path).test_cli_runner()
    loaded = runner.invoke(args=["demo", "load", "--today", TODAY])
    assert (loaded.exit_code, loaded.output) == (0, "demo of 2026-11-22 loaded\n")
    listed = json.loads(runner.invoke(args=["demo", "accounts", "--format", "json"]).output)
    assert [sorted(row) for row in listed] == [
        ["email", "password", "role", "start", "totp_secret"]
    ] * 8
    assert Counter(row["role"] for row in listed) == {
        "admin": 1,
        "staff": 1,
        "evaluator": 3,
        "auditor": 1,
        "applicant_body": 1,
        "applicant_person": 1,
    }
    verified = runner.invoke(args=["audit", "verify"])
    assert verified.exit_code == 0
    again = runner.invoke(args=["demo", "load", "--today", TODAY])
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "demo of 2026-11-22 loaded")


def test_stale_demo_says_how_to_load_it_again(
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    runner = demo_app(databases, template_url, tmp_path).test_cli_runner()
    runner.invoke(args=["demo", "load", "--today", "2024-01-10"])
    status = runner.invoke(args=["demo", "status"])
    assert status.output == (
        "no call is open any more: flask --app wsgi demo load tells the demo from today\n"
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
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    app = demo_app(databases, template_url, tmp_path, PUBLIC_URL="http://127.0.0.1:8000")
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_cli_runner().invoke(args=["demo", "load"])
    for account in engine.accounts():
        client = app.test_client()
        entered = client.post("/demo/accedi", data={"key": account.key})
        assert (entered.status_code, entered.location) == (303, account.start)
        assert client.get(account.start).status_code == 200
    assert app.test_client().post("/demo/accedi", data={"key": "evil"}).status_code == 404
