"""Rules of outcomes without a database."""

from portal.outcomes.engine.changes import Difference, Standing, compare
from portal.outcomes.engine.lists import PublishedList, in_lists
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
    "Basis",
    "CHECK_LABELS",
    "CHECK_TONES",
    "CheckResult",
    "Difference",
    "PublishedList",
    "REMARK_LABELS",
    "REMARK_TONES",
    "Standing",
    "compare",
    "draw_codes",
    "in_lists",
]
