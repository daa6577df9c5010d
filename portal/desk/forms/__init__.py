"""What the pages of the desk let people type."""

from portal.desk.forms.filters import (
    FilterApplicationsForm,
    FilterOwnForm,
    filter_form,
)

__all__ = [
    "FilterApplicationsForm",
    "FilterOwnForm",
    "filter_form",
]
