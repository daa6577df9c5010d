"""Forms as data and what the answers to them mean: pure, without database or request."""

from portal.questionnaires.engine.answers import (
    Answers,
    Given,
    Missing,
    clean,
    is_blank,
    read_answer,
    read_files,
    show_answer,
    show_lines,
)
from portal.questionnaires.engine.form import (
    Form,
    Option,
    Question,
    Section,
    cached_form,
    dump_form,
    municipality_keys,
    option_labels,
    read_form,
)
from portal.questionnaires.schemas import Copy, QuestionType

__all__ = [
    "Answers",
    "Copy",
    "Form",
    "Given",
    "Missing",
    "Option",
    "Question",
    "QuestionType",
    "Section",
    "cached_form",
    "clean",
    "dump_form",
    "is_blank",
    "municipality_keys",
    "option_labels",
    "read_answer",
    "read_files",
    "read_form",
    "show_answer",
    "show_lines",
]
