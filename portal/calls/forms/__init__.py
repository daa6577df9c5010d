"""What the pages of calls let people type."""

from portal.calls.forms.asking import (
    AnswerForm,
    AskForm,
    FindCallForm,
    SearchQuestionsForm,
    check_form,
    own_answers,
)
from portal.calls.forms.building import (
    ArrangeForm,
    FormFileForm,
    PreviewForm,
    read_kept,
    write_kept,
)
from portal.calls.forms.creating import CallFileForm, NewCallForm, ReplaceCallForm
from portal.calls.forms.criteria import PIECES
from portal.calls.forms.grids import CompareForm, grid_form
from portal.calls.forms.judging import PARTS
from portal.calls.forms.life import (
    AmendForm,
    CancelForm,
    ExtendForForm,
    ExtendForm,
    PublishForm,
    ReplaceForm,
)
from portal.calls.forms.managing import (
    FilterCallsForm,
)
from portal.calls.forms.pieces import AskedPiece, CheckPiece, SectionPiece
from portal.calls.forms.properties import TYPE_GROUPS, TYPE_LABELS
from portal.calls.forms.rows import LISTS, PART_TITLES, rows_form, title_of

__all__ = [
    "LISTS",
    "PARTS",
    "PART_TITLES",
    "PIECES",
    "TYPE_GROUPS",
    "TYPE_LABELS",
    "AmendForm",
    "AnswerForm",
    "ArrangeForm",
    "AskForm",
    "AskedPiece",
    "CallFileForm",
    "CancelForm",
    "CheckPiece",
    "CompareForm",
    "ExtendForForm",
    "ExtendForm",
    "FilterCallsForm",
    "FindCallForm",
    "FormFileForm",
    "NewCallForm",
    "PreviewForm",
    "PublishForm",
    "ReplaceCallForm",
    "ReplaceForm",
    "SearchQuestionsForm",
    "SectionPiece",
    "check_form",
    "grid_form",
    "own_answers",
    "read_kept",
    "rows_form",
    "title_of",
    "write_kept",
]
