"""The moments of a call that stand in a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.calls.engine.rules import assessment_windows_of, questions_close_at
from portal.i18n import _


@dataclass(frozen=True)
class Moment:
    """One moment; its key stays the same when its instant changes."""

    key: str
    at: datetime
    label: str


def moments_of(call: Any) -> list[Moment]:
    """The moments of a call in order: opening, end of questions, windows, closing."""
    found = [Moment("opens", call.opens_at, _("Applications open"))]
    until = questions_close_at(call)
    if until is not None and until > call.opens_at:
        found.append(Moment("questions-close", until, _("Last moment for questions")))
    for number, end in enumerate(assessment_windows_of(call), start=1):
        label = _("Window %(number)s ends", number=number)
        found.append(Moment(f"window-{number}", end, label))
    if call.closes_at is not None:
        found.append(Moment("closes", call.closes_at, _("Applications close")))
    return sorted(found, key=lambda moment: moment.at)
