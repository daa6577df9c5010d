"""Pages of calls: reading them, and managing them."""

from portal.calls.views import amending, asking, editing, files, life, managing, publishing, reading
from portal.calls.views.blueprint import blueprint

__all__ = [
    "amending",
    "asking",
    "blueprint",
    "editing",
    "files",
    "life",
    "managing",
    "publishing",
    "reading",
]
