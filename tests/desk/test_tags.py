"""Tags of the office on applications."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.desk import queries, services
from portal.errors import Forbidden, Invalid, NotFound
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.browse import submit, words
from tests.desk.test_lists import received

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.database
def test_same_word_is_the_same_tag_however_it_is_written() -> None:
    office, call = make.user(Role.STAFF), make.call()
    first, second = received(call), received(call)
    assert services.tag_application(first, " Da  chiamare ", office) is True
    assert services.tag_application(second, "da CHIAMARE", office) is True
    assert services.tag_application(second, "Da chiamare", office) is False
    assert [tag.name for tag in queries.all_tags()] == ["Da chiamare"]


@pytest.mark.parametrize(("name", "code"), [("", "required"), ("a" * 41, "too_long")])
def test_tag_is_a_short_word(name: str, code: str) -> None:
    office, application = make.user(Role.STAFF), received(make.call())
    with pytest.raises(Invalid) as refusal:
        services.tag_application(application, name, office)
    assert (refusal.value.code, refusal.value.field) == (code, "tag")


def test_tags_are_put_by_the_office_on_what_it_may_work_on() -> None:
    application, office = received(make.call()), make.user(Role.STAFF)
    make.access(application, office, Effect.BAR)
    for other in (office, make.user(), make.user(Role.EVALUATOR)):
        with pytest.raises(NotFound):
            services.tag_application(application, "Una", other)
    with pytest.raises(Forbidden):
        services.tag_application(application, "Una", make.user(Role.AUDITOR))
    assert queries.tags_on(application) == []


def test_tags_are_put_and_taken_off_in_the_dossier_and_the_trail_holds_no_word(
    client: FlaskClient,
) -> None:
    application, office = stories.sent(), make.user(Role.STAFF)
    make.sign_in(client, office)
    address = f"/pratiche/{application.practice_code}"
    submit(client, f"{address}/etichette", page=address, tag="Da chiamare")
    assert "Togli Da chiamare" in words(client.get(address))
    empty = submit(client, f"{address}/etichette", page=address, tag=" ")
    assert empty.status_code == 303
    (tag,) = queries.tags_on(application)
    for _ in range(2):
        submit(client, f"{address}/etichette/{tag.id}/togli", page=address)
    assert queries.tags_on(application) == []
    missing = submit(client, f"{address}/etichette/{tag.id + 1}/togli", page=address)
    assert missing.status_code == 404
    entries = portal_db.session.scalars(
        portal_db.select(AuditEntry).where(AuditEntry.action.like("application.%tag"))
    )
    assert [(each.action, each.facts) for each in entries] == [
        ("application.tag", {"tag_id": tag.id}),
        ("application.untag", {"tag_id": tag.id}),
    ]
    assert "Etichetta messa" in words(client.get(address))


def test_applicant_never_reads_the_tags(client: FlaskClient) -> None:
    owner, office = make.user(), make.user(Role.STAFF)
    application = stories.sent(owner=owner)
    services.tag_application(application, "Sospetta", office)
    make.sign_in(client, owner)
    for address in (f"/domande/{application.practice_code}", "/area-personale"):
        page = words(client.get(address))
        assert ("Sospetta" in page, "Etichetta" in page) == (False, False)
