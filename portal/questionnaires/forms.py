"""The page of one section: a field for each question, showing what was typed and what is wrong.

The fields judge nothing: what was typed is kept by `services.save_answers`, right or wrong, and
`show_errors` puts its refusals beside the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import EmailField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.form import BaseForm

from portal import i18n, parse
from portal.errors import Invalid
from portal.i18n import _
from portal.questionnaires.engine import Answers, Form, Question, QuestionType, Section
from portal.registry.engine import MUNICIPALITIES
from portal.web import PortalForm

# From so many options on, a list to open takes less room than all of them in sight.
MANY_OPTIONS = 7
LONGEST_NAME = 80

# How a control is drawn: what stands behind it, which keyboard it opens, how wide it is.
HINTS: dict[QuestionType, dict[str, str]] = {
    QuestionType.INTEGER: {"inputmode": "numeric", "width": "s"},
    QuestionType.AMOUNT: {"inputmode": "decimal", "width": "s", "suffix": "€"},
    QuestionType.PERCENT: {"inputmode": "decimal", "width": "xs", "suffix": "%"},
    QuestionType.DATE: {"inputmode": "numeric", "width": "s"},
    QuestionType.CODICE_FISCALE: {"width": "m"},
    QuestionType.PARTITA_IVA: {"inputmode": "numeric", "width": "m"},
    QuestionType.IBAN: {"width": "l"},
    QuestionType.EMAIL: {"inputmode": "email", "width": "l"},
    QuestionType.PHONE: {"inputmode": "tel", "width": "m"},
    QuestionType.MUNICIPALITY: {"width": "l"},
}
HINT_NAMES = ("inputmode", "width", "suffix")


class SectionForm(PortalForm):
    """The questions of a section by their keys; made by `section_form`."""

    def typed(self) -> dict[str, list[str]]:
        """What the page sent, word for word, for `save_answers`."""
        return {
            name: [str(text) for text in field.raw_data or ()]
            for name, field in self._fields.items()
            if is_typed(field)
        }

    def uploads(self) -> dict[str, list[Any]]:
        """The files the page sent, by question; without those left unchosen."""
        files = {
            name: field.raw_data or []
            for name, field in self._fields.items()
            if isinstance(field, FileField | MultipleFileField)
        }
        chosen = {
            name: [file for file in sent if getattr(file, "filename", "")]
            for name, sent in files.items()
        }
        return {name: sent for name, sent in chosen.items() if sent}

    def show_errors(self, errors: Mapping[str, Invalid]) -> None:
        """Put what is wrong beside its questions, in the place of what stood there."""
        for name, field in self._fields.items():
            if hasattr(field, "question"):
                field.errors = [i18n.message(errors[name])] if name in errors else []

    def show_refused(self, refused: Mapping[str, Sequence[tuple[str, Invalid]]]) -> None:
        """Put the files that were refused beside their questions, each with its reason."""
        for key, files in refused.items():
            self._fields[key].errors = [told(name, refusal) for name, refusal in files]


def told(name: str, refusal: Invalid) -> str:
    """Return what is wrong with a file, by its name where that can be read safely."""
    try:
        shown = parse.line(name, LONGEST_NAME)
    except Invalid:
        return i18n.message(refusal)
    return f"{shown}: {i18n.message(refusal)}"


def is_typed(field: Field) -> bool:
    """Tell whether a field answers a question by typing, choosing or ticking."""
    return hasattr(field, "question") and not isinstance(field, FileField | MultipleFileField)


def section_form(form: Form, section: Section, answers: Answers, sent: Any = None) -> SectionForm:
    """The page of a section: as kept, its errors shown, or as just `sent` (texts and files)."""
    page = SectionForm(formdata=None)
    for question in section.questions:
        BaseForm.__setitem__(page, question.key, make_field(question))
    kept = {question.key: kept_value(question, answers) for question in section.questions}
    page.process(sent, data=kept)
    for question in section.questions:
        describe(page[question.key], question)
    if sent is None:
        page.show_errors(answers.errors)
    return page


def kept_value(question: Question, answers: Answers) -> Any:
    """What the field of a question holds: what was typed, even when it is wrong."""
    typed = answers.typed(question.key)
    match question.type:
        case QuestionType.FILE:
            return None
        case QuestionType.CHOICES:
            return typed
        case QuestionType.DECLARATION:
            return bool(answers.value(question.key))
        case _:
            return typed[0] if typed else None


def describe(field: Field, question: Question) -> None:
    """Say what the macros draw beside the control."""
    field.question = question  # type: ignore[attr-defined]
    if question.required:
        field.flags.required = True
    for name in HINT_NAMES:
        setattr(field, name, HINTS.get(question.type, {}).get(name, ""))
    field.max_characters = (  # type: ignore[attr-defined]
        question.limit if question.type == QuestionType.LONG_TEXT else None
    )
    field.accept = ",".join(f".{kind}" for kind in accepted(question))  # type: ignore[attr-defined]


def accepted(question: Question) -> list[str]:
    """The endings of the file names a question takes."""
    return [ending for kind in question.accept for ending in ENDINGS.get(kind, (kind,))]


ENDINGS = {"jpg": ("jpg", "jpeg")}


def make_field(question: Question) -> Any:
    """The WTForms field, not yet bound, that asks a question."""
    return MAKERS.get(question.type, text_field)(question)


# How an answer is written, where the question itself gives no help.
EXAMPLES: dict[QuestionType, Any] = {
    QuestionType.AMOUNT: i18n.lazy("Euros and cents, for instance 1.234,56"),
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


MAKERS: dict[QuestionType, Callable[[Question], Any]] = {
    QuestionType.LONG_TEXT: lambda question: TextAreaField(**shared(question)),
    QuestionType.EMAIL: lambda question: EmailField(**shared(question)),
    QuestionType.PHONE: lambda question: TelField(**shared(question)),
    QuestionType.YES_NO: yes_no_field,
    QuestionType.CHOICE: choice_field,
    QuestionType.CHOICES: choices_field,
    QuestionType.MUNICIPALITY: municipality_field,
    QuestionType.FILE: file_field,
    QuestionType.DECLARATION: lambda question: BooleanField(**shared(question)),
}
