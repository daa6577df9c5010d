"""What happened to an application: the trail in plain words, and the formal check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.queries import Saving
from portal.applications.engine import fingerprint
from portal.applications.models import Application, CheckItem, CheckOutcome
from portal.audit import AuditEntry
from portal.calls.engine import checklist_of
from portal.db import db
from portal.i18n import lazy

# What the applicant reads of each deed; deeds that are not here stay in the office.
TOLD = {
    "application.start": lazy("You started the application"),
    "application.assist": lazy("An operator began to fill it in for you"),
    "application.confirm": lazy("The legal representative confirmed it"),
    "application.send_back": lazy("The legal representative sent it back"),
    "application.submit": lazy("We received your application"),
    "application.withdraw": lazy("You withdrew the application"),
    "application.resume": lazy("You opened the application again to correct it"),
    "application.start_check": lazy("We took your application in charge"),
    "application.request_integration": lazy("We asked you to complete the application"),
    "application.extend_integration": lazy("We gave you more time to complete it"),
    "application.answer_integration": lazy("We received what completes the application"),
    "application.continue_check": lazy("We go on with the check"),
    "application.lapse": lazy("The term to complete it ended without an answer"),
    "application.admit": lazy("Your application was admitted to the evaluation"),
    "application.declare_inadmissible": lazy("Your application was declared not admissible"),
    "application.start_evaluation": lazy("The evaluation began"),
    "rejection.give": lazy("We wrote to you why we are going to refuse it"),
    "rejection.observe": lazy("We received your observations"),
    "application.select": lazy("Your project was selected"),
    "application.place_in_reserve": lazy("Your project was placed on the reserve list"),
    "application.refuse": lazy("Your project was not selected"),
}
# What the office reads.
WORDS = {
    "application.start": lazy("Application started"),
    "application.assist": lazy("Begun by an operator for somebody"),
    "application.invite": lazy("Person invited"),
    "application.join": lazy("Invitation accepted"),
    "application.end_invitation": lazy("Person taken away"),
    "application.ask_confirmation": lazy("Confirmation asked for"),
    "application.confirm": lazy("Confirmed by the legal representative"),
    "application.send_back": lazy("Sent back by the legal representative"),
    "application.draw_paper": lazy("Paper to sign drawn"),
    "application.sign": lazy("Signed paper added"),
    "application.unsign": lazy("Signed paper taken away"),
    "application.record_stamp": lazy("Stamp duty given"),
    "application.attach": lazy("File added"),
    "application.detach": lazy("File taken away"),
    "application.submit": lazy("Application sent"),
    "application.withdraw": lazy("Application withdrawn"),
    "application.resume": lazy("Opened again by the applicant"),
    "application.start_check": lazy("Formal check started"),
    "application.request_integration": lazy("Asked to be completed"),
    "application.extend_integration": lazy("More time to complete it"),
    "application.answer_integration": lazy("Completed by the applicant"),
    "application.continue_check": lazy("Formal check goes on"),
    "application.lapse": lazy("Not completed within the term: not admissible"),
    "message.send": lazy("Message sent"),
    "message.settle": lazy("Answer no longer expected"),
    "application.tag": lazy("Tag added"),
    "application.untag": lazy("Tag taken off"),
    "application.record_check": lazy("Formal check saved"),
    "application.admit": lazy("Admitted to the evaluation"),
    "application.declare_inadmissible": lazy("Declared not admissible"),
    "application.start_evaluation": lazy("Sent to the evaluation"),
    "rejection.give": lazy("Notice of rejection sent"),
    "rejection.observe": lazy("Observations received"),
    "application.select": lazy("Selected"),
    "application.place_in_reserve": lazy("Placed on the reserve list"),
    "application.refuse": lazy("Not selected"),
}


@dataclass(frozen=True)
class Event:
    """Something that happened, in words; `who` is blank where the reader is not told."""

    at: datetime
    title: str
    who: str = ""


def events_for_applicant(application: Application) -> list[Event]:
    """Return what the applicant is told, oldest first."""
    return [
        Event(at, str(TOLD[action])) for at, action, _name in _entries(application, tuple(TOLD))
    ]


def events_for_office(application: Application) -> list[Event]:
    """Return all that happened with who did it, oldest first."""
    return [
        Event(at, str(WORDS[action]), name or "")
        for at, action, name in _entries(application, tuple(WORDS))
    ]


def _entries(application: Application, actions: tuple[str, ...]) -> list[Any]:
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.action, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.record_kind == Application.__tablename__,
            AuditEntry.record_id == application.id,
            AuditEntry.action.in_(actions),
        )
        .order_by(AuditEntry.number)
    )
    return [tuple(row) for row in rows]


def taken_in_charge_at(application: Application) -> datetime | None:
    """Return when the office took the application in charge, the last time it did."""
    return db.session.scalar(
        select(AuditEntry.at)
        .where(
            AuditEntry.record_kind == Application.__tablename__,
            AuditEntry.record_id == application.id,
            AuditEntry.action == "application.start_check",
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class CheckLine:
    """One item of the call's checklist, judged or not yet."""

    key: str
    text: str
    item: CheckItem | None

    @property
    def outcome(self) -> CheckOutcome | None:
        """Return how it was judged; None means not yet."""
        return None if self.item is None else self.item.outcome

    @property
    def reason(self) -> str:
        """Return the reason that was given, blank without one."""
        return "" if self.item is None else self.item.reason


def mark_of_check(lines: Sequence[CheckLine]) -> str:
    """Return a mark of how the check stands: two pages that saw the same carry the same."""
    return fingerprint({line.key: [line.outcome or "", line.reason] for line in lines})


def check_saving(lines: Sequence[CheckLine]) -> Saving | None:
    """Return when an item was last judged, and by whom."""
    items = [line.item for line in lines if line.item is not None]
    if not items:
        return None
    last = max(items, key=lambda item: item.checked_at)
    who = db.session.scalar(select(User.name).where(User.id == last.checked_by_id))
    return Saving(last.checked_at, who or "")


def check_of(application: Application) -> list[CheckLine]:
    """Return the call's checklist with what was judged, in the checklist's order."""
    items = {
        item.item_key: item
        for item in db.session.scalars(
            select(CheckItem).where(CheckItem.application_id == application.id)
        )
    }
    return [CheckLine(key, text, items.get(key)) for key, text in checklist_of(application.call)]
