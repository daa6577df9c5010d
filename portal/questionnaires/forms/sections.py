"""The page of one section: a field for each question, showing what was typed and what is wrong.

The fields judge nothing: what was typed is kept by `services.save_answers`, right or wrong, and
`show_errors` puts its refusals beside the fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, MultipleFileField
from wtforms import Field
from wtforms.form import BaseForm

from portal import i18n, parse
from portal.errors import Invalid
from portal.questionnaires.engine import Answers, Question, QuestionType, Section, show_answer
from portal.questionnaires.forms.fields import ComputedField, make_field
from portal.questionnaires.forms.tables import TableField
from portal.web import PortalForm

LONGEST_NAME = 80

# How a control is drawn: what stands behind it, which keyboard it opens, how wide it is.
HINTS: dict[QuestionType, dict[str, str]] = {
    QuestionType.INTEGER: {"inputmode": "numeric", "width": "s"},
    QuestionType.NUMBER: {"inputmode": "decimal", "width": "s"},
    QuestionType.AMOUNT: {"inputmode": "decimal", "width": "s", "suffix": "€"},
    QuestionType.PERCENT: {"inputmode": "decimal", "width": "xs", "suffix": "%"},
    QuestionType.DATE: {"inputmode": "numeric", "width": "s"},
    QuestionType.ATECO: {"inputmode": "decimal", "width": "s"},
    QuestionType.CODICE_FISCALE: {"width": "m"},
    QuestionType.PARTITA_IVA: {"inputmode": "numeric", "width": "m"},
    QuestionType.IBAN: {"width": "l"},
    QuestionType.EMAIL: {"inputmode": "email", "width": "l"},
    QuestionType.PHONE: {"inputmode": "tel", "width": "m"},
    QuestionType.MUNICIPALITY: {"width": "l"},
}
HINT_NAMES = ("inputmode", "width", "suffix")


NEVER_TYPED = (FileField, MultipleFileField, ComputedField)


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
            if isinstance(field, TableField) and name in errors:
                field.show_refusal(errors[name])
            elif hasattr(field, "question"):
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
    return hasattr(field, "question") and not isinstance(field, NEVER_TYPED)


def section_form(section: Section, answers: Answers, sent: Any = None) -> SectionForm:
    """The page of a section: as kept, its errors shown, or as just `sent` (texts and files).

    Hidden questions are on it too, marked: without a script they come into sight at the next
    saving. `answers` are opened where special ones are asked.
    """
    page = SectionForm(formdata=None)
    for question in section.questions:
        BaseForm.__setitem__(page, question.key, make_field(question))
    kept = {question.key: kept_value(question, answers) for question in section.questions}
    page.process(sent, data=kept)
    for question in section.questions:
        describe(page[question.key], question)
        show_facts(page[question.key], question, answers)
    if sent is None:
        page.show_errors(answers.errors)
    return page


def kept_value(question: Question, answers: Answers) -> Any:
    """What the field of a question holds: what was typed, even when it is wrong."""
    typed = answers.typed(question.key)
    match question.type:
        case QuestionType.FILE:
            return None
        case QuestionType.CHOICES | QuestionType.TABLE:
            return typed
        case QuestionType.DECLARATION:
            return bool(answers.value(question.key))
        case _:
            return typed[0] if typed else None


def show_facts(field: Any, question: Question, answers: Answers) -> None:
    """Say what follows from the answers: whether it is in sight, what is computed, what it means.

    Values go with what is kept: beside texts that were just sent they are those of before.
    """
    field.is_hidden = not answers.is_visible(question.key)
    value = answers.sight.values.get(question.key)
    field.meaning = show_answer(question, value) if question.type is QuestionType.ATECO else ""
    if question.is_computed:
        field.data = show_answer(question, value)
    if isinstance(field, TableField):
        field.values = value


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
