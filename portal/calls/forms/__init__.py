"""What the pages of calls let people type."""

from portal.calls.forms.asking import (
    AnswerForm,
    AskForm,
    FindCallForm,
    SearchQuestionsForm,
    check_form,
    own_answers,
)
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

__all__ = [
    "AnswerForm",
    "AskForm",
    "FindCallForm",
    "SearchQuestionsForm",
    "check_form",
    "own_answers",
    "AmendForm",
    "CancelForm",
    "ExtendForForm",
    "ExtendForm",
    "FilterCallsForm",
    "PublishForm",
    "ReplaceForm",
]
