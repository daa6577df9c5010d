"""The word of the legal representative: asked for, given, sent back, void after a change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.permissions import Right
from portal.registry import queries as registry
from portal.registry.models import MandateKind
from portal.registry.services import keep_proxy
from tests import make
from tests.applications import stories
from tests.browse import link_in, mails_to, submit, words

pytestmark = pytest.mark.usefixtures("db")

RULES = {**stories.RULES, "representative_confirms": True}


def by_delegate(
    representative: Any = None, rules: Any = RULES, **facts: Any
) -> tuple[Application, Any]:
    """A draft that a delegate has filled in, with a proxy, and the delegate."""
    delegate = make.user()
    body = make.body(*([representative] if representative else []), **facts)
    with transaction():
        body.mandates.append(make_mandate(delegate))
    application = stories.filled(stories.open_call(rules=rules), body, delegate)
    return application, delegate


def make_mandate(delegate: Any) -> Any:
    """A mandate of a delegate whose proxy has been given."""
    name, stream = "delega.pdf", stories.pdf()
    file = make.stored_file(stream, name, delegate)
    kind = MandateKind.DELEGATE
    return make.Mandate(
        user_id=delegate.id, kind=kind, proxy_file=file, started_at=clock.now(), ended_at=None
    )


def codes(application: Application, who: Any) -> list[str]:
    """What keeps it from being sent by somebody."""
    return [each.code for each in queries.obstacles(application, who)]


def send(application: Application, who: Any, confirms: bool = False) -> Any:
    """Send it."""
    return services.submit_application(application, who, stories.KEY, clock.now(), confirms)


@pytest.mark.database
def test_representative_confirms_and_the_delegate_sends() -> None:
    representative = make.user(name="Anna Bianchi")
    application, delegate = by_delegate(representative)
    with pytest.raises(Invalid) as refusal:
        send(application, delegate)
    assert refusal.value.code == "confirmation_missing"
    services.ask_confirmation(application, delegate)
    [asked] = mails_to(representative.email)
    assert link_in(asked, "/conferma").endswith(f"{application.practice_code}/conferma")
    assert codes(application, delegate) == ["confirmation_missing"]
    services.confirm_application(application, representative, application.answer_set.version)
    assert codes(application, delegate) == []
    assert mails_to(delegate.email)[-1].template == "confirmation_given"
    said = json.loads(send(application, delegate).snapshot)
    assert said["confirmation"]["by"] == "Anna Bianchi"
    assert said["sent_as"]["kind"] == "delegate"


@pytest.mark.database
def test_any_change_afterwards_voids_the_confirmation() -> None:
    representative = make.user()
    application, delegate = by_delegate(representative)
    services.confirm_application(application, representative, application.answer_set.version)
    assert codes(application, delegate) == []
    stories.fill(application, delegate, money={"amount": ["7.000"]})
    assert codes(application, delegate) == ["confirmation_missing"]
    with pytest.raises(Invalid) as refusal:
        send(application, delegate)
    assert refusal.value.code == "confirmation_missing"


def test_change_of_the_profile_voids_it_too() -> None:
    representative = make.user()
    application, delegate = by_delegate(representative)
    services.confirm_application(application, representative, application.answer_set.version)
    with transaction():
        application.applicant.phone = "+39051000000"
    assert codes(application, delegate) == ["confirmation_missing"]


def test_only_what_was_read_is_confirmed() -> None:
    representative = make.user()
    application, delegate = by_delegate(representative)
    seen = application.answer_set.version
    stories.fill(application, delegate, money={"amount": ["7.000"]})
    with pytest.raises(Invalid) as refusal:
        services.confirm_application(application, representative, seen)
    assert refusal.value.code == "confirmation_changed"


@pytest.mark.database
def test_sent_back_with_a_reason_that_the_delegate_reads() -> None:
    representative = make.user()
    application, delegate = by_delegate(representative)
    services.ask_confirmation(application, delegate)
    with pytest.raises(Invalid) as silent:
        services.send_back_application(application, representative, " ")
    services.send_back_application(application, representative, "Il titolo è sbagliato.")
    assert silent.value.field == "reason"
    assert "Il titolo è sbagliato." in mails_to(delegate.email)[-1].body
    assert codes(application, delegate) == ["confirmation_missing"]
    services.ask_confirmation(application, delegate)
    assert [each.template for each in mails_to(representative.email)] == ["confirmation_asked"] * 2


def test_delegate_can_not_confirm() -> None:
    application, delegate = by_delegate(make.user())
    with pytest.raises(Forbidden):
        services.confirm_application(application, delegate, application.answer_set.version)


@pytest.mark.database
def test_representative_without_an_account_is_invited_to_sign() -> None:
    application, delegate = by_delegate(email="presidente@esempio.example.org")
    services.ask_confirmation(application, delegate)
    services.ask_confirmation(application, delegate)
    [invitation] = mails_to("presidente@esempio.example.org")
    token = link_in(invitation, "/inviti/").rpartition("/")[2]
    user = stories.joined_by("presidente@esempio.example.org", token, "Anna Bianchi")
    services.confirm_application(application, user, application.answer_set.version)
    assert codes(application, delegate) == []
    assert queries.right_of(application, user) is Right.SIGN


def test_address_of_the_asker_confirms_nothing() -> None:
    application, delegate = by_delegate()
    with transaction():
        application.applicant.email = delegate.email
    with pytest.raises(Invalid) as refusal:
        services.ask_confirmation(application, delegate)
    assert refusal.value.code == "nobody_to_confirm"


@pytest.mark.database
def test_representative_who_sends_confirms_by_a_tick(client: FlaskClient) -> None:
    representative = make.user()
    application = stories.filled(
        stories.open_call(rules=RULES), make.body(representative), representative
    )
    with pytest.raises(Invalid) as refusal:
        send(application, representative)
    assert refusal.value.field == "confirms"
    make.sign_in(client, representative)
    page = f"/domande/{application.practice_code}/riepilogo"
    address = f"/domande/{application.practice_code}/invia"
    typed = {"request_key": stories.KEY, "confirmed": "y"}
    assert submit(client, address, page=page, **typed).status_code == 422
    assert submit(client, address, page=page, **typed, confirms="y").status_code == 303
    assert json.loads(application.submission.snapshot)["confirmation"]["by"] == representative.name


def test_call_that_asks_nothing_takes_no_confirmation() -> None:
    application = stories.filled()
    with pytest.raises(WrongState):
        services.ask_confirmation(application, stories.owner_of(application))


@pytest.mark.database
def test_delegate_without_a_proxy_sends_nothing() -> None:
    delegate = make.user()
    body = make.body()
    with transaction():
        mandate = make.Mandate(
            user_id=delegate.id, kind=MandateKind.DELEGATE, started_at=clock.now()
        )
        body.mandates.append(mandate)
    application = stories.filled(stories.open_call(), body, delegate)
    assert codes(application, delegate) == ["proxy_missing"]
    with pytest.raises(Invalid) as refusal:
        send(application, delegate)
    assert refusal.value.code == "proxy_missing"


def test_delegate_uploads_the_proxy_and_the_office_reads_it(client: FlaskClient) -> None:
    delegate = make.user()
    body = make.body()
    with transaction():
        body.mandates.append(
            make.Mandate(user_id=delegate.id, kind=MandateKind.DELEGATE, started_at=clock.now())
        )
    application = stories.filled(stories.open_call(), body, delegate)
    make.sign_in(client, delegate)
    page = f"/domande/{application.practice_code}/firma"
    file = {"proxy": (stories.pdf(), "delega.pdf")}
    assert submit(client, page, action="proxy", **file).status_code == 303
    assert codes(application, delegate) == []
    send(application, delegate)
    [file_line] = queries.sent_paper_files(application)
    make.sign_in(client, make.user(make.Role.STAFF))
    address = f"/domande/{application.practice_code}/delega/{file_line['id']}"
    assert client.get(address).status_code == 200
    make.sign_in(client, make.user())
    assert client.get(address).status_code == 404


@pytest.mark.database
def test_replaced_proxy_goes_unless_an_application_was_sent_with_it(client: FlaskClient) -> None:
    application, delegate = by_delegate(rules=stories.RULES)
    body, mandate = application.applicant, registry.mandate_of(application.applicant, delegate)
    never_sent = mandate.proxy_file
    sent_with = keep_proxy(body, stories.pdf(), "delega.pdf", delegate)
    assert (never_sent.removed_at is None, sent_with.removed_at) == (False, None)
    send(application, delegate)
    newest = keep_proxy(body, stories.pdf(), "delega.pdf", delegate)
    keep_proxy(body, stories.pdf(), "delega.pdf", delegate)
    assert (sent_with.removed_at, newest.removed_at is None) == (None, False)
    make.sign_in(client, make.user(make.Role.STAFF))
    start = f"/domande/{application.practice_code}/delega"
    found = [
        client.get(f"{start}/{file.public_id}").status_code
        for file in (never_sent, sent_with, newest, mandate.proxy_file)
    ]
    assert found == [404, 200, 404, 200]
    assert queries.sent_paper_files(application) == [{"part": "proxy", **sent_with.facts}]


def test_pages_of_asking_and_confirming(client: FlaskClient) -> None:
    representative = make.user()
    application, delegate = by_delegate(representative)
    page = f"/domande/{application.practice_code}"
    make.sign_in(client, delegate)
    assert submit(client, f"{page}/firma", action="ask").status_code == 303
    assert client.get(f"{page}/conferma").status_code == 403
    make.sign_in(client, representative)
    shown = words(client.get(f"{page}/conferma"))
    assert "Orto di quartiere" in shown and "Confermo quello che dice" in shown
    version = str(application.answer_set.version)
    silent = submit(client, f"{page}/conferma", action="send_back", version=version)
    assert silent.status_code == 422
    old = submit(client, f"{page}/conferma", action="confirm", version="1")
    assert old.status_code == 422
    assert submit(client, f"{page}/conferma", action="confirm", version=version).status_code == 303
    assert "Confermata" in words(client.get(f"{page}/firma"))
    make.sign_in(client, make.user())
    assert client.get(f"{page}/conferma").status_code == 404


def test_nobody_else_hears_of_it() -> None:
    application, _delegate = by_delegate(make.user())
    with pytest.raises(NotFound):
        services.ask_confirmation(application, make.user())
