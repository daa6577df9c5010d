"""People invited to an application: what a link is good for, what each may do, whose part it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.accounts.queries import user_by_email
from portal.applications import queries, services
from portal.applications.models import Application
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound
from portal.evaluation.queries import plan_assignment
from portal.permissions import Effect, Right, Role, can
from tests import make
from tests.applications import stories
from tests.browse import link_in, mails_to, submit, words

pytestmark = pytest.mark.usefixtures("db")

COLLEAGUE = "collega@esempio.example.org"


def invite(application: Application, email: str = COLLEAGUE, right: Right = Right.EDIT) -> str:
    """The token that the invited address gets."""
    owner = stories.owner_of(application)
    services.invite_collaborator(application, email, right, owner)
    return token_for(email)


def token_for(email: str) -> str:
    """The token in the latest invitation to an address."""
    invitations = [each for each in mails_to(email) if each.template == "collaborator_invited"]
    return link_in(invitations[-1], "/inviti/").rpartition("/")[2]


def joined(application: Application, right: Right = Right.EDIT, **facts: Any) -> Any:
    """Somebody who has accepted an invitation."""
    person = make.user(**facts)
    services.accept_invitation(invite(application, person.email, right), person)
    return person


@pytest.mark.database
def test_invited_person_does_what_the_right_says_and_no_more() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    other = stories.draft(application.call, make.body(owner, tax_code="80039790375"), owner)
    deeds = ("read", "follow", "edit", "submit", "confirm", "sign", "share")
    found = {}
    for right in Right:
        person = joined(application, right)
        found[right] = [deed for deed in deeds if can(person, f"application.{deed}", application)]
        assert [x for x in deeds if can(person, f"application.{x}", other)] == []
        assert not can(person, "applicant.read", application.applicant)
        assert queries.own_applications(person) == [application]
        assert set(portal_db.session.scalars(queries.visible_applications(person))) == {application}
    assert found == {
        Right.READ: ["read", "follow"],
        Right.EDIT: ["read", "follow", "edit", "sign"],
        Right.SIGN: ["read", "follow", "submit", "confirm", "sign"],
    }


@pytest.mark.database
def test_nobody_gets_in_by_an_invitation_not_accepted_or_ended() -> None:
    application = stories.draft()
    owner, person = stories.owner_of(application), make.user()
    token = invite(application, person.email)
    assert not can(person, "application.read", application)
    services.accept_invitation(token, person)
    [row] = queries.people_of(application)
    services.end_collaborator(application, row, owner)
    assert not can(person, "application.read", application)
    assert queries.own_applications(person) == []
    with pytest.raises(NotFound):
        queries.get_own_application(application.practice_code, person, "application.follow")
    assert [mail.template for mail in mails_to(person.email)][-1] == "collaborator_ended"


@pytest.mark.database
def test_link_is_good_once_for_fourteen_days_and_until_a_newer_one() -> None:
    application = stories.draft()
    owner, person = stories.owner_of(application), make.user(email=COLLEAGUE)
    first = invite(application)
    [row] = queries.people_of(application)
    with clock.at(clock.now() + timedelta(days=14)), pytest.raises(Invalid) as late:
        services.accept_invitation(first, person)
    services.resend_invitation(application, row, owner)
    with pytest.raises(Invalid) as replaced:
        services.accept_invitation(first, person)
    services.accept_invitation(token_for(COLLEAGUE), person)
    with pytest.raises(Invalid) as used:
        services.accept_invitation(token_for(COLLEAGUE), person)
    codes = {each.value.code for each in (late, replaced, used)}
    assert codes == {"invitation_spent"}
    with pytest.raises(NotFound):
        services.resend_invitation(application, row, owner)


def test_withdrawn_invitation_opens_nothing() -> None:
    application = stories.draft()
    token = invite(application)
    [row] = queries.people_of(application)
    services.end_collaborator(application, row, stories.owner_of(application))
    with pytest.raises(Invalid) as refusal:
        services.accept_invitation(token, make.user(email=COLLEAGUE))
    assert refusal.value.code == "invitation_spent"
    assert queries.people_of(application) == []


def test_link_is_for_the_invited_address_alone() -> None:
    application = stories.draft()
    token = invite(application)
    with pytest.raises(Invalid) as refusal:
        services.accept_invitation(token, make.user())
    assert refusal.value.code == "invitation_not_yours"


def test_owner_and_invited_address_are_not_invited_again() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    invite(application)
    for email, code in ((owner.email, "acts_already"), ("Collega@Esempio.example.org", "invited")):
        with pytest.raises(Invalid) as refusal:
            services.invite_collaborator(application, email, Right.READ, owner)
        assert refusal.value.code.startswith(code)


def test_only_owners_invite() -> None:
    application = stories.draft()
    with pytest.raises(Forbidden):
        services.invite_collaborator(
            application, "x@y.example.org", Right.READ, joined(application)
        )


def test_who_took_part_judges_nothing_even_when_ended() -> None:
    staff, evaluator = make.user(Role.STAFF), make.user(Role.EVALUATOR)
    application = stories.filled()
    owner = stories.owner_of(application)
    for person in (staff, evaluator):
        services.accept_invitation(invite(application, person.email, Right.READ), person)
    services.submit_application(application, owner, stories.KEY, clock.now())
    services.grant_access(application, evaluator, "assignment")
    for row in queries.people_of(application):
        services.end_collaborator(application, row, owner)
    assert not can(staff, "application.start_check", application)
    assert can(staff, "application.read", application)
    assert not can(evaluator, "application.read", application)
    assert application not in set(
        portal_db.session.scalars(queries.visible_applications(evaluator))
    )


@pytest.mark.database
def test_dossiers_somebody_is_kept_from_are_the_same_both_ways() -> None:
    operator, barred, granted = (make.user(Role.STAFF) for _ in range(3))
    own, shared, closed = stories.filled(), stories.filled(), stories.filled()
    paper = make.application(own.call, make.body(make.user()), on_behalf_by_id=operator.id)
    make.access(closed, barred, Effect.BAR)
    make.access(closed, granted)
    owner, invited = stories.owner_of(own), joined(shared, Right.READ)
    expected = {owner: [own], invited: [shared], operator: [paper], barred: [closed], granted: []}
    for person, kept in expected.items():
        asked = select(Application).where(queries.barred_from(person))
        assert portal_db.session.scalars(asked).all() == kept
        ids = portal_db.session.scalars(queries.kept_from(person)).all()
        assert ids == [each.id for each in kept]


def test_evaluator_who_was_invited_gets_no_sheet() -> None:
    evaluator, free = make.user(Role.EVALUATOR), make.user(Role.EVALUATOR)
    application = stories.filled()
    services.accept_invitation(invite(application, evaluator.email, Right.READ), evaluator)
    plan = plan_assignment([application], [evaluator, free])
    assert (plan.barred, plan.new) == ([(application, evaluator)], [(application, free)])


def test_trail_names_no_address() -> None:
    application = stories.draft()
    joined(application)
    entries = portal_db.session.scalars(
        portal_db.select(AuditEntry).where(AuditEntry.record_id == application.id)
    )
    deeds = {each.action: each.facts for each in entries}
    assert deeds["application.join"]["right"] == "edit"
    assert "@" not in str(deeds)


@pytest.mark.database
def test_section_is_given_told_once_and_finished() -> None:
    application = stories.draft()
    owner, person = stories.owner_of(application), joined(application)
    services.assign_sections(application, {"money": person.id}, owner)
    services.assign_sections(application, {"money": None}, owner)
    services.assign_sections(application, {"money": person.id, "project": owner.id}, owner)
    told = [mail for mail in mails_to(person.email) if mail.template == "section_assigned"]
    assert [mail.subject for mail in told] == ["Una sezione da compilare: I conti"]
    services.finish_section(application, "money", person)
    given = queries.assignments(application)
    assert {key: (x.user_id, x.done_at is not None) for key, x in given.items()} == {
        "money": (person.id, True),
        "project": (owner.id, False),
    }
    assert [mail.template for mail in mails_to(owner.email)][-1] == "section_finished"
    with pytest.raises(NotFound):
        services.finish_section(application, "project", person)


def test_section_goes_only_to_who_may_fill_in() -> None:
    application = stories.draft()
    reader = joined(application, Right.READ)
    with pytest.raises(Invalid) as refusal:
        services.assign_sections(application, {"money": reader.id}, stories.owner_of(application))
    assert refusal.value.field == "section_money"


def test_ending_a_person_takes_the_sections_back() -> None:
    application = stories.draft()
    owner, person = stories.owner_of(application), joined(application)
    services.assign_sections(application, {"money": person.id}, owner)
    services.end_collaborator(application, queries.people_of(application)[0], owner)
    assert queries.assignments(application) == {}


def test_stranger_to_the_portal_comes_in_by_the_link(client: FlaskClient) -> None:
    application = stories.draft()
    address = f"/inviti/{invite(application)}"
    page = client.get(address)
    assert "Crea il tuo account" in words(page)
    answer = submit(client, address, name="Carla Verdi", password=make.PASSWORD)
    assert answer.location.endswith(application.practice_code)
    user = user_by_email(COLLEAGUE)
    assert user is not None and user.confirmed_at is not None
    section = f"/domande/{application.practice_code}/sezioni/money"
    assert client.get(section).status_code == 200
    assert client.get(address).status_code == 410
    assert client.get(f"/profili/{application.applicant.public_id}").status_code == 404
    assert application.practice_code in words(client.get("/area-personale"))


def test_link_says_who_must_sign_in(client: FlaskClient) -> None:
    application = stories.draft()
    person = make.user(email=COLLEAGUE)
    address = f"/inviti/{invite(application)}"
    assert "ha già un account" in words(client.get(address))
    make.sign_in(client, make.user())
    assert f"Questo invito è per {COLLEAGUE}" in words(client.get(address))
    make.sign_in(client, person)
    answer = submit(client, address)
    assert answer.status_code == 303
    assert can(person, "application.edit", application)


def test_page_of_the_people_invites_gives_and_ends(client: FlaskClient) -> None:
    application = stories.draft()
    owner, editor = stories.owner_of(application), joined(application, name="Ada Neri")
    make.sign_in(client, owner)
    page = f"/domande/{application.practice_code}/persone"
    assert submit(client, page, email=COLLEAGUE, right="sign").status_code == 303
    assert submit(client, page, email="niente", right="sign").status_code == 422
    shown = words(client.get(page))
    assert "Ada Neri" in shown and COLLEAGUE in shown and "In attesa" in shown
    given = submit(client, f"{page}/sezioni", page=page, section_money=str(editor.id))
    assert given.status_code == 303
    assert queries.assignments(application)["money"].name == "Ada Neri"
    row = next(each for each in queries.people_of(application) if each.email == COLLEAGUE)
    assert submit(client, f"{page}/{row.id}/rimanda", page=page).status_code == 303
    assert COLLEAGUE in words(client.get(f"{page}/{row.id}/togli"))
    assert submit(client, f"{page}/{row.id}/togli").status_code == 303
    assert [each.email for each in queries.people_of(application)] == [editor.email]


def test_editor_sees_his_part_and_says_that_it_is_done(client: FlaskClient) -> None:
    application = stories.draft()
    editor = joined(application)
    services.assign_sections(application, {"money": editor.id}, stories.owner_of(application))
    make.sign_in(client, editor)
    page = f"/domande/{application.practice_code}"
    assert "Ho finito la mia parte" in words(client.get(page))
    assert submit(client, f"{page}/sezioni/money/finita", page=page, done="yes").status_code == 303
    assert "Non ho ancora finito" in words(client.get(page))
    people = client.get(f"{page}/persone")
    assert people.status_code == 200 and "Invita" not in words(people)


def test_reader_reads_the_draft_and_changes_nothing(client: FlaskClient) -> None:
    application = stories.filled()
    make.sign_in(client, joined(application, Right.READ))
    page = f"/domande/{application.practice_code}"
    assert "Orto di quartiere" in words(client.get(page))
    assert client.get(f"{page}/sezioni/money").status_code == 403
    assert submit(client, f"{page}/invia", page="/account").status_code == 403


def test_mails_to_one_address_have_a_limit() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    invite(application)
    [row] = queries.people_of(application)
    with pytest.raises(Invalid) as refusal:
        for _ in range(20):
            services.resend_invitation(application, row, owner)
    assert refusal.value.code == "mails_too_many"


def test_invitations_of_one_person_have_a_limit_whatever_the_addresses() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    with pytest.raises(Invalid) as refusal:
        for number in range(100):
            email = f"persona{number}@esempio.example.org"
            row = services.invite_collaborator(application, email, Right.READ, owner)
            services.end_collaborator(application, row, owner)
    assert (refusal.value.code, number) == ("invitations_too_many", 40)
