"""Several people act for a body: invited, in by a link, ended at once; a last day is the last."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.accounts.queries import user_by_email
from portal.applications.queries import own_applications, visible_applications
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound
from portal.permissions import Role, can
from portal.registry.models import Applicant, MandateKind
from portal.registry.queries import (
    applicants_of,
    invitations_of,
    mandate_of,
    needs_proxy,
    people_of,
    visible_applicants,
)
from portal.registry.services import (
    accept_mandate,
    edit_applicant,
    end_mandate,
    invite_person,
    resend_mandate_invitation,
    withdraw_invitation,
)
from tests import make
from tests.applications import stories
from tests.browse import link_in, mails_to, submit, words
from tests.files.makers import pdf
from tests.registry.test_services import BODY

pytestmark = pytest.mark.usefixtures("db")

COLLEAGUE = "collega@esempio.example.org"
DELEGATE, REPRESENTATIVE = MandateKind.DELEGATE, MandateKind.LEGAL_REPRESENTATIVE


def invite(
    body: Applicant,
    owner: Any,
    email: str = COLLEAGUE,
    kind: MandateKind = DELEGATE,
    last_day: date | None = None,
) -> str:
    """The token that the invited address gets."""
    invite_person(body, email, kind, last_day, owner)
    return token_for(email)


def token_for(email: str) -> str:
    """The token in the latest invitation to an address."""
    return link_in(mails_to(email)[-1], "/inviti-ente/").rpartition("/")[2]


def joined(body: Applicant, owner: Any, **facts: Any) -> Any:
    """Somebody who has accepted to act for the body."""
    person = make.user()
    accept_mandate(invite(body, owner, person.email, **facts), person)
    return person


def refused(code: str, deed: Any, *arguments: Any) -> None:
    """Hold that a deed is refused with this code."""
    with pytest.raises(Invalid) as refusal:
        deed(*arguments)
    assert refusal.value.code == code


@pytest.mark.database
def test_who_accepts_acts_for_the_body_as_said() -> None:
    owner = make.user()
    body = make.body(owner)
    application = stories.draft(applicant=body, owner=owner)
    delegate = joined(body, owner)
    president = joined(body, owner, kind=REPRESENTATIVE)
    for person in (delegate, president):
        assert applicants_of(person) == [body]
        assert own_applications(person) == [application]
        assert can(person, "application.submit", application)
    assert [needs_proxy(body, each) for each in (delegate, president)] == [True, False]
    assert can(president, "applicant.invite", body)
    assert not can(delegate, "applicant.invite", body)
    assert body.representative_ids == {owner.id, president.id}
    assert [each.user_id for each in people_of(body)] == [owner.id, delegate.id, president.id]
    assert mails_to(owner.email)[-1].template == "mandate_joined"


@pytest.mark.database
def test_mandate_is_good_to_its_last_day_wherever_it_is_asked() -> None:
    owner = make.user()
    body = make.body(owner)
    application = stories.draft(applicant=body, owner=owner)
    person = joined(body, owner, last_day=clock.today() + timedelta(days=5))
    for days, acts in ((5, True), (6, False)):
        with clock.at(clock.now() + timedelta(days=days)):
            assert (person.id in body.owner_ids) is acts
            assert can(person, "application.read", application) is acts
            assert (application in own_applications(person)) is acts
            found = set(portal_db.session.scalars(visible_applications(person)))
            assert found == ({application} if acts else set())
            profiles = set(portal_db.session.scalars(visible_applicants(person)))
            assert profiles == ({body} if acts else set())


@pytest.mark.database
def test_link_is_good_once_and_falls_with_who_wrote_it() -> None:
    owner, other = make.user(), make.user(email=COLLEAGUE)
    body = make.body(owner)
    joined(body, owner, kind=REPRESENTATIVE)
    first = invite(body, owner)
    [invitation] = invitations_of(body)
    resend_mandate_invitation(invitation, owner)
    second = token_for(COLLEAGUE)
    refused("invitation_spent", accept_mandate, first, other)
    refused("invitation_not_yours", accept_mandate, second, make.user())
    with clock.at(clock.now() + timedelta(days=14)):
        refused("invitation_spent", accept_mandate, second, other)
    mandate = mandate_of(body, owner)
    assert mandate is not None
    end_mandate(mandate, owner)
    refused("invitation_spent", accept_mandate, second, other)
    assert applicants_of(other) == []


def test_link_is_spent_once_used_or_withdrawn_and_after_the_last_day() -> None:
    owner, other = make.user(), make.user(email=COLLEAGUE)
    body = make.body(owner)
    token = invite(body, owner)
    withdraw_invitation(invitations_of(body)[0], owner)
    refused("invitation_spent", accept_mandate, token, other)
    token = invite(body, owner, last_day=clock.today())
    with clock.at(clock.now() + timedelta(days=1)):
        refused("invitation_spent", accept_mandate, token, other)
    accept_mandate(token, other)
    refused("invitation_spent", accept_mandate, token, other)


def test_only_representatives_invite_and_nobody_twice() -> None:
    owner = make.user()
    body = make.body(owner)
    delegate = joined(body, owner)
    for person, error in (
        (delegate, Forbidden),
        (make.user(Role.STAFF), Forbidden),
        (make.user(), NotFound),
    ):
        with pytest.raises(error):
            invite(body, person)
    refused("acts_already", invite, body, owner, delegate.email)
    invite(body, owner)
    refused("invited_already", invite, body, owner, COLLEAGUE.upper())
    assert [each.email for each in invitations_of(body)] == [COLLEAGUE]


def test_nobody_gives_a_longer_term_than_his_own() -> None:
    owner, today = make.user(), clock.today()
    body = make.body(owner)
    until = today + timedelta(days=10)
    guest = joined(body, owner, kind=REPRESENTATIVE, last_day=until)
    for last_day in (None, until + timedelta(days=1)):
        refused("mandate_day_own", invite, body, guest, COLLEAGUE, DELEGATE, last_day)
    refused("mandate_day_past", invite, body, owner, COLLEAGUE, DELEGATE, today - timedelta(days=1))
    invite(body, guest, last_day=until)
    assert [each.last_day for each in invitations_of(body)] == [until]


@pytest.mark.database
def test_ended_person_is_out_at_once_and_the_last_one_stays() -> None:
    owner = make.user()
    body = make.body(owner)
    own = mandate_of(body, owner)
    guest = joined(body, owner, last_day=clock.today() + timedelta(days=9))
    given = mandate_of(body, guest)
    assert own is not None
    assert given is not None
    refused("mandate_last", end_mandate, own, owner)
    with pytest.raises(Forbidden):
        end_mandate(own, guest)
    end_mandate(given, owner)
    assert applicants_of(guest) == []
    assert mails_to(guest.email)[-1].template == "mandate_ended"
    president = joined(body, owner, kind=REPRESENTATIVE)
    end_mandate(own, owner)
    assert body.owner_ids == {president.id}
    assert mails_to(president.email)[-1].template == "mandate_left"
    states = [(each.user_id, each.is_in_force) for each in people_of(body)]
    assert states == [(president.id, True), (owner.id, False), (guest.id, False)]


def test_invited_delegate_makes_nobody_of_himself() -> None:
    owner = make.user()
    body = make.body(owner, name=BODY["name"])
    delegate = joined(body, owner)
    with pytest.raises(Invalid) as refusal:
        edit_applicant(body, delegate, body.version, **{**BODY, "quality": REPRESENTATIVE})
    assert (refusal.value.code, refusal.value.field) == ("quality_given", "quality")
    assert body.representative_ids == {owner.id}


def test_trail_names_people_by_id_alone() -> None:
    owner = make.user()
    body = make.body(owner)
    joined(body, owner)
    entries = portal_db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("applicant.%")).order_by(AuditEntry.number)
    )
    deeds = {each.action: each.facts for each in entries}
    assert list(deeds) == ["applicant.invite", "applicant.join"]
    assert "@" not in str(deeds)


def test_stranger_to_the_portal_comes_in_by_the_link_and_uploads_the_proxy(
    client: FlaskClient,
) -> None:
    owner = make.user()
    body = make.body(owner)
    address = f"/inviti-ente/{invite(body, owner)}"
    assert "Crea il tuo account" in words(client.get(address))
    people = f"/profili/{body.public_id}/persone"
    came = submit(client, address, name="Rosa Galli", password=make.PASSWORD)
    assert (came.status_code, came.location) == (303, people)
    assert "Manca la tua delega" in words(client.get(people))
    nothing = submit(client, f"{people}/delega", page=people)
    assert nothing.status_code == 422
    name, content = pdf("delega.pdf")
    sent = submit(client, f"{people}/delega", page=people, proxy=(io.BytesIO(content), name))
    assert (sent.status_code, sent.location) == (303, people)
    person = user_by_email(COLLEAGUE)
    assert person is not None
    assert not needs_proxy(body, person)
    mandate = mandate_of(body, person)
    assert mandate is not None
    assert mandate.proxy_file is not None
    proxy = f"/profili/{body.public_id}/deleghe/{mandate.proxy_file.public_id}"
    assert client.get(proxy).data == content
    assert client.get(address).status_code == 410


def test_representative_invites_sends_again_and_takes_away_on_the_pages(
    client: FlaskClient,
) -> None:
    owner = make.user()
    body = make.body(owner)
    make.sign_in(client, owner)
    people = f"/profili/{body.public_id}/persone"
    typed = {"email": COLLEAGUE, "kind": "delegate", "last_day": "31/02/2027"}
    wrong = submit(client, people, **typed)
    assert (wrong.status_code, 'value="31/02/2027"' in wrong.text) == (422, True)
    assert submit(client, people, **{**typed, "last_day": ""}).location == people
    [invitation] = invitations_of(body)
    ways = f"/profili/{body.public_id}/inviti/{invitation.id}"
    assert submit(client, f"{ways}/rimanda", page=people).location == people
    assert len(mails_to(COLLEAGUE)) == 2
    assert submit(client, f"{ways}/ritira").location == people
    assert "Invitati, non ancora entrati" not in words(client.get(people))
    guest = joined(body, owner)
    for person, status, said in ((guest, 303, "non agisce più"), (owner, 422, "senza scadenza")):
        mandate = mandate_of(body, person)
        assert mandate is not None
        answer = submit(client, f"{people}/{mandate.id}/togli")
        assert answer.status_code == status
        assert said in words(client.get(people) if status == 303 else answer)


def test_person_is_no_body(client: FlaskClient) -> None:
    owner = make.user()
    person = make.person(owner)
    make.sign_in(client, owner)
    assert client.get(f"/profili/{person.public_id}/persone").status_code == 404
