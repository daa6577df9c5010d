"""Pages of the evaluation: assignments, sheets, results, rankings."""

from portal.evaluation.views import (
    asking,
    assignments,
    automatic,
    comparing,
    interests,
    own,
    planning,
    progress,
    rankings,
    results,
    scoring,
    sheets,
    substitution,
    trying,
)
from portal.evaluation.views.blueprint import blueprint

__all__ = [
    "substitution",
    "progress",
    "planning",
    "own",
    "asking",
    "assignments",
    "automatic",
    "blueprint",
    "comparing",
    "interests",
    "rankings",
    "results",
    "scoring",
    "sheets",
    "trying",
]
