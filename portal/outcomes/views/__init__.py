"""Pages of outcomes."""

from portal.outcomes.views import letters, own, rankings, remarks, samples
from portal.outcomes.views.blueprint import blueprint

__all__ = ["blueprint", "letters", "own", "rankings", "remarks", "samples"]
