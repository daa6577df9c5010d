"""Rules of outcomes without a database."""

from portal.outcomes.engine.lists import PublishedList, in_lists
from portal.outcomes.engine.points import answered, points_in
from portal.outcomes.engine.remarks import REMARK_LABELS, REMARK_TONES
from portal.outcomes.engine.samples import (
    BASIS_LABELS,
    CHECK_LABELS,
    CHECK_TONES,
    Basis,
    CheckResult,
    draw_codes,
)

__all__ = [
    "BASIS_LABELS",
    "CHECK_LABELS",
    "CHECK_TONES",
    "REMARK_LABELS",
    "REMARK_TONES",
    "Basis",
    "CheckResult",
    "PublishedList",
    "answered",
    "draw_codes",
    "in_lists",
    "points_in",
]
