"""Possible duplicates: found by simple rules, shown with reasons, never beyond one's sight."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.applications import services as applications
from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.desk.engine import Source, marks_of
from portal.desk.models import Likeness, LikenessKind
from portal.desk.services.likeness import source_of
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.browse import words
from tests.costs import cost

pytestmark = pytest.mark.usefixtures("db")
K = LikenessKind
TEXT = "Coltiviamo insieme gli orti del quartiere, con chi cerca lavoro e con chi lo ha perso. " * 4


def source(**facts: Any) -> Source:
    """What is compared of an application that is like no other."""
    values = {
        "call_id": 1,
        "year": 2026,
        "tax_code": secrets.token_hex(8),
        "title": secrets.token_hex(8),
        "long_texts": (),
        "file_hashes": (),
        **facts,
    }
    return Source(**values)


def alike_in(one: Source, other: Source) -> set[str]:
    """In what two are alike."""
    return {kind for kind, _mark in marks_of(one) & marks_of(other)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"tax_code": "A"}, {"tax_code": "A"}, {"tax_code"}),
        ({"tax_code": "A"}, {"tax_code": "A", "call_id": 2}, set()),
        ({"title": "L'Orto è di tutti!"}, {"title": "l orto  E DI TUTTI"}, {"title"}),
        ({"title": "Orto"}, {"title": "orto", "call_id": 2}, {"title"}),
        ({"title": "Orto"}, {"title": "orto", "year": 2027}, {"title"}),
        ({"title": "Orto"}, {"title": "orto", "year": 2027, "call_id": 2}, set()),
        ({"title": ""}, {"title": "!!"}, set()),
        ({"long_texts": [TEXT]}, {"long_texts": [TEXT.upper() + "Altro."]}, {"text"}),
        ({"long_texts": [TEXT]}, {"long_texts": [TEXT], "year": 2025}, set()),
        ({"long_texts": ["Sì."]}, {"long_texts": ["Sì."]}, set()),
        ({"file_hashes": ["ff"]}, {"file_hashes": ["00", "ff"], "year": 2020}, {"file"}),
        ({}, {}, set()),
    ],
)
def test_rules_of_likeness(one: dict[str, Any], other: dict[str, Any], expected: set[str]) -> None:
    assert alike_in(source(**one), source(**other)) == expected


def test_marks_tell_nothing() -> None:
    marks = marks_of(source(tax_code="RSSMRA80A01H501U", title="Orto"))
    assert all(len(mark) == 64 and "RSS" not in mark for _kind, mark in marks)


def sent(call: Any, file: int = 0, **facts: Any) -> Application:
    """An application that was sent with a file of so many pages."""
    owner = make.user()
    application = stories.filled(call, make.body(owner, **facts), owner)
    if file:
        applications.attach_file(application, "budget", stories.pdf(file), "uno.pdf", owner)
    applications.submit_application(application, owner, secrets.token_hex(8), clock.now())
    return application


def found(user: Any, application: Application) -> dict[str, set[LikenessKind]]:
    """What the dossier's page says."""
    return {each.practice_code: set(each.kinds) for each in queries.alike(user, application)}


@pytest.mark.database
def test_applications_sent_are_compared_with_all_the_others() -> None:
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    first, second = sent(call, 1), sent(call, 1)
    other = sent(stories.open_call(), 2, tax_code="80039790375")
    assert found(office, first) == {
        second.practice_code: {K.TAX_CODE, K.TITLE, K.FILE},
        other.practice_code: {K.TITLE},
    }
    assert found(office, other) == {
        first.practice_code: {K.TITLE},
        second.practice_code: {K.TITLE},
    }


def test_same_file_of_the_same_applicant_is_no_duplicate() -> None:
    office, owner = make.user(Role.STAFF), make.user()
    applicant = make.body(owner)
    for year in (2024, 2025):
        with clock.at(make.NOON.replace(year=year)):
            call = stories.open_call()
            application = stories.filled(call, applicant, owner)
            applications.attach_file(application, "budget", stories.pdf(3), "uno.pdf", owner)
            key = secrets.token_hex(8)
            applications.submit_application(application, owner, key, clock.now())
    assert found(office, application) == {}


@pytest.mark.database
@pytest.mark.check(22)
def test_duplicate_that_one_may_not_read_is_not_named_nor_counted(client: FlaskClient) -> None:
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    first, second = sent(call), sent(call)
    limited = make.user(make.held(Role.STAFF, call_code=call.code))
    assert found(limited, first) == {second.practice_code: {K.TAX_CODE, K.TITLE}}
    make.access(second, office, Effect.BAR)
    assert found(office, first) == {}
    assert queries.likeness_of(office, [first.id]) == {}
    listing = queries.read_office_listing(MultiDict({"alike": "yes"}))
    assert queries.count_matching(office, listing) == 0
    assert queries.count_matching(limited, listing) == 2


def test_withdrawn_one_counts_no_more() -> None:
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    first, second = sent(call), sent(call)
    with transaction():
        portal_db.session.execute(
            portal_db.update(Application)
            .where(Application.id == second.id)
            .values(state=ApplicationState.WITHDRAWN)
        )
    portal_db.session.expire_all()
    assert (found(office, first), found(office, second)) == ({}, {})


def test_list_flags_and_filters_them_and_the_dossier_says_why(client: FlaskClient) -> None:
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    first, second = sent(call), sent(call)
    third = sent(stories.open_call(), tax_code="80039790375")
    with transaction():
        portal_db.session.execute(
            portal_db.delete(Likeness).where(Likeness.application_id == third.id)
        )
    make.sign_in(client, office)
    page = words(client.get("/pratiche?columns=flags"))
    assert page.count("Possibile doppione") == 2
    only = words(client.get("/pratiche?alike=yes"))
    assert (first.practice_code in only, third.practice_code in only) == (True, False)
    dossier = words(client.get(f"/pratiche/{first.practice_code}"))
    for said in (
        "Possibili doppioni",
        second.practice_code,
        "Stesso codice fiscale, stesso avviso",
    ):
        assert said in dossier, said


def test_dossier_costs_the_same_however_many_are_like_it(client: FlaskClient) -> None:
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    first, _second = sent(call), sent(call)
    make.sign_in(client, office)
    costs = [cost(client, f"/pratiche/{first.practice_code}")]
    for _ in range(3):
        sent(call)
    for name in ("Una", "Due"):
        services.tag_application(first, name, office)
    costs.append(cost(client, f"/pratiche/{first.practice_code}"))
    assert costs == [costs[0]] * 2


def test_what_was_there_before_gets_its_marks_by_the_daily_job() -> None:
    office, call = make.user(Role.STAFF), stories.open_call(one_per_applicant=False)
    first, second = sent(call), sent(call)
    with transaction():
        portal_db.session.execute(portal_db.delete(Likeness))
    assert found(office, first) == {}
    services.note_missing_likeness()
    services.note_missing_likeness()
    assert found(office, first) == {second.practice_code: {K.TAX_CODE, K.TITLE}}


def test_sent_again_it_is_compared_as_it_is_now() -> None:
    application = sent(stories.open_call())
    with clock.at(clock.now() + timedelta(days=1)):
        services.note_likeness(application)
    marks = portal_db.session.scalars(portal_db.select(Likeness)).all()
    assert {(each.kind.value, each.value) for each in marks} == marks_of(source_of(application))
