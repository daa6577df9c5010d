"""Settings, read from the environment with `instance/settings.env` below it.

Every setting is documented here, once. A setting without a default is required in production: the
process refuses to start without it and says which one is missing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10  # different ones, in a secret that was drawn
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EXAMPLE_SENDER = "Insieme per il lavoro <portale@localhost.localdomain>"
EXAMPLE_OFFICE = "ufficio@esempio.example.org"


class SettingsError(RuntimeError):
    """A required setting is missing or unsafe; the message says which and why."""


def read_settings_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of `path`; a missing file is an empty one."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def read_environment() -> dict[str, str]:
    """Return the settings file overlaid by the process environment."""
    file = Path(os.environ.get("PORTAL_SETTINGS", ROOT / "instance" / "settings.env"))
    return {**read_settings_file(file), **os.environ}


def make_settings(given: Mapping[str, str]) -> dict[str, object]:
    """Turn texts into Flask settings; raise SettingsError where the portal must not start."""
    mode = given.get("PORTAL_ENV", "production")
    if mode not in {"production", "demo", "test"}:
        raise SettingsError(f"PORTAL_ENV is {mode!r}: use production, demo or test")
    public_url = given.get("PUBLIC_URL", "").rstrip("/")
    settings: dict[str, object] = {
        # production | demo | test. Demo shows every account's way in: loopback only.
        "PORTAL_ENV": mode,
        # Signs cookies and links. At least 32 characters, drawn at random.
        "SECRET_KEY": given.get("SECRET_KEY", ""),
        # Keys that seal what the database must not show, comma-separated, the newest first;
        # outside production one follows from SECRET_KEY. Draw one:
        # python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'
        "VAULT_KEYS": read_vault_keys(given.get("VAULT_KEYS", "")),
        # Where people reach the portal; every link in a mail begins with it.
        "PUBLIC_URL": public_url,
        # sqlite:////absolute/file.db or postgresql+psycopg://user:password@host/name
        "SQLALCHEMY_DATABASE_URI": given.get("DATABASE_URL", ""),
        **store_settings(given),
        **mail_settings(given),
        # File with an ISO instant or an offset that moves the clock; refused in production.
        "PORTAL_CLOCK": given.get("PORTAL_CLOCK", ""),
        # Proxies in front that set X-Forwarded-*; 0 trusts none.
        "PROXY_HOPS": read_number("PROXY_HOPS", given.get("PROXY_HOPS", "0")),
        # The official accessibility statement on form.agid.gov.it, once it is published.
        "ACCESSIBILITY_STATEMENT_URL": given.get("ACCESSIBILITY_STATEMENT_URL", ""),
        # Largest request body in bytes. Above the limit of one file (20 MB), so that a file that
        # is too large is refused beside its field and what was typed with it stays.
        "MAX_CONTENT_LENGTH": read_number(
            "MAX_CONTENT_LENGTH", given.get("MAX_CONTENT_LENGTH", str(64 * 1024 * 1024))
        ),
        # What draws PDFs: wkhtmltopdf, or weasyprint for tagged ones (PDF/UA-1).
        "PDF_ENGINE": given.get("PDF_ENGINE", "wkhtmltopdf"),
        "LOG_LEVEL": given.get("LOG_LEVEL", "INFO"),
    }
    check_settings(settings)
    return {**settings, **fixed_settings(public_url)}


def store_settings(given: Mapping[str, str]) -> dict[str, object]:
    """Return where files are kept."""
    return {
        # The file store: a folder as file:///srv/portal/files, or s3://bucket/prefix.
        "FILES_URL": given.get("FILES_URL", (ROOT / "instance" / "files").as_uri()),
        # Of a store on s3://: where it answers, when that is not Amazon; its keys and region. What
        # is empty is found as Amazon's tools find it (AWS_ACCESS_KEY_ID and so on).
        "FILES_ENDPOINT_URL": given.get("FILES_ENDPOINT_URL", ""),
        "FILES_ACCESS_KEY": given.get("FILES_ACCESS_KEY", ""),
        "FILES_SECRET_KEY": given.get("FILES_SECRET_KEY", ""),
        "FILES_REGION": given.get("FILES_REGION", ""),
        # Megabytes of the disk that uploads leave free, for the database, the logs and the mails.
        "FILES_RESERVE_MB": read_number("FILES_RESERVE_MB", given.get("FILES_RESERVE_MB", "200")),
    }


def mail_settings(given: Mapping[str, str]) -> dict[str, object]:
    """Return how mails leave, and in whose name."""
    return {
        # smtp://user:password@host:port, or smtps:// for TLS from the first word; off this machine
        # smtp:// turns to TLS where the server offers it, and needs it for a password. Empty
        # keeps mails in the portal's own mailbox, which only the demo shows.
        "MAIL_URL": given.get("MAIL_URL", ""),
        "MAIL_SENDER": given.get("MAIL_SENDER", EXAMPLE_SENDER),
        # The office's own address: accessibility and service reports are mailed here.
        "OFFICE_EMAIL": given.get("OFFICE_EMAIL", EXAMPLE_OFFICE),
    }


def read_vault_keys(text: str) -> list[str]:
    """Return the keys of the vault; raise SettingsError for one that is no key."""
    keys = [key.strip() for key in text.split(",") if key.strip()]
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise SettingsError("VAULT_KEYS holds something that is not a key: draw one") from error
    return keys


def read_number(name: str, text: str) -> int:
    """Return a setting that is a whole number; raise SettingsError for anything else."""
    if not (text.isascii() and text.isdigit()):
        raise SettingsError(f"{name} is {text!r}: write a whole number")
    return int(text)


def fixed_settings(public_url: str) -> dict[str, object]:
    """Return what follows from the address people use: cookie names and flags, hosts, limits.

    A portal on loopback answers to all of its names, so that typing localhost works too.
    """
    secure = public_url.startswith("https://")
    host = urlsplit(public_url).hostname
    return {
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TRUSTED_HOSTS": sorted(LOOPBACK) if host in LOOPBACK else [host],
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1_000,
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def check_settings(settings: Mapping[str, object]) -> None:
    """Raise SettingsError for a missing or unsafe value."""
    missing = [
        name
        for name in ("SECRET_KEY", "PUBLIC_URL", "SQLALCHEMY_DATABASE_URI")
        if not settings[name]
    ]
    if missing:
        names = ", ".join("DATABASE_URL" if n.startswith("SQLALCHEMY") else n for n in missing)
        raise SettingsError(f"missing settings: {names} (config.py says what each is)")
    if len(str(settings["SECRET_KEY"])) < SHORTEST_SECRET:
        raise SettingsError("SECRET_KEY is too short: draw at least 32 random characters")
    check_addresses(settings)
    if settings["PDF_ENGINE"] not in {"wkhtmltopdf", "weasyprint"}:
        raise SettingsError("PDF_ENGINE must be wkhtmltopdf or weasyprint")
    if settings["PORTAL_ENV"] == "production":
        check_production(settings)
    elif settings["PORTAL_ENV"] == "demo":
        check_demo(settings)


def check_addresses(settings: Mapping[str, object]) -> None:
    """Raise SettingsError for an address that would be misunderstood without a word."""
    public = urlsplit(str(settings["PUBLIC_URL"]))
    plain = public._replace(scheme="", netloc="").geturl() == "" and "@" not in public.netloc
    if public.scheme not in {"http", "https"} or not public.hostname or not plain:
        raise SettingsError("PUBLIC_URL must be http(s)://host, with a port if need be, no more")
    mail = urlsplit(str(settings["MAIL_URL"]))
    if settings["MAIL_URL"] and (mail.scheme not in {"smtp", "smtps"} or not mail.hostname):
        raise SettingsError("MAIL_URL must begin with smtp:// or smtps:// and name a host")
    check_store(settings)


def check_store(settings: Mapping[str, object]) -> None:
    """Raise SettingsError for a file store of a kind the portal does not know."""
    store = urlsplit(str(settings["FILES_URL"]))
    whole = store.path.startswith("/") if store.scheme == "file" else bool(store.netloc)
    if store.scheme not in {"file", "s3"} or not whole:
        raise SettingsError("FILES_URL must be file:///folder or s3://bucket/prefix")
    endpoint = urlsplit(str(settings["FILES_ENDPOINT_URL"]))
    if settings["FILES_ENDPOINT_URL"] and (
        endpoint.scheme not in {"http", "https"} or not endpoint.hostname
    ):
        raise SettingsError("FILES_ENDPOINT_URL must begin with https:// and name a host")
    if bool(settings["FILES_ACCESS_KEY"]) != bool(settings["FILES_SECRET_KEY"]):
        raise SettingsError("FILES_ACCESS_KEY and FILES_SECRET_KEY go together")


def check_production(settings: Mapping[str, object]) -> None:
    """Raise SettingsError for what only a demo or a test may do."""
    if len(set(str(settings["SECRET_KEY"]))) < FEWEST_CHARACTERS:
        raise SettingsError("SECRET_KEY was not drawn at random")
    if not str(settings["PUBLIC_URL"]).startswith("https://"):
        raise SettingsError("PUBLIC_URL must begin with https:// in production")
    if not settings["VAULT_KEYS"]:
        raise SettingsError("VAULT_KEYS is missing: draw a key as config.py says")
    if settings["PORTAL_CLOCK"]:
        raise SettingsError("PORTAL_CLOCK moves the clock: not in production")
    if not settings["MAIL_URL"]:
        raise SettingsError("MAIL_URL is missing: mails could not leave")
    for name, example in (("MAIL_SENDER", EXAMPLE_SENDER), ("OFFICE_EMAIL", EXAMPLE_OFFICE)):
        if settings[name] == example:
            raise SettingsError(f"{name} is missing: {example} is an example")


def check_demo(settings: Mapping[str, object]) -> None:
    """Raise SettingsError where the demo would be reachable by others."""
    if urlsplit(str(settings["PUBLIC_URL"])).hostname not in LOOPBACK:
        raise SettingsError("the demo shows every account: PUBLIC_URL must be a loopback address")
