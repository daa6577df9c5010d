"""Pages of the evaluation: assignments, sheets, results, rankings."""

from portal.evaluation.views import (
    asking,
    assignments,
    automatic,
    comparing,
    explaining,
    interests,
    office_rankings,
    own,
    planning,
    progress,
    rankings,
    results,
    robustness,
    scoring,
    sheets,
    substitution,
    trying,
)
from portal.evaluation.views.blueprint import blueprint

__all__ = [
    "explaining",
    "office_rankings",
    "robustness",
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
