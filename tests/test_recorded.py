"""Every deed leaves its trace: what a permission lets people change is in the audit trail."""

from __future__ import annotations

import ast
import gc

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import ROOT, permissions
from portal.audit import AuditEntry
from portal.workflow import Workflow
from tests import make
from tests.browse import submit

pytestmark = pytest.mark.check(73)

# Showing changes nothing; who looks is in the access log (tests/web/test_looks.py).
SHOWS = {action for action in permissions.ACTIONS if action.endswith((".read", ".list"))} | {
    "account.confirm",
    "application.follow",
    "application.read_reserved",
    "application.read_special",
    "message.oversee",
    # How a list is shown changes nothing that it shows.
    "saved_view.create",
    "saved_view.edit",
    "call.manage",
    "committee_session.attend",
}
# Permitted under one name, recorded under those of what was done.
RECORDED_AS = {
    "message.write": {"message.send"},
    "message.answer": {"message.send", "message.settle"},
    "assignment.create": {"sheet.assign"},
    "user.invite": {"user.grant_role"},
    # What is typed into a draft is its owner's alone until it is sent; files come from outside.
    "application.edit": {"application.attach", "application.detach"},
    "application.share": {
        "application.invite",
        "application.invite_again",
        "application.end_invitation",
        "application.assign_section",
    },
    # Marks are their evaluator's alone until the sheet is sent.
    "sheet.edit": {"sheet.send"},
    # Notes are put right until the minutes are frozen: these record them for good.
    "committee_session.record": {
        "committee_session.note_arrival",
        "committee_session.note_leaving",
        "committee_session.take_item",
        "committee_session.decide",
    },
    # What is chosen and tried is nobody else's until it leaves, or is entered.
    "mailing.create": {"mailing.send"},
    "mailing.edit": {"mailing.send"},
    "mailing.write_to": {"message.send"},
    "sheet_import.edit": {"sheet_import.enter"},
}


def recorded() -> set[str]:
    """Return the names under which the code records deeds, those of workflows too."""
    names = {deed for flow in workflows() for deed in map(flow.deed, flow.moves)}
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                names |= {x.value for x in ast.walk(node.args[0]) if isinstance(x, ast.Constant)}
    return names


def workflows() -> list[Workflow]:
    """Return the workflows of all features."""
    return [one for one in gc.get_objects() if isinstance(one, Workflow)]


def test_every_deed_people_may_do_is_recorded(app: Flask) -> None:
    known = recorded()
    changing = set(permissions.ACTIONS) - SHOWS
    silent = {deed for deed in changing if not RECORDED_AS.get(deed, {deed}) <= known}
    assert silent == set()


@pytest.mark.database
def test_coming_and_going_are_recorded(db: SQLAlchemy, client: FlaskClient) -> None:
    user = make.user()
    submit(client, "/accedi", email=user.email, password="not this one at all")
    submit(client, "/accedi", email=user.email, password=make.PASSWORD)
    submit(client, "/esci", page="/area-personale")
    entries = db.session.execute(
        sa.select(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.number)
    )
    assert [tuple(entry) for entry in entries][-2:] == [
        ("account.sign_in", user.id),
        ("account.sign_out", user.id),
    ]
    actions = db.session.scalars(sa.select(AuditEntry.action))
    assert "account.fail_sign_in" in set(actions)
