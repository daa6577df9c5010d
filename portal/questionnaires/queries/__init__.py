"""Reading forms, answers and their history."""

from portal.questionnaires.queries.answers import (
    answers_of,
    form_of,
    open_sealed,
    opened_answers_of,
    typed_in_row,
    versions_of,
)
from portal.questionnaires.queries.changes import Change, changes_of

__all__ = [
    "Change",
    "answers_of",
    "changes_of",
    "form_of",
    "open_sealed",
    "opened_answers_of",
    "typed_in_row",
    "versions_of",
]
