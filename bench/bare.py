"""The bare pages: what Flask, SQLAlchemy and Jinja cost when nothing else is asked of them.

They share the portal's layout (`base.html`), its session row and Flask-Login, and ask the database
as many queries as the page they stand beside. There are no permissions, services, workflows or
tables behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import func, select

from portal import i18n
from portal.accounts.engine import digest
from portal.accounts.models import Nobody, User, UserSession
from portal.applications.models import Application, Submission
from portal.calls.models import Call
from portal.db import db, transaction
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant
from portal.web.headers import Assets

TEMPLATES = Path(__file__).with_name("templates")
ROWS = 25
MENU = (
    ("Calls", "calls.list_calls"),
    ("Rankings", "evaluation.list_rankings"),
    ("My area", "desk.show_personal_area"),
    ("Applications", "desk.list_applications"),
    ("Manage calls", "calls.manage_calls"),
    ("Questions and answers", "public.faq"),
)


def bare_app(portal: Flask) -> Flask:
    """Return a small app on the portal's database, with the portal's addresses and layout."""
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(
        {
            name: portal.config[name]
            for name in ("SECRET_KEY", "SQLALCHEMY_DATABASE_URI", "SESSION_COOKIE_NAME")
        }
    )
    loaders = [FileSystemLoader(TEMPLATES), FileSystemLoader(str(portal.template_folder))]
    app.jinja_loader = ChoiceLoader(loaders)  # type: ignore[assignment]
    app.jinja_env.globals["asset"] = Assets()
    db.init_app(app)
    CSRFProtect(app)
    i18n.init_app(app, lambda: current_user.language if current_user.is_authenticated else None)
    sign_in_by_session(app)
    add_routes(app, portal)
    return app


def sign_in_by_session(app: Flask) -> None:
    """Find who is signed in by the session's row, as the portal does."""
    manager = LoginManager(app)
    manager.anonymous_user = Nobody

    @manager.user_loader
    def load(token: str) -> User | None:
        row = db.session.scalar(
            select(UserSession).where(
                UserSession.token_hash == digest(token), UserSession.ended_at.is_(None)
            )
        )
        return row.user if row else None


def add_routes(app: Flask, portal: Flask) -> None:
    """Take over the portal's addresses, so that the layout's links are made alike."""
    for rule in portal.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint) or not_measured
        app.add_url_rule(rule.rule, rule.endpoint, view, methods=rule.methods)
    app.add_url_rule("/bare/list", "bare_list", list_page(applications))
    app.add_url_rule("/bare/page", "bare_page", list_page(calls))
    app.add_url_rule("/bare/write", "bare_write", write, methods=["POST"])

    @app.context_processor
    def names() -> dict[str, Any]:
        entries = [(i18n.gettext(name), url_for(end), False) for name, end in MENU]
        return {"locale": i18n.current_language(), "navigation": entries, "demo_mode": False}


def not_measured(**_: object) -> ResponseReturnValue:
    """Stand behind the addresses that are only linked to."""
    return "", 204


def list_page(read: Callable[[], list[Any]]) -> Callable[[], ResponseReturnValue]:
    """Return a view that reads some rows, asks the remaining queries and fills a template."""

    def view() -> ResponseReturnValue:
        left = int(request.args["queries"])
        rows = read() if left else []
        total = db.session.scalar(select(func.count()).select_from(Application)) if left > 1 else 0
        for number in range(2, left):
            db.session.execute(select(Call.__table__).where(Call.id == number)).all()
        return render_template("bare.html", rows=rows, total=total)

    return view


def applications() -> list[Any]:
    """Read a page of applications with what a list shows of them: one query."""
    statement = (
        select(
            Application.practice_code,
            ProtocolEntry.number,
            Applicant.name,
            Application.title,
            Call.code,
            Application.state,
            Submission.received_at,
            Application.requested_amount,
        )
        .join(Applicant, Application.applicant_id == Applicant.id)
        .join(Call, Application.call_id == Call.id)
        .join(Submission, Submission.application_id == Application.id)
        .join(ProtocolEntry, Submission.protocol_entry_id == ProtocolEntry.id)
        .order_by(Application.id)
        .limit(ROWS)
    )
    return list(db.session.execute(statement))


def calls() -> list[Any]:
    """Read what a public page shows of calls: one query."""
    return list(db.session.execute(select(Call.code, Call.title, Call.opens_at, Call.closes_at)))


def write() -> ResponseReturnValue:
    """Write as many rows as queries are asked, in one transaction, and send the browser on."""
    left = int(request.args["queries"])
    with transaction():
        for number in range(left):
            db.session.execute(Call.__table__.update().where(Call.id == 0).values(version=number))
    return redirect(url_for("public.home"), 303)
