"""The portal starts with safe settings only, and says which one is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import SettingsError, make_settings, read_environment

ROOT = Path(__file__).resolve().parents[2]
VAULT_KEY = "c2l4dGVlbiBhbmQgc2l4dGVlbiBtYWtlIDMyIG9jdGU="
SECRET = "Zk3vT9qLx7Rw2mNb5cJd8fGh1sPy4uAe"
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": SECRET,
    "VAULT_KEYS": VAULT_KEY,
    "PUBLIC_URL": "https://portale.example.org",
    "DATABASE_URL": "postgresql+psycopg://portal@/portal",
    "MAIL_URL": "smtps://posta.example.org",
    "MAIL_SENDER": "portale@example.org",
    "OFFICE_EMAIL": "ufficio@example.org",
}
DEMO = {
    "PORTAL_ENV": "demo",
    "SECRET_KEY": SECRET,
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "DATABASE_URL": "sqlite:////tmp/none.db",
}


@pytest.mark.check(12)
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"PORTAL_ENV": "prod"}, "PORTAL_ENV is 'prod': use production, demo or test"),
        ({"SECRET_KEY": ""}, "missing settings: SECRET_KEY (config.py says what each is)"),
        ({"SECRET_KEY": "dev"}, "SECRET_KEY is too short: draw at least 32 random characters"),
        ({"SECRET_KEY": "dev" * 20}, "SECRET_KEY was not drawn at random"),
        ({"PUBLIC_URL": ""}, "missing settings: PUBLIC_URL (config.py says what each is)"),
        ({"DATABASE_URL": ""}, "missing settings: DATABASE_URL (config.py says what each is)"),
        (
            {"PUBLIC_URL": "http://portale.example.org"},
            "PUBLIC_URL must begin with https:// in production",
        ),
        (
            {"PUBLIC_URL": "https://example.org/portale"},
            "PUBLIC_URL must be http(s)://host, with a port if need be, no more",
        ),
        (
            {"PUBLIC_URL": "portale.example.org"},
            "PUBLIC_URL must be http(s)://host, with a port if need be, no more",
        ),
        ({"PORTAL_CLOCK": "instance/clock"}, "PORTAL_CLOCK moves the clock: not in production"),
        ({"VAULT_KEYS": ""}, "VAULT_KEYS is missing: draw a key as config.py says"),
        ({"VAULT_KEYS": "key"}, "VAULT_KEYS holds something that is not a key: draw one"),
        ({"PDF_ENGINE": "word"}, "PDF_ENGINE must be wkhtmltopdf or weasyprint"),
        ({"MAIL_URL": ""}, "MAIL_URL is missing: mails could not leave"),
        (
            {"MAIL_URL": "posta.example.org:25"},
            "MAIL_URL must begin with smtp:// or smtps:// and name a host",
        ),
        (
            {"OFFICE_EMAIL": "ufficio@esempio.example.org"},
            "OFFICE_EMAIL is missing: ufficio@esempio.example.org is an example",
        ),
        ({"FILES_URL": "/srv/files"}, "FILES_URL must be file:///folder or s3://bucket/prefix"),
        ({"FILES_URL": "s3:///files"}, "FILES_URL must be file:///folder or s3://bucket/prefix"),
        (
            {"FILES_ENDPOINT_URL": "s3.example.org"},
            "FILES_ENDPOINT_URL must begin with https:// and name a host",
        ),
        ({"FILES_ACCESS_KEY": "key"}, "FILES_ACCESS_KEY and FILES_SECRET_KEY go together"),
        ({"PROXY_HOPS": "one"}, "PROXY_HOPS is 'one': write a whole number"),
        ({"PROXY_HOPS": ""}, "PROXY_HOPS is '': write a whole number"),
        ({"MAX_CONTENT_LENGTH": "64M"}, "MAX_CONTENT_LENGTH is '64M': write a whole number"),
    ],
)
def test_production_refuses_what_is_unsafe(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError) as refused:
        make_settings({**PRODUCTION, **changes})
    assert str(refused.value) == reason


def test_without_a_sender_of_its_own_production_does_not_start() -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != "MAIL_SENDER"}
    with pytest.raises(SettingsError, match="^MAIL_SENDER is missing"):
        make_settings(given)


def test_mode_that_nobody_chose_is_production() -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != "PORTAL_ENV"}
    assert make_settings(given)["PORTAL_ENV"] == "production"


@pytest.mark.parametrize("host", ["https://portale.example.org", "http://192.168.1.5:8000"])
def test_demo_is_on_loopback_alone(host: str) -> None:
    with pytest.raises(SettingsError, match="must be a loopback address"):
        make_settings({**DEMO, "PUBLIC_URL": host})


ASK = """
import json, sys
from portal import create_app
given, address = json.loads(sys.argv[1])
answer = create_app(given).test_client().get("/accedi", base_url=address)
print(json.dumps([answer.status_code, dict(answer.headers)]))
"""


def first_answer(given: dict[str, str], address: str) -> tuple[int, dict[str, str]]:
    """Return status and headers of the sign-in page, from a process with these settings."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps([given, address])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    status, headers = json.loads(done.stdout)
    return status, headers


def cookie_in(headers: dict[str, str]) -> tuple[str, list[str]]:
    """Return the name of the cookie and its marks."""
    name, _, rest = headers["Set-Cookie"].partition("=")
    return name, sorted(part.strip() for part in rest.split(";")[1:])


def test_behind_https_cookie_and_headers_hold_to_it() -> None:
    given = {**PRODUCTION, "DATABASE_URL": "sqlite://"}
    status, headers = first_answer(given, given["PUBLIC_URL"])
    assert (status, headers["Strict-Transport-Security"]) == (
        200,
        "max-age=31536000; includeSubDomains",
    )
    assert cookie_in(headers) == (
        "__Host-session",
        ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"],
    )


def test_on_loopback_names_are_plain() -> None:
    status, headers = first_answer({**DEMO, "DATABASE_URL": "sqlite://"}, "http://localhost:8000")
    assert (status, "Strict-Transport-Security" in headers) == (200, False)
    assert cookie_in(headers) == ("session", ["HttpOnly", "Path=/", "SameSite=Lax"])


@pytest.mark.check(12)
def test_process_without_settings_ends_with_the_reason(tmp_path: Path) -> None:
    alone = {"PATH": os.environ["PATH"], "PORTAL_SETTINGS": str(tmp_path / "none.env")}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        "config.SettingsError: missing settings: SECRET_KEY, PUBLIC_URL, DATABASE_URL "
        "(config.py says what each is)",
    )


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.env"
    file.write_text("# a note\nLOG_LEVEL=ERROR\nMAIL_URL=smtp://posta.example.org?a=b\n\n")
    monkeypatch.setenv("PORTAL_SETTINGS", str(file))
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    read = read_environment()
    assert (read["LOG_LEVEL"], read["MAIL_URL"]) == ("DEBUG", "smtp://posta.example.org?a=b")
