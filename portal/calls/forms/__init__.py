"""What the pages of calls let people type."""

from portal.calls.forms.managing import (
    FilterCallsForm,
)

__all__ = [
    "FilterCallsForm",
]
