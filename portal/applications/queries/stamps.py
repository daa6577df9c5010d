"""The stamp duty on an application: due or not, why not, paid or not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from portal.applications.models import Application, StampDuty
from portal.calls.engine import stamp_duty_of
from portal.db import db
from portal.registry.engine import stamp_exemption


@dataclass(frozen=True)
class Stamp:
    """What the call asks for (`amount`), why it isn't due (`exemption`), and what was given."""

    amount: Decimal | None
    exemption: str
    given: StampDuty | None

    @property
    def is_due(self) -> bool:
        """Tell whether this applicant has to pay it."""
        return self.amount is not None and not self.exemption

    @property
    def is_missing(self) -> bool:
        """Tell whether it is due and nothing says that it was paid."""
        return self.is_due and self.given is None


def stamp_of(application: Application, organisation_type: str = "") -> Stamp:
    """Return where the stamp duty stands, for the type of body as it is or as it is given."""
    amount = stamp_duty_of(application.call)
    if amount is None:
        return Stamp(None, "", None)
    kind = organisation_type or application.applicant.organisation_type.value
    if exemption := stamp_exemption(kind):
        return Stamp(amount, exemption, None)
    given = db.session.scalar(select(StampDuty).where(StampDuty.application_id == application.id))
    return Stamp(amount, "", given)
