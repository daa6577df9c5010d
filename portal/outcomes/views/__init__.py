"""Pages of outcomes."""

from portal.outcomes.views import (
    letters,
    opened,
    own,
    public,
    rankings,
    rejections,
    remarks,
    samples,
)
from portal.outcomes.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "letters",
    "opened",
    "own",
    "public",
    "rankings",
    "rejections",
    "remarks",
    "samples",
]
