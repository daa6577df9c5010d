"""Until when a call takes applications: for all, and for one applicant who got longer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.calls.models import Call, CallExtension
from portal.calls.states import CallState
from portal.db import db
from portal.registry.models import Applicant


def closing_for(call: Call, applicant: Applicant | None = None) -> datetime | None:
    """Return when the call closes for `applicant`, for all without one; None: it stays open."""
    if call.closes_at is None or applicant is None:
        return call.closes_at
    own = db.session.scalar(
        select(func.max(CallExtension.closes_at)).where(
            CallExtension.call_id == call.id, CallExtension.applicant_id == applicant.id
        )
    )
    return call.closes_at if own is None else max(call.closes_at, own)


def closings_for(applications: Iterable[Any]) -> dict[int, datetime | None]:
    """Return the same for many applications by their ids, in one query."""
    wanted = list(applications)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(CallExtension.call_id, CallExtension.applicant_id, func.max(CallExtension.closes_at))
        .where(CallExtension.applicant_id.in_({each.applicant_id for each in wanted}))
        .group_by(CallExtension.call_id, CallExtension.applicant_id)
    )
    longer = {(call_id, applicant_id): until for call_id, applicant_id, until in rows}
    closings = {}
    for each in wanted:
        closes_at, own = each.call.closes_at, longer.get((each.call_id, each.applicant_id))
        closings[each.id] = closes_at if own is None or closes_at is None else max(closes_at, own)
    return closings


def last_closing(call: Call) -> datetime | None:
    """Return when the call closes for whoever may send last."""
    if call.closes_at is None:
        return None
    latest = db.session.scalar(
        select(func.max(CallExtension.closes_at)).where(CallExtension.call_id == call.id)
    )
    return call.closes_at if latest is None else max(call.closes_at, latest)


def is_open(call: Call, applicant: Applicant | None = None) -> bool:
    """Tell whether applications are taken now, from `applicant` if one is named."""
    return takes(call, closing_for(call, applicant))


def is_over(call: Call, closing: datetime | None) -> bool:
    """Tell whether a call that closes at `closing` will take no more applications."""
    if call.state in (CallState.EXHAUSTED, CallState.CANCELLED):
        return True
    return closing is not None and closing <= clock.now()


def takes(call: Call, closing: datetime | None, instant: datetime | None = None) -> bool:
    """Tell whether a call that closes at `closing` takes applications at `instant` (now)."""
    at = instant or clock.now()
    in_window = call.opens_at <= at and (closing is None or at < closing)
    return call.state is CallState.PUBLISHED and in_window
