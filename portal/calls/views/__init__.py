"""Pages of calls: reading them, and managing them."""

from portal.calls.views import (
    amending,
    asking,
    building,
    criteria,
    editing,
    files,
    life,
    managing,
    pieces,
    previewing,
    publishing,
    reading,
)
from portal.calls.views.blueprint import blueprint

__all__ = [
    "amending",
    "asking",
    "blueprint",
    "building",
    "criteria",
    "editing",
    "files",
    "life",
    "managing",
    "pieces",
    "previewing",
    "publishing",
    "reading",
]
