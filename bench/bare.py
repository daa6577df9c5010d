"""The bare pages: what Flask, SQLAlchemy and Jinja cost when nothing else is asked of them.

They share the portal's layout (`base.html`), its session row and Flask-Login, show the same rows in
one plain table with the same choices above it, and ask the database as many queries as the page
they stand beside. There are no permissions, services, forms or macros behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from portal.applications.states import LABELS, ApplicationState
from portal.calls.models import Call
from portal.db import db, transaction
from portal.evaluation.models import ScoreSheet, Tally
from portal.grids.engine import format_points
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant
from portal.web.headers import Assets

TEMPLATES = Path(__file__).with_name("templates")
ROWS = 25
APPLICATION_NAMES = (
    *("Practice", "Protocol", "Applicant", "Project", "Call"),
    *("State", "Received", "Amount", "Sheets"),
)
FIRST_ROUND = 1  # that of the many applications
MENU = (
    ("Calls", "calls.list_calls"),
    ("Rankings", "outcomes.list_rankings"),
    ("Questions and answers", "public.faq"),
)
MENU_OF_STAFF = (
    *MENU[:2],
    ("My area", "desk.show_personal_area"),
    ("Today", "desk.show_today"),
    ("Applications", "desk.list_applications"),
    ("Manage calls", "calls.manage_calls"),
    ("Sources of money", "sources.list_sources"),
    ("Operation", "operations.show_operations"),
)


@dataclass(frozen=True)
class Shown:
    """What a bare page shows, and how many queries it took."""

    title: str
    names: Sequence[str]
    rows: Sequence[Sequence[Any]] = ()
    total: int = 0
    queries: int = 0
    choices: Sequence[Any] = ()


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
    app.jinja_env.globals["resumed"] = lambda: None  # no page is resumed here
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
    app.add_url_rule("/bare/applications", "bare_applications", list_page(applications))
    app.add_url_rule("/bare/results", "bare_results", list_page(results))
    app.add_url_rule("/bare/calls", "bare_calls", list_page(calls))
    app.add_url_rule("/bare/write", "bare_write", write, methods=["POST"])

    @app.context_processor
    def names() -> dict[str, Any]:
        menu = MENU_OF_STAFF if current_user.is_authenticated else MENU
        entries = [(i18n.gettext(name), url_for(end), False) for name, end in menu]
        return {"locale": i18n.current_language(), "navigation": entries, "demo_mode": False}


def not_measured(**_: object) -> ResponseReturnValue:
    """Stand behind the addresses that are only linked to."""
    return "", 204


def list_page(read: Callable[[], Shown]) -> Callable[[], ResponseReturnValue]:
    """Return a view that reads some rows, asks the remaining queries and fills a template."""

    def view() -> ResponseReturnValue:
        queries = int(request.args["queries"])
        shown = read() if queries else Shown("", ())
        for number in range(shown.queries, queries):
            db.session.execute(select(Call.__table__).where(Call.id == number)).all()
        return render_template("bare.html", shown=shown)

    return view


def applications() -> Shown:
    """Read a page of applications, the newest first, their number, sheets, calls: four queries."""
    statement = (
        select(
            Application.id,
            Application.practice_code,
            ProtocolEntry.number,
            Applicant.name,
            Application.title,
            Call.title,
            Application.state,
            Submission.received_at,
            Application.requested_amount,
        )
        .join(Applicant, Application.applicant_id == Applicant.id)
        .join(Call, Application.call_id == Call.id)
        .join(Application.submission)
        .join(ProtocolEntry, Submission.protocol_entry_id == ProtocolEntry.id)
        .order_by(Submission.received_at.desc(), Application.id)
        .limit(ROWS)
    )
    sent = Application.state != ApplicationState.DRAFT
    total = db.session.scalar(select(func.count()).select_from(Application).where(sent))
    found = db.session.execute(statement).all()
    sheets = sheets_of([row.id for row in found])
    rows = [
        (
            *(code, number, applicant, title, i18n.pick(call), LABELS[state]),
            *(i18n.format_instant(received), i18n.format_amount(amount) if amount else "-"),
            sheets.get(application_id, 0),
        )
        for application_id, code, number, applicant, title, call, state, received, amount in found
    ]
    calls = db.session.execute(select(Call.code, Call.title)).all()
    return Shown("Applications", APPLICATION_NAMES, rows, total or 0, queries=4, choices=calls)


def sheets_of(application_ids: list[int]) -> dict[int, int]:
    """Return how many score sheets each application has: one query."""
    rows = db.session.execute(
        select(ScoreSheet.application_id, func.count())
        .where(ScoreSheet.application_id.in_(application_ids))
        .group_by(ScoreSheet.application_id)
    )
    return {application_id: count for application_id, count in rows}


def results() -> Shown:
    """Read a page of results, the highest first, and how many there are: two queries."""
    of_call = Tally.round_id == FIRST_ROUND
    statement = (
        select(
            Application.practice_code,
            Application.title,
            Applicant.name,
            Tally.sent,
            Tally.automatic_hundredths,
            Tally.judged_hundredths,
            Tally.total_hundredths,
            Tally.spread_hundredths,
        )
        .join(Application, Application.id == Tally.application_id)
        .join(Applicant, Application.applicant_id == Applicant.id)
        .where(of_call)
        .order_by(Tally.total_hundredths.desc(), Tally.application_id.desc())
        .limit(ROWS)
    )
    total = db.session.scalar(select(func.count()).select_from(Tally).where(of_call))
    names = ("Practice", "Project", "Applicant", "Sheets", "Automatic", "Judged", "Total", "Spread")
    rows = [
        (*row[:4], *(format_points(points) for points in row[4:]))
        for row in db.session.execute(statement)
    ]
    return Shown("Results", names, rows, total or 0, queries=2)


def calls() -> Shown:
    """Read what a public page shows of calls: one query."""
    statement = select(Call.code, Call.title, Call.opens_at, Call.closes_at)
    rows = [
        (code, i18n.pick(title), i18n.format_instant(opens), i18n.format_instant(closes))
        for code, title, opens, closes in db.session.execute(statement)
    ]
    return Shown("Calls", ("Code", "Title", "Opens", "Closes"), rows, len(rows), queries=1)


def write() -> ResponseReturnValue:
    """Read and write as many rows as are asked, in one transaction, and send the browser on."""
    assert current_user.is_authenticated
    reads, writes = int(request.args["reads"]), int(request.args["writes"])
    calls = Call.__table__
    with transaction():
        for number in range(reads):
            db.session.execute(select(calls).where(Call.id == number)).all()
        for number in range(writes):
            db.session.execute(calls.update().where(Call.id == 0).values(version=number))
    return redirect(url_for("public.home"), 303)
