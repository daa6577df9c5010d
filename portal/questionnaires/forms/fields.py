"""The control that asks a question, by its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import EmailField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from portal import i18n
from portal.i18n import _
from portal.questionnaires.engine import Question, QuestionType
from portal.questionnaires.forms.tables import TableField
from portal.registry.engine import MUNICIPALITIES

# From so many options on, a list to open takes less room than all of them in sight.
MANY_OPTIONS = 7


def make_field(question: Question) -> Any:
    """The WTForms field, not yet bound, that asks a question."""
    return MAKERS.get(question.type, text_field)(question)


# How an answer is written, where the question itself gives no help.
EXAMPLES: dict[QuestionType, Any] = {
    QuestionType.AMOUNT: i18n.lazy("Euros and cents, for instance 1.234,56"),
    QuestionType.ATECO: i18n.lazy("The code with its dots, for instance 62.10.00"),
    QuestionType.DATE: i18n.lazy("Day, month and year, for instance 01/09/2027"),
}


def shared(question: Question) -> dict[str, Any]:
    """What all fields are given; the id can't be that of something else on the page."""
    return {
        "label": i18n.pick(question.label),
        "description": i18n.pick(question.help) or EXAMPLES.get(question.type, ""),
        "id": f"question-{question.key}",
    }


def text_field(question: Question) -> Any:
    """One line of text."""
    return StringField(**shared(question))


def options_of(question: Question) -> list[SelectChoice]:
    """The options as keys and texts in the reader's language."""
    return [SelectChoice(key, i18n.pick(label)) for key, label in question.option_labels.items()]


def select_field(question: Question, options: Sequence[SelectChoice]) -> Any:
    """A list to open, that chooses nothing by itself."""
    choices = [SelectChoice("", _("Choose…")), *options]
    return SelectField(choices=choices, validate_choice=False, **shared(question))


def radio_field(question: Question, options: Sequence[SelectChoice]) -> Any:
    """All options in sight, one to choose."""
    return RadioField(choices=list(options), validate_choice=False, **shared(question))


def choice_field(question: Question) -> Any:
    """Radios while the options are few, a list when they are many."""
    options = options_of(question)
    make = select_field if len(options) >= MANY_OPTIONS else radio_field
    return make(question, options)


def yes_no_field(question: Question) -> Any:
    """Yes and no, neither chosen beforehand."""
    return radio_field(question, [SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))])


def choices_field(question: Question) -> Any:
    """A box to tick for each option."""
    return SelectMultipleField(
        choices=options_of(question), validate_choice=False, **shared(question)
    )


def municipality_field(question: Question) -> Any:
    """The 55 municipalities by name."""
    places = [SelectChoice(code, place.name) for code, place in MUNICIPALITIES.items()]
    return select_field(question, places)


def file_field(question: Question) -> Any:
    """One file or several at once."""
    many = question.most_files is not None and question.most_files > 1
    return (MultipleFileField if many else FileField)(**shared(question))


class ComputedField(Field):
    """What follows from other answers: shown, never typed."""


MAKERS: dict[QuestionType, Callable[[Question], Any]] = {
    QuestionType.LONG_TEXT: lambda question: TextAreaField(**shared(question)),
    QuestionType.EMAIL: lambda question: EmailField(**shared(question)),
    QuestionType.PHONE: lambda question: TelField(**shared(question)),
    QuestionType.YES_NO: yes_no_field,
    QuestionType.CHOICE: choice_field,
    QuestionType.SECTOR: choice_field,
    QuestionType.CHOICES: choices_field,
    QuestionType.MUNICIPALITY: municipality_field,
    QuestionType.FILE: file_field,
    QuestionType.DECLARATION: lambda question: BooleanField(**shared(question)),
    QuestionType.TABLE: lambda question: TableField(question, **shared(question)),
    QuestionType.COMPUTED: lambda question: ComputedField(**shared(question)),
}
