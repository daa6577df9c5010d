"""What a call says to those who apply: its window, whom it is for, its term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.applications.models import Application
from portal.applications.states import ApplicationState
from portal.calls.engine import eligible_types, suits
from portal.calls.models import Call
from portal.calls.queries import closing_for, takes
from portal.calls.states import CallState
from portal.db import db
from portal.errors import Invalid
from portal.registry.models import Applicant, ApplicantKind, OrganisationType
from portal.registry.queries import applicants_of


@dataclass(frozen=True)
class Start:
    """Where somebody stands before a call: profiles it is for or not, applications started.

    `takes_more` tells whether one of the applicants may begin a further application,
    `wants_persons` whether a profile of the user's own is of use and not there yet.
    """

    applicants: tuple[Applicant, ...]
    unsuited: tuple[Applicant, ...]
    started: tuple[Application, ...]
    takes_more: bool
    wants_bodies: bool
    wants_persons: bool

    @property
    def started_ids(self) -> set[int]:
        """Return the ids of the applicants with an application."""
        return {application.applicant_id for application in self.started}


def start_of(call: Call, user: Any) -> Start:
    """Return how `user` may begin an application to the call."""
    profiles = applicants_of(user)
    own = [applicant for applicant in profiles if is_eligible(call, applicant)]
    started = db.session.scalars(
        select(Application)
        .where(
            Application.call_id == call.id, Application.applicant_id.in_([each.id for each in own])
        )
        .order_by(Application.id)
    ).all()
    types = eligible_types(call) or {each.value for each in OrganisationType}
    return Start(
        applicants=tuple(own),
        unsuited=tuple(each for each in profiles if each not in own),
        started=tuple(started),
        takes_more=not call.one_per_applicant,
        wants_bodies=bool(types - {OrganisationType.NATURAL_PERSON}),
        wants_persons=OrganisationType.NATURAL_PERSON in types
        and all(each.kind is not ApplicantKind.PERSON for each in profiles),
    )


def applications_to(call: Call, applicant: Applicant) -> list[Application]:
    """Return the applications of this applicant to this call, in the order they were begun."""
    of_both = (Application.call_id == call.id, Application.applicant_id == applicant.id)
    return list(db.session.scalars(select(Application).where(*of_both).order_by(Application.slot)))


def require_open_window(call: Call, applicant: Applicant, instant: datetime) -> None:
    """Raise what keeps the call from taking an application of `applicant` at `instant`."""
    if instant < call.opens_at or call.state is CallState.DRAFT:
        raise Invalid("call_not_open", opens_at=call.opens_at)
    if call.state is CallState.EXHAUSTED:
        raise Invalid("call_exhausted")
    if call.state is CallState.CANCELLED:
        raise Invalid("call_cancelled")
    closing = closing_for(call, applicant)
    if not takes(call, closing, instant):
        raise Invalid("call_closed", closes_at=closing)


def takes_corrections(application: Application, instant: datetime) -> bool:
    """Tell whether what is withdrawn at `instant` may be corrected and sent again.

    Money that is used up does not count: the withdrawal itself may free some.
    """
    if application.state is not ApplicationState.SUBMITTED:
        return False
    call = application.call
    closing = closing_for(call, application.applicant)
    is_standing = call.state in (CallState.PUBLISHED, CallState.EXHAUSTED)
    return is_standing and call.opens_at <= instant and (closing is None or instant < closing)


def is_eligible(call: Call, applicant: Applicant) -> bool:
    """Tell whether the call is for applicants of this type and from this place."""
    return suits(call, applicant.organisation_type.value, applicant.municipality_code)
