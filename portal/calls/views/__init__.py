"""Pages of calls: reading them, and managing them."""

from portal.calls.views import amending, life, managing, reading
from portal.calls.views.blueprint import blueprint

__all__ = ["amending", "blueprint", "life", "managing", "reading"]
