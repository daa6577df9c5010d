"""What is typed on the pages of the evaluation."""

from portal.evaluation.forms.assignments import AssignForm, assign_form
from portal.evaluation.forms.automatic import OverrideForm, points_typed
from portal.evaluation.forms.interests import (
    SettleForm,
    answers_said,
    call_form,
    ties_said,
    year_form,
)
from portal.evaluation.forms.sheets import (
    SendForm,
    SheetForm,
    comment_name,
    differences,
    lines_of,
    mark_name,
    put_sheet_errors,
    sheet_form,
    weak_marks,
)

__all__ = [
    "AssignForm",
    "OverrideForm",
    "SendForm",
    "SettleForm",
    "SheetForm",
    "answers_said",
    "assign_form",
    "call_form",
    "comment_name",
    "differences",
    "lines_of",
    "mark_name",
    "points_typed",
    "put_sheet_errors",
    "sheet_form",
    "ties_said",
    "weak_marks",
    "year_form",
]
