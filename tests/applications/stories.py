"""Applications as far as a test needs them, brought there by the services themselves."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import pikepdf
from sqlalchemy import select

from portal import clock
from portal.accounts.services import join_by_invitation
from portal.applications import queries, services
from portal.applications.models import Application
from portal.db import db
from portal.jobs import Job
from portal.permissions import Role
from tests import make
from tests.make_definitions import COMPLETE

KEY = "6f1d2c3b4a5968778695a4b3c2d1e0f0"
TWO_CODES = ("97103880585", "00743110157")
CHECKLIST = [
    {"key": "in_time", "text": {"it": "È arrivata in tempo", "en": "It arrived in time"}},
    {"key": "seat", "text": {"it": "La sede è a Bologna", "en": "The seat is in Bologna"}},
]
RULES: dict[str, Any] = {
    "applicants": ["aps", "odv", "natural_person"],
    "procedure_term_days": 90,
    "office": {
        "name": {"it": "Ufficio bandi", "en": "Calls office"},
        "owner": {"it": "Giulia Fontanelli", "en": "Giulia Fontanelli"},
        "email": "ufficio@esempio.example.org",
        "phone": "051 000 0001",
    },
    "privacy": {
        "version": "2026-1",
        "sections": [
            {
                "title": {"it": "Chi tratta i dati", "en": "Who processes the data"},
                "text": {"it": "L'ufficio.", "en": "The office."},
            }
        ],
    },
    "checklist": CHECKLIST,
}


def open_call(**facts: Any) -> Any:
    """A call that takes applications now, with office, notice and checklist."""
    return make.call(**{"rules": RULES, **facts})


def draft(call: Any = None, applicant: Any = None, owner: Any = None) -> Application:
    """A draft just started."""
    owner = owner or make.user()
    applicant = applicant or make.body(owner)
    return services.start_application(call or open_call(), applicant, owner, "2026-1")


def fill(application: Application, who: Any, **instead: dict[str, list[str]]) -> None:
    """Answer every question, some sections otherwise than usual."""
    for section, typed in {**COMPLETE, **instead}.items():
        version = application.answer_set.version
        services.save_section(application, section, typed, who, version)


def save_field(
    application: Application, key: str, typed: list[str], who: Any, seen: int
) -> queries.Draft:
    """Save one answer as a page that knew this version of it."""
    return services.save_field(application.practice_code, key, lambda _: typed, who, seen)


def filled(call: Any = None, applicant: Any = None, owner: Any = None) -> Application:
    """A draft with nothing missing."""
    owner = owner or make.user()
    application = draft(call, applicant, owner)
    fill(application, owner)
    return application


def two_filled(call: Any) -> list[Application]:
    """Drafts of two bodies with nothing missing."""
    owners = (make.user(), make.user())
    bodies = [make.body(who, tax_code=code) for who, code in zip(owners, TWO_CODES, strict=True)]
    return [filled(call, body, who) for body, who in zip(bodies, owners, strict=True)]


def joined_by(email: str, token: str, name: str) -> Any:
    """Who came in by an invitation with a new account."""
    accept = partial(services.accept_invitation, token)
    return join_by_invitation(email, name, make.PASSWORD, "it", accept)


def owner_of(application: Application) -> Any:
    """Who acts for the applicant."""
    return make.db.session.get_one(make.User, min(application.owner_ids))


def sent(call: Any = None, applicant: Any = None, owner: Any = None) -> Application:
    """An application that has been sent."""
    application = filled(call, applicant, owner)
    services.submit_application(application, owner_of(application), KEY, clock.now())
    return application


def under_check(call: Any = None, staff: Any = None) -> Application:
    """An application taken in charge."""
    application = sent(call)
    services.start_check(application, staff or make.user(Role.STAFF))
    return application


def lapse_terms() -> None:
    """Do what the portal does each day about terms that are over."""
    services.lapse_integrations()
    found = select(Job).where(Job.kind == "application.lapse_integration")
    for job in db.session.scalars(found).all():
        services.lapse_integration(**job.payload)


def pdf(pages: int = 1) -> io.BytesIO:
    """A small real PDF; no two number of pages give the same file."""
    document, stream = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    document.save(stream, deterministic_id=True)
    stream.seek(0)
    return stream
