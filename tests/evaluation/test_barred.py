"""Who is barred from a dossier sees nothing of it on any page of the portal, not even a count.

Each page is asked for twice: in the world as it is, and in one in which the dossier never was. It
must look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from portal.accounts.models import User
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.db import transaction
from portal.evaluation.models import InterestOrigin, InterestReason
from portal.evaluation.services import note_interest
from portal.permissions import PORTAL, Role, could
from portal.web import PUBLIC, declared_access
from tests import make
from tests.access_scene import Scene, set_scene
from tests.api.programs import key_of
from tests.browse import SHOWN_AT, TOKEN
from tests.conftest import as_it_was, rolled_back

pytestmark = pytest.mark.uncounted
CANARY = "CANARINO"
RAW_TOKEN = "0" * 40
Answer = tuple[int, str]
WHO = ("barred", "barred_staff")
# Calls one of whose dossiers both are barred from: one is judged, one ranked in a draft.
CALLS = ("judged", "ranked")
# A new secret, or the instant it was made, each time; a receipt that whoever has its code verifies.
ELSEWHERE = ("accounts.enrol_factor", "desk.download_template", "applications.verify_receipt")
# Shut altogether to whoever is kept from a dossier of the round: a gap in them would tell of it.
SHUT = {403, 404, 409}
# These say so themselves: an item left blank in minutes, a ranking or a draw made by a colleague.
SAYING_SO = {
    "committee.show_minutes",
    "evaluation.show_results",
    "evaluation.show_results q",
    "outcomes.list_samples",
}
# The token and the instant of a page, the key of a form.
KEYS = re.compile(r'name="(?:key|request_key)"[^>]*value="[^"]+"')
NEVER_THE_SAME = (TOKEN, SHOWN_AT, KEYS, re.compile(r"DTSTAMP:\w+|[\d,]+ [KMGT]B liberi"))


@dataclass
class Barred:
    """The scene of the access table, and two people barred from two of its dossiers."""

    scene: Scene
    ids: dict[str, int]
    sessions: dict[str, str]
    keys: dict[str, str]


@pytest.fixture(scope="module")
def barred(app: Flask) -> Iterator[Barred]:
    """An evaluator who has judged the dossiers, and somebody of the office, both barred now."""
    with rolled_back(app):
        found = Barred(set_scene(), {}, {}, {})
        staff = make.user(Role.STAFF)
        evaluator = portal_db.session.get_one(User, found.scene.ids["barred"])
        for who, user in zip(WHO, (evaluator, staff), strict=True):
            for application in dossiers():
                bar(application, user)
            found.ids[who], found.sessions[who] = user.id, make.session_of(user)
            found.keys[who] = key_of(user)
        yield found


def dossiers() -> list[Application]:
    """The dossiers that both are barred from."""
    wanted = sa.select(Application).where(
        Application.call.has(sa.column("code").in_(CALLS)),
        Application.state == "under_evaluation",
    )
    return list(portal_db.session.scalars(wanted))


def bar(application: Application, user: User) -> None:
    """Bar somebody from a dossier that has a title easily found."""
    with transaction():
        application.title = f"{CANARY}-{application.id}"
        origin, reason = InterestOrigin.DETECTED, InterestReason.MANDATE
        note_interest(application, user, origin, reason, PORTAL)


def browser(app: Flask, barred: Barred, who: str) -> FlaskClient:
    """A browser in which one of the two is signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["csrf_token"] = RAW_TOKEN
        session["_user_id"] = barred.sessions[who]
        session["_fresh"] = True
    return client


def pages(app: Flask, barred: Barred, who: str, method: str = "GET") -> list[tuple[str, str]]:
    """Every address that might be opened by one of the two, with its endpoint."""
    user = portal_db.session.get_one(User, barred.ids[who])
    paths = app.url_map.bind("localhost")
    found = {}
    for rule in app.url_map.iter_rules():
        action = declared_access(app, rule.endpoint, method)
        is_open = action is not None and (action == PUBLIC or could(user, action))
        arguments = barred.scene.arguments.get(rule.endpoint, {})
        if method in (rule.methods or ()) and is_open and rule.arguments <= arguments.keys():
            found[rule.endpoint] = paths.build(rule.endpoint, arguments)
    return sorted(found.items())


def about_barred(barred: Barred, endpoint: str) -> bool:
    """Tell whether the address is about one of the dossiers itself."""
    codes = {each.practice_code for each in dossiers()}
    return bool(codes & set(barred.scene.arguments.get(endpoint, {}).values()))


def forget_dossiers() -> None:
    """Make a world in which the dossiers never were: they go with all that hangs on them."""
    tables = portal_db.metadata.sorted_tables  # those pointed at come first
    doomed = {Application.__tablename__: [each.id for each in dossiers()]}
    deletes = [sa.delete(Application).where(Application.id.in_(doomed["application"]))]
    for table in tables:
        keys = [key for key in table.foreign_keys if key.column.table is not table]
        named = [key for key in keys if key.column.name == "application_id"]
        pointing = [key.parent.in_(doomed["application"]) for key in named] + [
            key.parent.in_(doomed[key.column.table.name])
            for key in keys
            if key.column.name == "id" and key.column.table.name in doomed
        ]
        if pointing:
            hanging = sa.or_(*pointing)
            deletes.append(sa.delete(table).where(hanging))
            if "id" in table.c:
                ids = sa.select(table.c.id).where(hanging)
                doomed[table.name] = list(portal_db.session.scalars(ids))
    with transaction():
        for delete in reversed(deletes):
            portal_db.session.execute(delete)


def answer(client: FlaskClient, barred: Barred, who: str, path: str, **asked: str) -> Answer:
    """What an address answers to one of the two, or to a program of his, without what changes."""
    head = {"Authorization": f"Bearer {barred.keys[who]}"} if path.startswith("/api/v1") else {}
    with client.get(path, headers=head, query_string=asked) as response:
        text = response.get_data().decode(errors="replace")
    for pattern in NEVER_THE_SAME:
        text = pattern.sub("", text)
    return response.status_code, text


@pytest.mark.parametrize("who", WHO)
def test_addresses_of_the_dossier_are_not_there(app: Flask, barred: Barred, who: str) -> None:
    asked = [each for each in pages(app, barred, who) if about_barred(barred, each[0])]
    with as_it_was():
        client = browser(app, barred, who)
        found = {endpoint: answer(client, barred, who, path)[0] for endpoint, path in asked}
    assert len(found) >= 5
    assert {each: status for each, status in found.items() if status != 404} == {}


@pytest.mark.parametrize("who", WHO)
def test_no_deed_is_done_on_the_dossier(app: Flask, barred: Barred, who: str) -> None:
    token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(RAW_TOKEN)
    asked = pages(app, barred, who, "POST")
    found = {}
    for endpoint, path in (each for each in asked if about_barred(barred, each[0])):
        with as_it_was():
            answered = browser(app, barred, who).post(path, data={"csrf_token": token})
            found[endpoint] = answered.status_code
    assert {each: status for each, status in found.items() if status != 404} == {}
    assert len(found) >= 2


@pytest.mark.parametrize("who", WHO)
def test_every_other_page_is_as_if_the_dossier_never_was(
    app: Flask, barred: Barred, who: str
) -> None:
    asked = [each for each in pages(app, barred, who) if not about_barred(barred, each[0])]
    asked = [each for each in asked if each[0] not in ELSEWHERE]
    with as_it_was():
        here = all_of(app, barred, who, asked)
    with as_it_was():
        forget_dossiers()
        there = all_of(app, barred, who, asked)
    assert {each for each, (_, text) in here.items() if CANARY in text} == set()
    other = {each for each in here if here[each] != there[each] and here[each][0] not in SHUT}
    assert {each: differing(here[each], there[each]) for each in other - SAYING_SO} == {}


def all_of(app: Flask, barred: Barred, who: str, asked: list[tuple[str, str]]) -> dict[str, Answer]:
    """Every page as it stands, and those that can be searched with a search for the dossier."""
    client, found = browser(app, barred, who), {}
    for endpoint, path in asked:
        found[endpoint] = answer(client, barred, who, path)
        if 'name="q"' in found[endpoint][1]:
            status, text = answer(client, barred, who, path, q=CANARY)
            found[f"{endpoint} q"] = status, text.replace(CANARY, "")
    return found


def differing(here: Answer, there: Answer) -> list[str]:
    """The lines that one of two answers has alone."""
    return sorted(set(here[1].splitlines()) ^ set(there[1].splitlines()))[:6]
