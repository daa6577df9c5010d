"""What a call says to those who apply: its window, whom it is for, its term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.applications.models import Application
from portal.calls.engine import eligible_types
from portal.calls.models import Call
from portal.calls.states import CallState, Phase
from portal.db import db
from portal.errors import Invalid
from portal.registry.models import Applicant, OrganisationType
from portal.registry.queries import applicants_of


@dataclass(frozen=True)
class Start:
    """Where somebody stands before a call: profiles it is for or not, applications started."""

    applicants: tuple[Applicant, ...]
    unsuited: tuple[Applicant, ...]
    started: tuple[Application, ...]
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
        wants_bodies=bool(types - {OrganisationType.NATURAL_PERSON}),
        wants_persons=OrganisationType.NATURAL_PERSON in types,
    )


def find_application(call: Call, applicant: Applicant) -> Application | None:
    """Return the one application of this applicant to this call."""
    return db.session.scalar(
        select(Application).where(
            Application.call_id == call.id, Application.applicant_id == applicant.id
        )
    )


def require_open_window(call: Call, instant: datetime) -> None:
    """Raise `call_closed` or `call_not_open` unless the call takes applications at `instant`."""
    phase = call.phase(instant)
    if phase is Phase.COMING or call.state is CallState.DRAFT:
        raise Invalid("call_not_open", opens_at=call.opens_at)
    if phase is Phase.CLOSED or call.state is not CallState.PUBLISHED:
        raise Invalid("call_closed", closes_at=call.closes_at)


def is_eligible(call: Call, applicant: Applicant) -> bool:
    """Tell whether the call is for applicants of this type; without a list it is for all."""
    types = eligible_types(call)
    return not types or applicant.organisation_type.value in types
