"""Rules of the evaluation without a database."""

from portal.evaluation.engine.rankings import (
    Place,
    Standing,
    explain_place,
    rank,
)
from portal.evaluation.engine.sheets import (
    WORK_LABELS,
    WORK_TONES,
    Running,
    Work,
    points_in,
    reading_order,
    round_name,
    running_total,
    show_points,
)

__all__ = [
    "Place",
    "Running",
    "Standing",
    "WORK_LABELS",
    "WORK_TONES",
    "Work",
    "explain_place",
    "points_in",
    "rank",
    "reading_order",
    "round_name",
    "running_total",
    "show_points",
]
