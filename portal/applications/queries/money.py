"""What is left of the call's money, for who is asking for some of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portal.applications.models import Application
from portal.calls.queries import money_left
from portal.sources.engine import Room


@dataclass(frozen=True)
class MoneyForDraft:
    """How the call's money stands beside what the draft asks for."""

    room: Room
    asked: Decimal | None

    @property
    def is_short(self) -> bool:
        """Tell whether less is left than is asked for."""
        return self.asked is not None and self.room.left < self.asked


def money_for(application: Application) -> MoneyForDraft | None:
    """Return how the money stands; None where nothing limits the call."""
    room = money_left(application.call)
    return None if room is None else MoneyForDraft(room, application.requested_amount)
