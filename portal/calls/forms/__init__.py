"""What the pages of calls let people type."""

from portal.calls.forms.life import AmendForm, CancelForm, ExtendForForm, ExtendForm, ReplaceForm
from portal.calls.forms.managing import (
    FilterCallsForm,
)

__all__ = [
    "AmendForm",
    "CancelForm",
    "ExtendForForm",
    "ExtendForm",
    "FilterCallsForm",
    "ReplaceForm",
]
