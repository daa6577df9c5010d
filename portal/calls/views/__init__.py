"""Pages of calls: reading them, and managing them."""

from portal.calls.views import managing, reading
from portal.calls.views.blueprint import blueprint

__all__ = ["blueprint", "managing", "reading"]
