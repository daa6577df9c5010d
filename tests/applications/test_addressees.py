"""To whom the office's mails go, when who sent an application acts for it no more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.applications import services
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.db import transaction
from portal.outbox import Mail
from portal.permissions import Right, Role
from portal.registry.models import Mandate, MandateKind
from tests import make
from tests.applications import stories
from tests.applications.test_collaborators import joined

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]
FAULT = {"question.amount": ("incorrect", "Il totale non torna.")}


def recipients(template: str) -> list[str]:
    """The addresses that a kind of mail went to."""
    found = select(Mail.recipient).where(Mail.template == template).order_by(Mail.id)
    return list(portal_db.session.scalars(found))


def sent_by_signer() -> tuple[Application, Any, Any]:
    """An application sent by somebody invited to sign; its owner, and who sent it."""
    application = stories.filled()
    owner = stories.owner_of(application)
    signer = joined(application, Right.SIGN)
    services.submit_application(application, signer, stories.KEY, clock.now())
    return application, owner, signer


def ask(application: Application) -> None:
    """Take the application in charge and ask for something."""
    staff = make.user(Role.STAFF)
    services.start_check(application, staff)
    services.request_integration(application, staff, FAULT, "")


def test_who_sent_it_is_written_to_while_still_invited() -> None:
    application, _owner, signer = sent_by_signer()
    ask(application)
    assert recipients("integration_requested") == [signer.email]


def test_who_was_sent_away_reads_no_more_mails() -> None:
    application, owner, _signer = sent_by_signer()
    (collaborator,) = application.collaborators
    services.end_collaborator(application, collaborator, owner)
    ask(application)
    services.withdraw_application(application, owner, "", clock.now())
    assert recipients("integration_requested") == [owner.email]
    assert recipients("application_withdrawn") == [owner.email]


def test_new_representative_is_written_to_in_place_of_the_old() -> None:
    application, staff, heir = stories.under_check(), make.user(Role.STAFF), make.user()
    now = clock.now()
    with transaction():
        (mandate,) = application.applicant.mandates
        mandate.ended_at = now
        kind = MandateKind.LEGAL_REPRESENTATIVE
        standing = Mandate(user_id=heir.id, kind=kind, started_at=now, ended_at=None)
        application.applicant.mandates.append(standing)
    services.declare_inadmissible(application, staff, "Manca lo statuto.")
    assert recipients("application_inadmissible") == [heir.email]


def test_with_nobody_left_the_mail_goes_where_it_always_went() -> None:
    application = stories.under_check()
    owner = stories.owner_of(application)
    with transaction():
        application.applicant.mandates[0].ended_at = clock.now()
    services.declare_inadmissible(application, make.user(Role.STAFF), "Manca lo statuto.")
    assert recipients("application_inadmissible") == [owner.email]
