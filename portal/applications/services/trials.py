"""Trying a call out: an application with an invented applicant, which never leaves its drafter.

It is filled in and judged as any other, and ends in a receipt without a number. The database keeps
it a draft. Signatures, confirmations, money and the window are not asked for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select

from portal import audit, chance, clock, permissions
from portal.applications.models import Application
from portal.applications.queries import opened_answers_in, own_trial, trials_of
from portal.applications.services.rebasing import move_to_form
from portal.applications.services.submissions import require_complete
from portal.applications.states import ApplicationState
from portal.calls.engine import eligible_types, privacy_notice_of
from portal.calls.models import Call
from portal.calls.states import CallState
from portal.db import Base, db, lock, transaction
from portal.errors import NotFound, WrongState, declare, mark
from portal.files import StoredFile, remove_file
from portal.i18n import _
from portal.questionnaires.services import open_answers
from portal.registry.models import (
    Applicant,
    ApplicantKind,
    Mandate,
    MandateKind,
    OrganisationType,
)

BODY_TAX_CODE, PERSON_TAX_CODE = "97103880585", "RSSMRA80A01H501U"
PERSONS = frozenset({OrganisationType.NATURAL_PERSON, OrganisationType.SOLE_TRADER})

declare({"trial_state": mark("Only a draft is tried out: this call has been published.")})


@transaction()
def start_trial(call: Call, actor: Any) -> Application:
    """Open a trial of a draft call, or go on with the actor's own, on the form as it is now."""
    permissions.require(actor, "call.try", call)
    lock(call)
    if call.state is not CallState.DRAFT:
        raise WrongState("trial_state")
    standing = own_trial(call, actor)
    if standing is not None:
        move_to_form(standing)
        return standing
    now = clock.now()
    application = Application(
        practice_code=chance.practice_code(),
        call=call,
        applicant=invent_applicant(call, actor),
        answer_set=open_answers(call.form_definition),
        state=ApplicationState.DRAFT,
        is_test=True,
        privacy_version=privacy_notice_of(call).version,
        privacy_read_at=now,
        started_at=now,
        started_by_id=actor.id,
    )
    db.session.add(application)
    db.session.flush()
    return application


@transaction()
def finish_trial(application: Application, actor: Any) -> None:
    """Judge a trial as if it were sent, and note on the call that it was tried to the end."""
    require_trial(application, actor)
    require_complete(application, opened_answers_in(application))
    call = application.call
    call.tried_at = clock.now()
    audit.record("call.try", call, actor)


@transaction()
def discard_trial(application: Application, actor: Any) -> None:
    """Throw a trial away, with its applicant, answers and files."""
    require_trial(application, actor)
    erase(application)


@transaction()
def discard_trials(call: Call) -> None:
    """Throw away every trial of a call."""
    for application in trials_of(call):
        erase(application)


def require_trial(application: Application, actor: Any) -> None:
    """Lock a trial and its call for its drafter; NotFound where it is an application in earnest."""
    permissions.require(actor, "application.edit", application)
    if not application.is_test:
        raise NotFound
    lock(application.call)
    lock(application)


def invent_applicant(call: Call, actor: Any) -> Applicant:
    """Make up an applicant of the first kind that the call is for, with the actor as its people."""
    types = [each for each in OrganisationType if each.value in eligible_types(call)]
    kind = next(iter(types), OrganisationType.APS)
    is_person = kind in PERSONS
    quality = MandateKind.SELF if is_person else MandateKind.LEGAL_REPRESENTATIVE
    applicant = Applicant(
        public_id=chance.public_id(),
        is_test=True,
        kind=ApplicantKind.PERSON if is_person else ApplicantKind.BODY,
        organisation_type=kind,
        name=_("Invented applicant, for a trial"),
        tax_code=PERSON_TAX_CODE if is_person else BODY_TAX_CODE,
        municipality_code="037006",
        address="Piazza Maggiore 6",
        postcode="40124",
        phone="+390510000000",
        email=actor.email,
        representative_name=None if is_person else actor.name,
        representative_tax_code=None if is_person else PERSON_TAX_CODE,
        birth_date=date(1980, 1, 1) if is_person else None,
        created_at=clock.now(),
        mandates=[Mandate(user_id=actor.id, kind=quality, started_at=clock.now())],
    )
    db.session.add(applicant)
    db.session.flush()
    return applicant


def erase(application: Application) -> None:
    """Delete every row that hangs on a trial; its files go as removed ones do."""
    db.session.flush()
    gone = {
        "application": application.id,
        "answer_set": application.answer_set_id,
        "applicant": application.applicant_id,
    }
    for table in reversed(Base.metadata.sorted_tables):
        for condition in hanging_on(table, gone):
            remove_files(table, condition)
            db.session.execute(delete(table).where(condition))
    for name in ("answer_set", "applicant"):
        table = Base.metadata.tables[name]
        db.session.execute(delete(table).where(table.c.id == gone[name]))
    db.session.expire_all()


def hanging_on(table: Table, gone: dict[str, int]) -> list[ColumnElement[bool]]:
    """Return the conditions that a row of a table refers to what goes away."""
    return [
        column == gone[key.column.table.name]
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in gone
    ]


def remove_files(table: Table, condition: ColumnElement[bool]) -> None:
    """Close the files that rows of a table hold."""
    for column in table.columns:
        if any(key.column.table.name == "stored_file" for key in column.foreign_keys):
            held = select(column).where(condition, column.is_not(None))
            for file in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(held))):
                remove_file(file)
