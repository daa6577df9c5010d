"""Security headers on every answer, and cookies by the address the portal is reached at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.web.headers import ALWAYS, BUILD
from tests import make
from tests.conftest import ROOT, settings_for_tests

SCRIPTS_FROM_HERE_ALONE = "default-src 'none'; script-src 'self'; style-src 'self'"


def headers_of(answer: TestResponse) -> dict[str, str]:
    """Return the security headers of an answer."""
    return {name: answer.headers.get(name, "") for name in ALWAYS}


def every_address(app: Flask) -> list[str]:
    """Return an address for each rule, right or not: errors carry the headers too."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return sorted(
            adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or set())
        )


@pytest.mark.check(71)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
def test_every_address_carries_the_security_headers(client: FlaskClient, method: str) -> None:
    for address in every_address(client.application):
        answer = client.open(address, method=method)
        assert (address, headers_of(answer)) == (address, ALWAYS)


@pytest.mark.check(71)
def test_policy_lets_no_foreign_or_inline_script_run(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.startswith(SCRIPTS_FROM_HERE_ALONE)
    assert "unsafe" not in policy


@pytest.mark.check(71)
@pytest.mark.parametrize("kind", ["css", "js", "woff2", "svg"])
def test_built_files_carry_them_and_are_kept_for_ever(client: FlaskClient, kind: str) -> None:
    file = next(path for path in sorted(BUILD.glob(f"*.{kind}")))
    answer = client.get(f"/static/{file.name}")
    assert (answer.status_code, headers_of(answer)) == (200, ALWAYS)
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.check(72)
def test_page_of_somebody_signed_in_is_never_stored(client: FlaskClient) -> None:
    make.sign_in(client, make.user())
    assert client.get("/area-personale").headers["Cache-Control"] == "no-store"
    assert client.get("/").headers["Cache-Control"] == "no-store"


# A portal of its own in a process of its own: settings reach further than one app.
SHOW_COOKIE = """
from portal import create_app
app = create_app()
answer = app.test_client().get("/accedi", base_url=app.config["PUBLIC_URL"])
print(answer.status_code, answer.headers["Set-Cookie"].partition("=")[0])
print(sorted(part.strip() for part in answer.headers["Set-Cookie"].split(";")[1:]))
print(answer.headers.get("Strict-Transport-Security"))
"""


@pytest.mark.check(71)
@pytest.mark.parametrize(
    ("public_url", "shown"),
    [
        (
            "http://127.0.0.1:8000",
            ["200 session", "['HttpOnly', 'Path=/', 'SameSite=Lax']", "None"],
        ),
        (
            "https://bandi.example.org",
            [
                "200 __Host-session",
                "['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']",
                "max-age=31536000; includeSubDomains",
            ],
        ),
    ],
)
def test_cookie_is_as_safe_as_the_address_allows(
    template_url: str, tmp_path: Path, public_url: str, shown: list[str]
) -> None:
    settings = {**settings_for_tests(template_url, tmp_path), "PUBLIC_URL": public_url}
    done = subprocess.run(
        [sys.executable, "-c", SHOW_COOKIE],
        env={**settings, "PATH": os.environ["PATH"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-3:] == shown, done.stderr
