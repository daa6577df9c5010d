"""The portal: `create_app` puts extensions, features and subscriptions together."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from portal import clock, documents, files, i18n, logs, outbox, vault
from portal.api import document
from portal.db import db
from portal.web.access import check_declared, enforce_access
from portal.web.arrivals import register_arrivals
from portal.web.errors import register_error_pages
from portal.web.headers import register_headers
from portal.web.looks import register_looks
from portal.web.navigation import register_context
from portal.web.resuming import register_resuming

ROOT = Path(__file__).resolve().parent.parent
FEATURES = (
    "accounts",
    "registry",
    "sources",
    "grids",
    "calls",
    "applications",
    "evaluation",
    "committee",
    "outcomes",
    "desk",
    "operations",
    "public",
)
# Features that answer programs too.
PROGRAMS = ("calls", "applications", "evaluation", "desk")
MODELS = (
    "accounts",
    "registry",
    "questionnaires",
    "grids",
    "sources",
    "calls",
    "applications",
    "evaluation",
    "committee",
    "outcomes",
    "desk",
    "operations",
)

migrate = Migrate(render_as_batch=True)
csrf = CSRFProtect()


def create_app(given: Mapping[str, str] | None = None) -> Flask:
    """Return the portal, set up from `given` or from the environment (see config.py)."""
    settings = config.make_settings(config.read_environment() if given is None else given)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping(settings)
    set_up_ground(app)
    register_features(app)
    check_declared(app)
    document.check_operations(app)
    return app


def set_up_ground(app: Flask) -> None:
    """Hand the settings to the floors below the pages."""
    logs.configure(app)
    clock.configure(app.config["PORTAL_CLOCK"] or None)
    vault.configure(app.config["VAULT_KEYS"] or [vault.key_from(app.config["SECRET_KEY"])])
    db.init_app(app)
    for feature in MODELS:
        importlib.import_module(f"portal.{feature}.models")
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    register_arrivals(app)
    csrf.init_app(app)
    files.configure(
        app.config["FILES_URL"], store_access(app), app.config["FILES_RESERVE_MB"] << 20
    )
    documents.configure(render=renderer(app), engine=app.config["PDF_ENGINE"])
    outbox.configure(
        outbox.Settings(
            render=renderer(app),
            url=app.config["MAIL_URL"],
            sender=app.config["MAIL_SENDER"],
            domain=urlsplit(app.config["PUBLIC_URL"]).hostname or "localhost",
            office=app.config["OFFICE_EMAIL"],
        )
    )
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def store_access(app: Flask) -> files.Access:
    """Return how a file store on s3:// is reached."""
    return files.Access(
        endpoint=app.config["FILES_ENDPOINT_URL"],
        access_key=app.config["FILES_ACCESS_KEY"],
        secret_key=app.config["FILES_SECRET_KEY"],
        region=app.config["FILES_REGION"],
    )


def renderer(app: Flask) -> Any:
    """Return the function that mails and documents are rendered with: no request needed."""
    app.jinja_env.filters["square_code"] = documents.square_code
    app.jinja_env.globals["link"] = lambda endpoint, **values: link(app, endpoint, **values)

    def render(template: str, **context: Any) -> str:
        return app.jinja_env.get_template(template).render(context)

    return render


def link(app: Flask, endpoint: str, **values: Any) -> str:
    """Return the address of a page as people reach it from a mail or a document."""
    path = app.url_map.bind("portal").build(endpoint, values)
    return f"{app.config['PUBLIC_URL']}{path}"


def register_features(app: Flask) -> None:
    """Add pages, subscriptions and commands of every feature."""
    from portal import cli
    from portal.accounts.views import init_login, user_language

    i18n.init_app(app, user_language)
    init_login(app)

    app.before_request(enforce_access)
    register_error_pages(app)
    register_headers(app)
    register_looks(app)
    register_context(app)
    register_resuming(app)
    for feature in FEATURES + (("demo",) if app.config["PORTAL_ENV"] == "demo" else ()):
        import_if_there(f"portal.{feature}.consequences")
        app.register_blueprint(importlib.import_module(f"portal.{feature}.views").blueprint)
    for feature in PROGRAMS:
        app.register_blueprint(importlib.import_module(f"portal.{feature}.api").blueprint)
    app.register_blueprint(document.blueprint)
    cli.register(app)
    logging.getLogger(__name__).debug("portal ready")


def import_if_there(module: str) -> None:
    """Import a feature's subscriptions; a feature without any has no such module."""
    if importlib.util.find_spec(module):
        importlib.import_module(module)
