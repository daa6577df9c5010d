"""Keeping forms and answers. Who may do so is judged by the record's own services."""

from portal.questionnaires.services.answers import (
    Saved,
    open_answers,
    require_version,
    save_answer,
    save_answers,
    set_answer,
)
from portal.questionnaires.services.definitions import (
    edit_form_definition,
    freeze_form_definition,
    save_form_definition,
)
from portal.questionnaires.services.rebasing import Rebase, compare_forms, rebase_answers

__all__ = [
    "Rebase",
    "Saved",
    "compare_forms",
    "edit_form_definition",
    "freeze_form_definition",
    "open_answers",
    "rebase_answers",
    "require_version",
    "save_answer",
    "save_answers",
    "save_form_definition",
    "set_answer",
]
