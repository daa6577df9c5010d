"""Commands of the demo: load it, list its accounts, say whether it has gone stale."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import AppGroup

from portal import clock, parse
from portal.db import db
from portal.demo import engine, queries
from portal.demo.services import add_scale, load_demo
from portal.errors import Invalid, PortalError

demo_commands = AppGroup("demo", help="The demo programme; never in production.")


def fail(reason: str) -> None:
    """End with the reason on the last line."""
    click.echo(reason)
    sys.exit(1)


def refuse_production() -> None:
    """The demo's passwords are known to everybody."""
    if current_app.config["PORTAL_ENV"] == "production":
        fail("the demo is refused in production")


def read_day(text: str | None) -> date:
    """Return the day the demo is told from."""
    try:
        return parse.date(text) if text else clock.today()
    except Invalid:
        fail(f"--today {text}: write a day as 2026-11-22")
        raise


@demo_commands.command("load")
@click.option("--today", help="The day the demo is told from, as 2026-11-22; today by default.")
@click.option("--scale", type=click.IntRange(1, 100_000), help="Add N applications in bulk.")
def load(today: str | None, scale: int | None) -> None:
    """Load the demo. A database that holds one already is emptied first.

    With --scale alone, a demo that stands is kept and N applications under evaluation are added
    in a closed call of their own.
    """
    refuse_production()
    day = read_day(today)
    try:
        if not (scale and not today and queries.is_loaded()):
            load_anew(day)
        if scale:
            people = queries.cast()
            call = add_scale(scale, people.staff, people.evaluators, day)
            click.echo(f"{scale} applications in {call.code}")
    except PortalError as error:
        fail(f"demo load: {error.code} {error.facts}")


def load_anew(day: date) -> None:
    """Empty the database where the demo stands, then load it."""
    if queries.is_loaded():
        rebuild()
    elif not queries.is_empty():
        fail("this database holds accounts that are not the demo's: it is left as it is")
    load_demo(day)
    click.echo(f"demo of {day.isoformat()} loaded")


def rebuild() -> None:
    """Take the schema down and up again: append-only tables can't be emptied otherwise."""
    folder = str(Path(current_app.root_path).parent / "migrations")
    db.session.remove()
    flask_migrate.downgrade(directory=folder, revision="base")
    flask_migrate.upgrade(directory=folder)


@demo_commands.command("accounts")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
def list_accounts(style: str) -> None:
    """List every way in: role, address, password, secret of the codes, what to try first."""
    refuse_production()
    rows = [
        {
            "role": item.role,
            "email": item.email,
            "password": engine.PASSWORD,
            "totp_secret": item.totp_secret,
            "start": item.start,
            "hint": str(item.hint),
        }
        for item in engine.accounts()
    ]
    if style == "json":
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        secret = row["totp_secret"] or "-"
        known = f"{row['role']:<20}{row['email']:<48}{row['password']:<24}{secret:<34}"
        click.echo(known + str(row["hint"]))


@demo_commands.command("status")
def show_status() -> None:
    """Say what stands, and how to load the demo again when no call is open any more."""
    refuse_production()
    if not queries.is_loaded():
        fail("no demo is loaded: flask --app wsgi demo load")
    every, with_closing = queries.open_calls()
    if with_closing:
        click.echo(f"{every} calls open")
        return
    click.echo(
        "only calls without a closing are open: "
        "flask --app wsgi demo load tells the demo from today"
    )
