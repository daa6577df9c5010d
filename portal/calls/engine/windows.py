"""The windows in which what a rolling call receives is assessed together, and the term after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, overload

from portal import clock, parse
from portal.calls.engine.rules import assessment_windows_of, is_rolling, term_of
from portal.i18n import _, format_instant


@dataclass(frozen=True)
class AssessmentWindow:
    """One window: what is received up to, not at, `until`; the last one gathers all the rest."""

    number: int
    until: datetime | None

    @property
    def label(self) -> str:
        """Return what the window is called."""
        if self.until is None:
            return _("Window %(number)s, without an end yet", number=self.number)
        until = format_instant(self.until)
        return _("Window %(number)s, until %(until)s", number=self.number, until=until)


def windows_of(call: Any) -> list[AssessmentWindow]:
    """Return the windows of a call, with the one that gathers the rest; none without any."""
    ends: list[datetime | None] = [*assessment_windows_of(call)]
    if not ends:
        return []
    return [AssessmentWindow(number, end) for number, end in enumerate([*ends, None], start=1)]


def window_at(call: Any, instant: datetime) -> AssessmentWindow | None:
    """Return the window that what arrives at `instant` falls in, if the call has any."""
    standing = (each for each in windows_of(call) if each.until is None or instant < each.until)
    return next(standing, None)


def keeps_past(
    before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]], instant: datetime
) -> bool:
    """Tell whether new windows leave those that have ended as they were, in number and end.

    An application keeps the number of its window: the numbers that stand mean what they meant.
    """
    ended = [window for window in before if parse.deadline(window["until"]) <= instant]
    if list(after[: len(ended)]) != ended:
        return False
    return all(parse.deadline(each["until"]) > instant for each in after[len(ended) :])


@overload
def decision_due_on(call: Any, received_at: datetime) -> date: ...
@overload
def decision_due_on(call: Any, received_at: None = None) -> date | None: ...
def decision_due_on(call: Any, received_at: datetime | None = None) -> date | None:
    """The last day for the decision, counted from the closing.

    In a rolling call the days count from the end of the window of assessment, or else from the
    receipt: without one it is known only where the call ends.
    """
    start: datetime | None = call.closes_at
    if is_rolling(call) and received_at is not None:
        window = window_at(call, received_at)
        start = received_at if window is None else window.until or received_at
    return None if start is None else clock.rome_date(start) + timedelta(days=term_of(call))
