"""Inviting people to an application, and giving its sections to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from portal import audit, clock, outbox, permissions
from portal.accounts import engine
from portal.accounts.models import User
from portal.accounts.queries import get_user, user_by_email
from portal.accounts.services import mail_link, take_invitation
from portal.applications.models import Application, Collaborator, SectionAssignment
from portal.applications.queries import (
    RIGHT_LABELS,
    fillers_of,
    form_of_application,
    invited_application,
)
from portal.db import db, lock, transaction
from portal.errors import Invalid, NotFound, declare, mark
from portal.i18n import pick
from portal.permissions import Right
from portal.workflow import announce

MOST_PEOPLE = 20

declare({"too_many_people": mark("An application takes at most %(maximum)s people.")})


@transaction()
def invite_collaborator(
    application: Application, email: str, right: Right, actor: Any
) -> Collaborator:
    """Invite an address to the application, with a mail whose link is good once, for 14 days."""
    permissions.require(actor, "application.share", application)
    return write_invitation(application, email, right, actor)


def write_invitation(
    application: Application, email: str, right: Right, actor: Any
) -> Collaborator:
    """Write the invitation and its mail; refused for who is in already."""
    lock(application)
    standing = [each for each in application.collaborators if each.ended_at is None]
    key = engine.email_key(email)
    known = user_by_email(email)
    if known is not None and known.id in application.owner_ids:
        raise Invalid("acts_already", "email")
    if any(each.email_key == key for each in standing):
        raise Invalid("invited_already", "email")
    if len(standing) >= MOST_PEOPLE:
        raise Invalid("too_many_people", "email", maximum=MOST_PEOPLE)
    now = clock.now()
    collaborator = Collaborator(
        application_id=application.id,
        email=email,
        email_key=key,
        right=right,
        invited_at=now,
        invited_by_id=actor.id,
        expires_at=now,
    )
    db.session.add(collaborator)
    db.session.flush()
    db.session.expire(application, ["collaborators"])
    audit.record("application.invite", application, actor, facts=facts_of(collaborator))
    mail_invitation(application, collaborator, actor)
    return collaborator


@transaction()
def resend_invitation(application: Application, collaborator: Collaborator, actor: Any) -> None:
    """Send the invitation again, with a new link: the older one opens nothing any more."""
    permissions.require(actor, "application.share", application)
    lock(collaborator)
    if not collaborator.is_waiting:
        raise NotFound
    mail_invitation(application, collaborator, actor)
    audit.record("application.invite_again", application, actor, facts=facts_of(collaborator))


def mail_invitation(application: Application, collaborator: Collaborator, actor: Any) -> None:
    """Mail the invitation with a new link."""
    mail_link(
        collaborator,
        "collaborator_invited",
        actor,
        right=RIGHT_LABELS[collaborator.right],
        applicant=application.applicant.name,
        call_title=application.call.title,
    )


@transaction()
def end_collaborator(application: Application, collaborator: Collaborator, actor: Any) -> None:
    """Withdraw an invitation, or end what a person may do, with effect at once."""
    permissions.require(actor, "application.share", application)
    lock(collaborator)
    if collaborator.ended_at is not None:
        return
    person = collaborator.user
    collaborator.ended_at, collaborator.token_hash = clock.now(), None
    db.session.flush()
    db.session.expire(application, ["collaborators"])
    if person is not None:
        take_sections_back(application, person.id)
        mail_person(person, "collaborator_ended", application, str(collaborator.id))
    audit.record("application.end_invitation", application, actor, facts=facts_of(collaborator))


def take_sections_back(application: Application, user_id: int) -> None:
    """Take the sections from somebody who may not fill them in any more."""
    if user_id in application.owner_ids:
        return
    db.session.execute(
        delete(SectionAssignment).where(
            SectionAssignment.application_id == application.id,
            SectionAssignment.user_id == user_id,
        )
    )


@transaction()
def accept_invitation(token: str, actor: User) -> Application:
    """Come in by an invitation's link, with the account of the very address it was sent to."""
    invitation = take_invitation(Collaborator, token, actor)
    application = invited_application(invitation)
    db.session.expire(application, ["collaborators"])
    audit.record("application.join", application, actor, facts=facts_of(invitation))
    announce("application.join", application, actor)
    mail_person(
        get_user(invitation.invited_by_id),
        "collaborator_joined",
        application,
        str(invitation.id),
        person=actor.name,
        address=invitation.email,
    )
    return application


@transaction()
def assign_sections(application: Application, wanted: Mapping[str, int | None], actor: Any) -> None:
    """Give sections to people who may fill them in, by key; None takes a section back.

    Who gets a section is told by mail, once.
    """
    permissions.require(actor, "application.share", application)
    lock(application)
    people = {user.id: user for user in fillers_of(application)}
    standing = {
        row.section_key: row
        for row in db.session.scalars(
            select(SectionAssignment).where(SectionAssignment.application_id == application.id)
        )
    }
    for section in form_of_application(application).sections:
        if section.key not in wanted:
            continue
        user_id, row = wanted[section.key], standing.get(section.key)
        if user_id is not None and user_id not in people:
            raise Invalid("choice_unknown", f"section_{section.key}")
        if user_id == (row.user_id if row else None):
            continue
        if row is not None:
            db.session.delete(row)
            db.session.flush()
        if user_id is not None:
            give_section(application, section, people[user_id], actor)
    db.session.flush()


def give_section(application: Application, section: Any, user: User, actor: Any) -> None:
    """Give a section to somebody; who takes one himself needs no mail."""
    db.session.add(
        SectionAssignment(
            application_id=application.id,
            section_key=section.key,
            user_id=user.id,
            assigned_at=clock.now(),
            assigned_by_id=actor.id,
            done_at=None,
        )
    )
    audit.record("application.assign_section", application, actor, facts={"person": user.id})
    if user.id != actor.id:
        mail_person(
            user,
            "section_assigned",
            application,
            section.key,
            section=pick(section.title, user.language),
            section_key=section.key,
            assigner=actor.name,
        )


@transaction()
def finish_section(
    application: Application, section_key: str, actor: Any, is_done: bool = True
) -> None:
    """Say that one's own section is filled in, or take the word back; who gave it is told."""
    permissions.require(actor, "application.edit", application)
    row = db.session.scalar(
        select(SectionAssignment).where(
            SectionAssignment.application_id == application.id,
            SectionAssignment.section_key == section_key,
            SectionAssignment.user_id == actor.id,
        )
    )
    if row is None:
        raise NotFound
    lock(row)
    if (row.done_at is not None) == is_done:
        return
    row.done_at = clock.now() if is_done else None
    db.session.flush()
    audit.record("application.finish_section", application, actor, facts={"is_done": is_done})
    if is_done and row.assigned_by_id != actor.id:
        section = form_of_application(application).section(section_key)
        teller = get_user(row.assigned_by_id)
        key = f"{section_key}:{row.id}:{row.done_at}"
        title = pick(section.title, teller.language)
        mail_person(teller, "section_finished", application, key, person=actor.name, section=title)


def facts_of(collaborator: Collaborator) -> dict[str, Any]:
    """Return what the trail says of who it is about: an id, never an address."""
    return {"collaborator": collaborator.id, "right": collaborator.right}


def mail_person(
    user: User, template: str, application: Application, key: str, **facts: Any
) -> None:
    """Write to somebody who works on the application, in his language."""
    outbox.write_to(
        user,
        template,
        f"{template}:{application.practice_code}:{user.id}:{key}",
        practice_code=application.practice_code,
        applicant=application.applicant.name,
        call_title=application.call.title,
        **facts,
    )
