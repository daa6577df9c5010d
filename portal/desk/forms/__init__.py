"""What the pages of the desk let people type."""

from portal.desk.forms.deeds import (
    AssignManyForm,
    EditViewForm,
    SaveViewForm,
    TagForm,
    assign_many_form,
)
from portal.desk.forms.filters import (
    AllFiltersForm,
    FilterApplicantsForm,
    FilterApplicationsForm,
    FilterOwnForm,
    Offered,
    all_filters_form,
    filter_form,
)

__all__ = [
    "AllFiltersForm",
    "AssignManyForm",
    "EditViewForm",
    "FilterApplicantsForm",
    "FilterApplicationsForm",
    "FilterOwnForm",
    "Offered",
    "SaveViewForm",
    "TagForm",
    "all_filters_form",
    "assign_many_form",
    "filter_form",
]
