"""Fields that no form has, named as the columns of the database, do nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import chance, clock
from portal.db import db
from portal.desk.queries.applications import OFFICE
from tests import make
from tests.access_scene import Scene, set_scene
from tests.conftest import as_it_was, rolled_back
from tests.test_access import EXPECTED, Row, address, browser, signed_token
from tests.web.test_bad_input import ACCOUNT, BODY, PERSON, Fields

pytestmark = [pytest.mark.uncounted, pytest.mark.check(19)]

# Who does it, in this order; the first whom the table lets.
DOERS = ("owner", "assigned", "staff", "admin", "anonymous")
DONE = {200, 303, 409, 422}
# Drawn anew for each request, or made from what was: two posts of the same form differ in them.
DRAWN = re.compile(r"hash|sealed|secret")
NAMED = re.compile(r'\bname="([^"]+)"')
LONG_CODE = re.compile(r"[\w-]{22,}")
REPORT = {"description": "Non va.", "email": "qualcuno@esempio.example.org"}
# What makes a form do something, where the page as it stands would be refused.
TYPED: dict[str, dict[str, str]] = {
    "accounts.change_password": {"current": make.PASSWORD, "password": ACCOUNT["password"]},
    "accounts.register": ACCOUNT,
    "accounts.request_email_change": {"email": "nuova@esempio.example.org"},
    "accounts.reset_password": {"password": ACCOUNT["password"]},
    "accounts.show_account": {"name": "Un altro nome"},
    "accounts.request_reset": {"email": "qualcuno@esempio.example.org"},
    "accounts.sign_in": {"email": "qualcuno@esempio.example.org", "password": "sbagliata"},
    "applications.check_application": {"action": "declare_inadmissible", "reason": "Fuori tema."},
    "applications.edit_section": {"amount": "5.000"},
    "applications.finish_section": {"done": "yes"},
    "applications.rate_service": {"stars": "4", "answer": "", "text": "Bene."},
    "applications.submit_application": {"request_key": "k" * 32, "confirmed": "y"},
    "evaluation.edit_sheet": {"mark_employment": "3", "comment_employment": "Due assunzioni."},
    "public.accessibility_feedback": REPORT,
    "public.report_issue": REPORT,
    "public.set_language": {"lang": "en"},
    "registry.edit_profile": {"address": "Via Nuova 5"},
    "registry.create_body": BODY,
    "registry.create_person": PERSON,
}
# The pages that hold forms sent to an address of their own.
STANDS_ON = {
    "calls.arrange_grid": "calls.build_grid",
    "committee.agree_scores": "committee.show_item",
}
# Names that these forms mean something by, though the page that leads there doesn't hold them all.
MEANT: dict[str, set[str]] = {
    # Answers that were not asked for are refused by name (tests/applications/test_integrations.py).
    "applications.complete_application": {"amount", "sector"},
    # The button that goes on to a question of another kind.
    "calls.add_form_question": {"action"},
    # The filters of the list, as its page has them.
    "desk.prepare_list": {*OFFICE.filters},
    # The sheet of the scene is not sent, so its page has no field for the reason.
    "evaluation.reopen_sheet": {"reason"},
    # Nothing can be answered any more to the notice of the scene, so its page has no form.
    "outcomes.show_notice": {"text"},
}
BY_NAME = {"role": "admin", "state": "selected", "effect": "grant", "score": "100"}


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    """The people and records of these tests."""
    with rolled_back(app):
        yield set_scene()


def foreign_fields() -> dict[str, str]:
    """Return a value for the name of every column, and for what attackers try besides."""
    names = {column.name for table in db.metadata.sorted_tables for column in table.columns}
    names |= {
        "is_admin",
        "is_staff",
        "owner_ids",
        "roles",
        "score",
        "scope",
        "sheet",
        "permissions",
    }
    return {name: BY_NAME.get(name, "1") for name in sorted(names)}


def doer_of(row: Row) -> str:
    """Return who can do what a row says."""
    return next((role for role in DOERS if EXPECTED[row][role] in DONE), "")


POSTS = sorted(row for row in EXPECTED if row[1] == "POST" and doer_of(row))


def page_of(app: Flask, scene: Scene, row: Row) -> str:
    """Return the page that the form stands on; nothing for a button of another page."""
    endpoint = STANDS_ON.get(row[0], row[0])
    if (endpoint, "GET") not in EXPECTED:
        return ""
    return browser(app, scene, doer_of(row)).get(address(app, scene, endpoint)).text


def after(app: Flask, scene: Scene, row: Row, form: dict[str, str], at: datetime) -> Any:
    """Return status and all that the database holds after a post, which is taken back."""
    with as_it_was(), clock.at(at), chance.seeded("extra fields"):
        answer = browser(app, scene, doer_of(row)).post(address(app, scene, row[0]), data=form)
        return answer.status_code, everything()


@cache
def statements() -> dict[str, str]:
    """Return how each table is read as it lies there, without what is drawn at random."""
    found = {}
    for table in db.metadata.sorted_tables:
        names = [column.name for column in table.columns if not DRAWN.search(column.name)]
        found[table.name] = str(sa.select(*map(sa.column, names)).select_from(table))
    return found


def everything() -> dict[str, list[str]]:
    """Return every row of every table, without what is drawn at random."""
    connection = db.session.connection()
    return {
        name: sorted(
            LONG_CODE.sub("*", repr(tuple(row))) for row in connection.exec_driver_sql(statement)
        )
        for name, statement in statements().items()
    }


@pytest.mark.parametrize("row", POSTS, ids=" ".join)
def test_fields_that_are_not_the_forms_do_nothing(app: Flask, scene: Scene, row: Row) -> None:
    page, typed = page_of(app, scene, row), TYPED.get(row[0], {})
    form = {**Fields(page).values, **typed, "csrf_token": signed_token(app)}
    own, at = {*form, *NAMED.findall(page), *MEANT.get(row[0], ())}, clock.now()
    extra = {name: value for name, value in foreign_fields().items() if name not in own}
    plain = after(app, scene, row, form, at)
    assert after(app, scene, row, {**extra, **form}, at) == plain
    assert not typed or plain[1] != everything()
