"""What the pages of applications let people type."""

from portal.applications.forms.copying import CopyForm, copy_form
from portal.applications.forms.filling import (
    LONGEST_REASON,
    OUTCOMES,
    StartForm,
    SubmitForm,
    check_differences,
    check_form,
    checked_items,
    judged,
    start_form,
)

__all__ = [
    "LONGEST_REASON",
    "OUTCOMES",
    "CopyForm",
    "StartForm",
    "SubmitForm",
    "check_differences",
    "check_form",
    "checked_items",
    "copy_form",
    "judged",
    "start_form",
]
