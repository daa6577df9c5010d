"""Pages of the evaluation: assignments, sheets, results, rankings."""

from portal.evaluation.views import assignments, automatic, interests, rankings, results, sheets
from portal.evaluation.views.blueprint import blueprint

__all__ = ["assignments", "automatic", "blueprint", "interests", "rankings", "results", "sheets"]
