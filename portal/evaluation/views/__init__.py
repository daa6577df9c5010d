"""Pages of the evaluation: assignments, sheets, results, rankings."""

from portal.evaluation.views import assignments, rankings, results, sheets
from portal.evaluation.views.blueprint import blueprint

__all__ = ["assignments", "blueprint", "rankings", "results", "sheets"]
