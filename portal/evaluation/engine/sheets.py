"""Points, rounds and sheets in words; how far a sheet is; in which order one reads."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from portal import i18n
from portal.grids.engine import Grid, format_points, mark_points
from portal.i18n import _, ngettext

LARGEST_ORDER = 2**31 - 1


@lru_cache(maxsize=32_768)
def points_in(language: str, hundredths: int) -> str:
    """Return points as `format_points` writes them in `language`, that of the page being made."""
    return format_points(hundredths)


def show_points(hundredths: int) -> str:
    """Return points in the language of the page."""
    return points_in(i18n.current_language(), hundredths)


def round_name(each: Any) -> str:
    """Return what a round is called among those of its call: its gate, and its window if any."""
    gate = _("First selection") if each.gate == 1 else _("Final selection")
    if not each.window:
        return gate
    return _("%(gate)s, window %(number)s", gate=gate, number=each.window)


class Work(StrEnum):
    """How far an evaluator is with a sheet; a draft with nothing in it is still to do."""

    TO_DO = "to_do"
    DRAFT = "draft"
    SENT = "sent"


WORK_LABELS: Mapping[Work, Any] = {
    Work.TO_DO: i18n.lazy("To do"),
    Work.DRAFT: i18n.lazy("Draft, not sent"),
    Work.SENT: i18n.lazy("Scores sent"),
}
WORK_TONES: Mapping[Work, str] = {
    Work.TO_DO: "neutral",
    Work.DRAFT: "warning",
    Work.SENT: "ok",
}


def due_words(days: int | None) -> str:
    """Return in how many days sheets are awaited, in words; nothing where no day is set."""
    if days is None:
        return ""
    if days < 0:
        return ngettext("one day late", "%(num)s days late", -days)
    if days == 0:
        return _("today is the last day")
    return ngettext("one day left", "%(num)s days left", days)


def reading_order(evaluator_id: int, application_id: int) -> int:
    """Return where a dossier comes for an evaluator: as good as random, the same each time.

    Each evaluator reads in another order, so that no dossier is always the last one.
    """
    digest = hashlib.sha256(f"{evaluator_id}:{application_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & LARGEST_ORDER


@dataclass(frozen=True)
class Running:
    """What the marks given so far come to."""

    points_hundredths: int
    maximum_hundredths: int
    given: int
    criteria: int


def running_total(
    grid: Grid, marks: Mapping[str, int | None], abstained: Collection[str] = ()
) -> Running:
    """Return the points of the marks given so far, bonuses apart.

    A blank adds nothing and is not counted; what is not assessable adds nothing, and is.
    """
    given = [(each, marks.get(each.key)) for each in grid.judged]
    return Running(
        points_hundredths=sum(
            mark_points(each, found)
            for each, found in given
            if found is not None and not each.is_bonus
        ),
        maximum_hundredths=sum(x.maximum_hundredths for x in grid.judged if not x.is_bonus),
        given=sum(1 for x, found in given if found is not None or x.key in abstained),
        criteria=len(given),
    )
