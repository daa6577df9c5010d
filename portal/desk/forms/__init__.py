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
from portal.desk.forms.imports import SheetForm
from portal.desk.forms.mailings import (
    LATER,
    NOW,
    LeaveForm,
    LetterForm,
    TemplateForm,
    TextsForm,
    choose_readers_form,
)

__all__ = [
    "LATER",
    "NOW",
    "AllFiltersForm",
    "AssignManyForm",
    "EditViewForm",
    "FilterApplicantsForm",
    "FilterApplicationsForm",
    "FilterOwnForm",
    "LeaveForm",
    "LetterForm",
    "Offered",
    "SaveViewForm",
    "SheetForm",
    "TagForm",
    "TemplateForm",
    "TextsForm",
    "all_filters_form",
    "assign_many_form",
    "choose_readers_form",
    "filter_form",
]
