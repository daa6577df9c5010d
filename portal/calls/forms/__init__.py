"""What the pages of calls let people type."""

from portal.calls.forms.asking import (
    AnswerForm,
    AskForm,
    FindCallForm,
    SearchQuestionsForm,
    check_form,
    own_answers,
)
from portal.calls.forms.creating import CallFileForm, NewCallForm, ReplaceCallForm
from portal.calls.forms.editing import PARTS
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
from portal.calls.forms.rows import LISTS, PART_TITLES, rows_form, title_of

__all__ = [
    "AmendForm",
    "AnswerForm",
    "AskForm",
    "CallFileForm",
    "CancelForm",
    "ExtendForForm",
    "ExtendForm",
    "FilterCallsForm",
    "FindCallForm",
    "LISTS",
    "NewCallForm",
    "PARTS",
    "PART_TITLES",
    "PublishForm",
    "ReplaceCallForm",
    "ReplaceForm",
    "SearchQuestionsForm",
    "check_form",
    "own_answers",
    "rows_form",
    "title_of",
]
