"""What has happened to a call: what its public page says of it, and the office's timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from portal import audit, clock
from portal.accounts.models import User
from portal.calls.engine.acts import act_text
from portal.calls.engine.amending import change_text
from portal.calls.models import Call, CallExtension, CallVersion
from portal.calls.states import CallState
from portal.db import db
from portal.i18n import _, format_instant
from portal.registry.models import Mandate


@dataclass(frozen=True)
class Notice:
    """Something that changed after publication, as the public page says it; the latest first."""

    at: datetime
    title: str
    text: str
    reason: str
    act: str
    version: CallVersion | None = None
    tone: str = "warning"

    @property
    def changes(self) -> list[str]:
        """Return what an amendment changed, in sentences."""
        return [change_text(change) for change in self.version.changes] if self.version else []


def notices_of(call: Call, user: Any) -> list[Notice]:
    """Return what `user` must know of a call's life: extensions of one's own among it."""
    found = [_of_extension(each) for each in extensions_of(call, user)]
    found += [_of_version(each) for each in versions_of(call) if each.number > 1]
    if call.state is CallState.CANCELLED and call.cancelled_at is not None:
        found.append(_of_cancellation(call))
    return sorted(found, key=lambda notice: notice.at, reverse=True)


def extensions_of(call: Call, user: Any = None) -> list[CallExtension]:
    """Return the extensions for all and those of the applicants `user` acts for, in order."""
    own = select(Mandate.applicant_id).where(
        Mandate.user_id == getattr(user, "id", None), Mandate.is_in_force
    )
    seen = or_(CallExtension.applicant_id.is_(None), CallExtension.applicant_id.in_(own))
    statement = select(CallExtension).where(and_(CallExtension.call_id == call.id, seen))
    return list(db.session.scalars(statement.order_by(CallExtension.id)))


def versions_of(call: Call) -> list[CallVersion]:
    """Return the versions of a call, from the first."""
    statement = select(CallVersion).where(CallVersion.call_id == call.id)
    return list(db.session.scalars(statement.order_by(CallVersion.number)))


def _of_extension(extension: CallExtension) -> Notice:
    facts = {
        "until": format_instant(extension.closes_at),
        "before": format_instant(extension.closed_before),
    }
    if extension.applicant_id is None:
        title = _("The closing has been moved to %(until)s", until=facts["until"])
        text = _("Before, the call closed on %(before)s.", before=facts["before"])
    else:
        title = _("You can send your application until %(until)s", until=facts["until"])
        text = _("This longer term holds for you alone: only you and the office see it.")
    return Notice(extension.decided_at, title, text, extension.reason, act_text(extension.act))


def _of_version(version: CallVersion) -> Notice:
    title = _("The call has been amended: this is version %(number)s", number=version.number)
    text = _("Who was filling in an application has been told what to check.")
    act = act_text(version.act)
    return Notice(version.published_at, title, text, version.reason or "", act, version)


def _of_cancellation(call: Call) -> Notice:
    return Notice(
        call.cancelled_at or clock.now(),
        _("This call has been cancelled"),
        _("No more applications are taken, and those that were sent are not evaluated."),
        call.cancel_reason or "",
        act_text(call.cancel_act),
        tone="danger",
    )


@dataclass(frozen=True)
class LifeEvent:
    """One event in the office's timeline of a call."""

    at: datetime
    title: str
    text: str = ""
    who: str = ""

    @property
    def when(self) -> str:
        """Return the instant as it is read."""
        return format_instant(self.at)

    @property
    def iso(self) -> str:
        """Return the instant as machines read it."""
        return clock.to_rome(self.at).isoformat()

    @property
    def state(self) -> str:
        """Return whether it has happened."""
        return "past" if self.at <= clock.now() else "future"


# Deeds that the trail alone knows; the others have rows that say more.
DEEDS = ("call.publish", "call.exhaust", "call.reopen", "call.try")


def life_of(call: Call) -> list[LifeEvent]:
    """Return all that happened to a call and what its window brings, in order: four queries."""
    events = [*_deeds(call), *_extended(call), *_amended(call)]
    if call.cancelled_at is not None:
        told = " ".join(filter(None, [call.cancel_reason, act_text(call.cancel_act)]))
        events.append(LifeEvent(call.cancelled_at, _("Cancelled"), told))
    if call.state in (CallState.PUBLISHED, CallState.EXHAUSTED):
        events.append(LifeEvent(call.opens_at, _("Applications open")))
        if call.closes_at is not None:
            events.append(LifeEvent(call.closes_at, _("Applications close")))
    return sorted(events, key=lambda event: event.at)


def _deeds(call: Call) -> Iterable[LifeEvent]:
    titles = {
        "call.publish": _("The call was published"),
        "call.exhaust": _("Closed: the money is used up"),
        "call.reopen": _("Open again: there is money again"),
        "call.try": _("Tried out as an applicant"),
    }
    entry = audit.AuditEntry
    rows = db.session.execute(
        select(entry.at, entry.action, User.name)
        .outerjoin(User, User.id == entry.actor_id)
        .where(entry.record_kind == "call", entry.record_id == call.id, entry.action.in_(DEEDS))
    )
    # Who sent the application that used the money up is nobody's business here.
    named = {"call.publish", "call.try"}
    for at, action, name in rows:
        yield LifeEvent(at, titles[action], who=name or "" if action in named else "")


def _extended(call: Call) -> Iterable[LifeEvent]:
    statement = (
        select(CallExtension)
        .where(CallExtension.call_id == call.id)
        .options(joinedload(CallExtension.applicant), joinedload(CallExtension.decided_by))
    )
    for each in db.session.scalars(statement):
        until = format_instant(each.closes_at)
        title = _("Extended for all until %(until)s", until=until)
        if each.applicant is not None:
            name = each.applicant.name
            title = _("Extended for %(name)s alone until %(until)s", name=name, until=until)
        told = " ".join(filter(None, [each.reason, act_text(each.act)]))
        yield LifeEvent(each.decided_at, title, told, each.decided_by.name)


def _amended(call: Call) -> Iterable[LifeEvent]:
    statement = (
        select(CallVersion)
        .where(CallVersion.call_id == call.id, CallVersion.number > 1)
        .options(joinedload(CallVersion.published_by))
    )
    for each in db.session.scalars(statement):
        told = " ".join(filter(None, [each.reason, act_text(each.act)]))
        who = each.published_by.name if each.published_by else ""
        title = _("Amended: version %(number)s", number=each.number)
        yield LifeEvent(each.published_at, title, told, who)
