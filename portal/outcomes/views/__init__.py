"""Pages of outcomes."""

from portal.outcomes.views import samples
from portal.outcomes.views.blueprint import blueprint

__all__ = ["blueprint", "samples"]
