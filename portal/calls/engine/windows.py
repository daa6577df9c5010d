"""The windows in which what a rolling call receives is assessed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import clock, parse
from portal.calls.engine.rules import assessment_windows_of
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


def window_number_of(call: Any, instant: datetime) -> int | None:
    """Return the number of the window that what arrives at `instant` falls in, if any."""
    for window in windows_of(call):
        if window.until is None or instant < window.until:
            return window.number
    return None


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


def current_window(call: Any) -> AssessmentWindow | None:
    """Return the window that what arrives now falls in."""
    number = window_number_of(call, clock.now())
    return None if number is None else windows_of(call)[number - 1]
