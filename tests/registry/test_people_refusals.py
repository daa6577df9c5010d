"""What is refused to who acts for a body, and what comes too late to change anything."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.accounts.queries import user_by_email
from portal.db import transaction
from portal.errors import NotFound
from portal.registry.models import Applicant
from portal.registry.queries import (
    applicants_of,
    get_mandate,
    get_proxy_file,
    get_waiting,
    invitations_of,
    mandate_of,
)
from portal.registry.services import (
    accept_mandate,
    end_mandate,
    invite_person,
    keep_proxy,
    resend_mandate_invitation,
    withdraw_invitation,
)
from portal.registry.services.people import MOST_PEOPLE
from tests import make
from tests.browse import mails_to, submit, words
from tests.files.makers import pdf
from tests.registry.test_people import (
    COLLEAGUE,
    DELEGATE,
    REPRESENTATIVE,
    invite,
    joined,
    refused,
    token_for,
)

pytestmark = pytest.mark.usefixtures("db")


def people_page(body: Applicant) -> str:
    """The page of who acts for the body."""
    return f"/profili/{body.public_id}/persone"


def test_body_has_twenty_people_at_most_those_invited_included() -> None:
    owner = make.user()
    body = make.body(owner, *(make.user() for _ in range(MOST_PEOPLE - 2)))
    invite(body, owner)
    refused("mandate_people", invite, body, owner, "ventunesima@esempio.example.org")
    withdraw_invitation(invitations_of(body)[0], owner)
    invite(body, owner, "ventunesima@esempio.example.org")
    assert len(invitations_of(body)) == 1


def test_invitation_that_is_over_is_neither_sent_again_nor_withdrawn() -> None:
    owner, person = make.user(), make.user(email=COLLEAGUE)
    body = make.body(owner)
    token = invite(body, owner)
    [invitation] = invitations_of(body)
    accept_mandate(token, person)
    resend_mandate_invitation(invitation, owner)
    withdraw_invitation(invitation, owner)
    assert len(mails_to(COLLEAGUE)) == 1
    assert invitation.ended_at is None
    assert applicants_of(person) == [body]


def test_who_acts_already_under_an_older_address_does_not_begin_twice() -> None:
    owner = make.user()
    body = make.body(owner)
    person = joined(body, owner)
    token = invite(body, owner)
    with transaction():
        person.email = person.email_key = COLLEAGUE
    refused("acts_already", accept_mandate, token, person)
    assert [each.user_id for each in body.mandates] == [owner.id, person.id]


def test_what_has_ended_is_ended_once_and_delegates_hear_of_no_leaving() -> None:
    owner = make.user()
    body = make.body(owner)
    delegate, guest = joined(body, owner), joined(body, owner)
    given, own = mandate_of(body, guest), mandate_of(body, owner)
    assert given is not None
    assert own is not None
    end_mandate(given, owner)
    ended_at = given.ended_at
    with clock.at(clock.now() + timedelta(hours=1)):
        end_mandate(given, owner)
    assert given.ended_at == ended_at
    president = joined(body, owner, kind=REPRESENTATIVE)
    end_mandate(own, owner)
    heard = {who.id: [mail.template for mail in mails_to(who.email)] for who in (delegate, guest)}
    assert heard == {
        delegate.id: ["mandate_invited"],
        guest.id: ["mandate_invited", "mandate_ended"],
    }
    assert mails_to(president.email)[-1].template == "mandate_left"


def test_only_a_delegate_keeps_a_proxy() -> None:
    owner = make.user()
    body = make.body(owner)
    name, content = pdf("delega.pdf")
    refused("proxy_not_needed", keep_proxy, body, io.BytesIO(content), name, owner)
    assert [each.proxy_file for each in body.mandates] == [None]


def test_what_belongs_to_another_body_is_not_found() -> None:
    owner = make.user()
    body, other = make.body(owner), make.body(owner, tax_code="80039790375")
    delegate = joined(other, owner)
    invite(other, owner)
    name, content = pdf("delega.pdf")
    proxy = keep_proxy(other, io.BytesIO(content), name, delegate)
    mandate, [invitation] = mandate_of(other, delegate), invitations_of(other)
    assert mandate is not None
    asked = (
        (get_mandate, mandate.id, mandate),
        (get_waiting, invitation.id, invitation),
        (get_proxy_file, proxy.public_id, proxy),
    )
    for find, key, found in asked:
        assert find(other, key) == found
        with pytest.raises(NotFound):
            find(body, key)


def test_refusals_stand_beside_the_form_and_nobody_is_invited(client: FlaskClient) -> None:
    owner = make.user()
    body = make.body(owner)
    until = clock.today() + timedelta(days=10)
    guest = joined(body, owner, kind=REPRESENTATIVE, last_day=until)
    invite_person(body, COLLEAGUE, DELEGATE, None, owner)
    [invitation] = invitations_of(body)
    make.sign_in(client, guest)
    page = people_page(body)
    twice = submit(client, page, email=COLLEAGUE, kind="delegate", last_day="")
    assert (twice.status_code, f'value="{COLLEAGUE}"' in twice.text) == (422, True)
    again = submit(client, f"/profili/{body.public_id}/inviti/{invitation.id}/rimanda", page=page)
    assert again.status_code == 422
    assert f"fino al {until:%d/%m/%Y}" in words(again)
    assert len(mails_to(COLLEAGUE)) == 1
    assert invitation.invited_by_id == owner.id


def test_who_leaves_a_body_goes_back_to_the_profiles_left(client: FlaskClient) -> None:
    owner = make.user()
    body = make.body(owner)
    delegate = joined(body, owner)
    make.sign_in(client, delegate)
    mandate = mandate_of(body, delegate)
    assert mandate is not None
    left = submit(client, f"{people_page(body)}/{mandate.id}/togli")
    assert (left.status_code, left.location) == (303, "/profili")
    assert f"Non agisci più per {body.name}" in words(client.get("/profili"))
    assert client.get(people_page(body)).status_code == 404


@pytest.mark.parametrize(
    ("is_closed", "said"),
    [(False, "Questo indirizzo ha già un account"), (True, "è stato chiuso")],
)
def test_link_makes_no_second_account_and_opens_no_closed_one(
    client: FlaskClient, is_closed: bool, said: str
) -> None:
    owner = make.user()
    body = make.body(owner)
    address = f"/inviti-ente/{invite(body, owner)}"
    known = make.user(email=COLLEAGUE, name="Rosa Galli")
    if is_closed:
        make.close(known)
    hashed = known.password_hash
    typed = {"name": "Qualcun Altro", "password": "cinque alberi alti e storti"}
    answer = submit(client, address, page="/registrati", **typed)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert (known.name, known.password_hash) == ("Rosa Galli", hashed)
    assert applicants_of(known) == []


def test_account_that_nobody_confirmed_becomes_that_of_who_reads_the_mailbox(
    client: FlaskClient,
) -> None:
    owner = make.user()
    body = make.body(owner)
    invite_person(body, COLLEAGUE, DELEGATE, None, owner)
    make.user(email=COLLEAGUE, name="Chi si finge", confirmed_at=None)
    address = f"/inviti-ente/{token_for(COLLEAGUE)}"
    typed = {"name": "Rosa Galli", "password": "cinque alberi alti e storti"}
    assert submit(client, address, **typed).location == people_page(body)
    person = user_by_email(COLLEAGUE)
    assert person is not None
    assert (person.name, person.confirmed_at is None) == ("Rosa Galli", False)
    assert applicants_of(person) == [body]
