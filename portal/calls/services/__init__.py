"""Deeds on calls."""

from portal.calls.services.calls import (
    cancel_call,
    draft_to_fill,
    fill_call,
    import_call,
    publish_call,
)

__all__ = [
    "cancel_call",
    "draft_to_fill",
    "fill_call",
    "import_call",
    "publish_call",
]
