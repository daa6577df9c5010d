"""Pages of outcomes."""

from portal.outcomes.views import rankings, samples
from portal.outcomes.views.blueprint import blueprint

__all__ = ["blueprint", "rankings", "samples"]
