"""Security headers on every answer, static files with their own caching."""

from __future__ import annotations

import json
import re
from pathlib import Path

from flask import Flask, Response, g, request, session
from whitenoise import WhiteNoise

BUILD = Path(__file__).resolve().parents[1] / "static" / "build"
PREFIX = "static/"
SIGNED_IN_KEY = "_user_id"  # Flask-Login's
HASHED = re.compile(r"^.+\.[0-9A-Za-z]{8,}\.[a-z0-9]+$")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ONE_YEAR = 365 * 24 * 3600


def register_headers(app: Flask) -> None:
    """Add the headers to every answer, errors included; personal answers are never stored."""
    always = dict(ALWAYS)
    if app.config["SESSION_COOKIE_SECURE"]:
        always["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        # The cookie tells, not the person's row: an answer about a database that is away, too.
        # Who has just signed out was still known when the request came.
        personal = request.endpoint is None or SIGNED_IN_KEY in session or "user_id" in g
        response.headers.setdefault(
            "Cache-Control", "no-store" if personal else "private, no-cache"
        )
        return response

    serve_static(app, always)


def serve_static(app: Flask, always: dict[str, str]) -> None:
    """Serve the built assets: hashed names for ever, compressed where the browser takes it."""

    def add(headers: dict[str, str], _path: str, _url: str) -> None:
        for name, value in always.items():
            headers[name] = value

    if BUILD.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(BUILD),
            prefix=PREFIX,
            immutable_file_test=lambda _path, url: bool(HASHED.match(url)),
            add_headers_function=add,
            allow_all_origins=False,
        )
    app.jinja_env.globals["asset"] = Assets()


class Assets:
    """Callable from templates: logical name -> URL of the hashed file."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if not self.names:
            self.names = json.loads((BUILD / "manifest.json").read_text(encoding="utf-8"))
        return f"/{PREFIX}{self.names[name]}"
