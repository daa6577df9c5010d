"""What was answered to a form: reading what was typed, showing what it means, what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from portal import i18n, parse
from portal.errors import Invalid, declare, mark
from portal.i18n import _
from portal.parse.amounts import LARGEST, LARGEST_INTEGER
from portal.questionnaires.engine.form import Form, Question, Section
from portal.questionnaires.schemas import QuestionType
from portal.registry.engine import MUNICIPALITIES

declare(
    {
        "too_many_files": mark("At most %(maximum)s files go here. Take one away first."),
    }
)

# What PostgreSQL can't keep in a text: the zero character and halves of surrogate pairs.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def clean(texts: Sequence[str]) -> list[str]:
    """The typed texts as the database can keep them: word for word, but for what it refuses."""
    return [_UNKEEPABLE.sub(REPLACEMENT, text) for text in texts]


# Answered by picking, not by typing.
CHOSEN = frozenset({QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.YES_NO})


def is_blank(typed: Sequence[str]) -> bool:
    """Whether nothing was typed, chosen or ticked."""
    return not any(parse.texts.trim(text) for text in typed)


def read_answer(question: Question, typed: Sequence[str]) -> Any:
    """The meaning of what was typed, as JSON: amounts, percentages and dates as text.

    A blank is refused as `required` whether the question is compulsory or not: only the caller
    knows if it may wait. A character the database can't keep is refused, also when it comes back
    as the replacement it was stored as. Files are not typed: see `read_files`.
    """
    try:
        if is_blank(typed):
            raise Invalid("required")
        if REPLACEMENT in "".join(clean(typed)):
            raise Invalid("text_control")
        return _READERS[question.type](question, list(typed))
    except Invalid as refusal:
        raise refusal.on(question.key) from None


def read_files(question: Question, files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The list of files that answers the question, refused when there are too many."""
    most = question.most_files or 1
    if len(files) > most:
        raise Invalid("too_many_files", question.key, maximum=most)
    return [dict(file) for file in files]


def _one(typed: Sequence[str]) -> str:
    """The only text: a page sends one, a program that sends more is told."""
    if len(typed) != 1:
        raise Invalid("invalid")
    return typed[0]


def _integer(question: Question, typed: Sequence[str]) -> int:
    least = 0 if question.minimum is None else int(question.minimum)
    most = LARGEST_INTEGER if question.maximum is None else int(question.maximum)
    return parse.integer(_one(typed), least, most)


def _amount(question: Question, typed: Sequence[str]) -> str:
    least = Decimal("0.01") if question.minimum is None else question.minimum
    amount = parse.amount(_one(typed), Decimal(0))
    if question.maximum is not None:
        parse.require_at_most(amount, question.maximum)
    if amount < least:
        raise Invalid("amount_range", minimum=least, maximum=question.maximum or LARGEST)
    return str(amount)


def _declaration(question: Question, typed: Sequence[str]) -> bool:
    """True; not to declare is the same as to leave blank."""
    if not parse.yes_no(_one(typed)):
        raise Invalid("required")
    return True


def _choices(question: Question, typed: Sequence[str]) -> list[str]:
    chosen = [text for text in typed if parse.texts.trim(text)]
    return parse.choices(chosen, question.option_labels)


def _file(question: Question, typed: Sequence[str]) -> Any:
    raise Invalid("invalid")


_READERS: dict[QuestionType, Callable[[Question, list[str]], Any]] = {
    QuestionType.SHORT_TEXT: lambda q, typed: parse.line(_one(typed), q.limit or 200),
    QuestionType.LONG_TEXT: lambda q, typed: parse.free_text(_one(typed), q.limit or 2_000),
    QuestionType.INTEGER: _integer,
    QuestionType.AMOUNT: _amount,
    QuestionType.PERCENT: lambda q, typed: str(parse.percent(_one(typed))),
    QuestionType.DATE: lambda q, typed: parse.date(_one(typed)).isoformat(),
    QuestionType.YES_NO: lambda q, typed: parse.yes_no(_one(typed)),
    QuestionType.CHOICE: lambda q, typed: parse.choice(_one(typed), q.option_labels),
    QuestionType.CHOICES: _choices,
    QuestionType.FILE: _file,
    QuestionType.MUNICIPALITY: lambda q, typed: parse.municipality(_one(typed), MUNICIPALITIES),
    QuestionType.CODICE_FISCALE: lambda q, typed: parse.tax_code(_one(typed)),
    QuestionType.PARTITA_IVA: lambda q, typed: parse.partita_iva(_one(typed)),
    QuestionType.IBAN: lambda q, typed: parse.iban(_one(typed)),
    QuestionType.EMAIL: lambda q, typed: parse.email(_one(typed)),
    QuestionType.PHONE: lambda q, typed: parse.phone(_one(typed)),
    QuestionType.DECLARATION: _declaration,
}


def show_answer(question: Question, value: Any) -> str:
    """The answer as one reads it, in the reader's language; nothing where there is none."""
    return ", ".join(show_lines(question, value))


def show_lines(question: Question, value: Any) -> list[str]:
    """The answer with one line for each option chosen or file given."""
    if value is None or value == []:
        return []
    show = _SHOWERS.get(question.type)
    values = value if isinstance(value, list) else [value]
    return [show(question, each) if show else str(each) for each in values]


def _label(question: Question, key: str) -> str:
    return i18n.pick(question.option_labels.get(key)) or key


def _place(question: Question, code: str) -> str:
    found = MUNICIPALITIES.get(code)
    return found.name if found else code


def _groups(question: Question, iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _file_name(question: Question, file: Mapping[str, Any]) -> str:
    size = file.get("size")
    return f"{file['name']} ({i18n.format_size(size)})" if size else str(file["name"])


_SHOWERS: dict[QuestionType, Callable[[Question, Any], str]] = {
    QuestionType.INTEGER: lambda q, value: i18n.format_number(value),
    QuestionType.AMOUNT: lambda q, value: i18n.format_amount(Decimal(value)),
    QuestionType.PERCENT: lambda q, value: i18n.format_percent(Decimal(value)),
    QuestionType.DATE: lambda q, value: i18n.format_date(date.fromisoformat(value)),
    QuestionType.YES_NO: lambda q, value: _("Yes") if value else _("No"),
    QuestionType.CHOICE: _label,
    QuestionType.CHOICES: _label,
    QuestionType.FILE: _file_name,
    QuestionType.MUNICIPALITY: _place,
    QuestionType.IBAN: _groups,
    QuestionType.DECLARATION: lambda q, value: _("Declared"),
}


class Given(NamedTuple):
    """What is kept of one answer."""

    typed: list[str]
    value: Any
    error_code: str | None


class Missing(NamedTuple):
    """A question that keeps the form from being sent, and why: left blank, or wrong."""

    section: Section
    question: Question
    reason: Invalid


_NOTHING = Given([], None, None)


@dataclass(frozen=True)
class Answers:
    """The answers given so far to a form."""

    form: Form
    given: Mapping[str, Given]

    def typed(self, key: str) -> list[str]:
        """What was typed, word for word, even when it is wrong."""
        return self.given.get(key, _NOTHING).typed

    def value(self, key: str) -> Any:
        """What the answer means; None while it is blank or wrong."""
        return self.given.get(key, _NOTHING).value

    @property
    def values(self) -> dict[str, Any]:
        """The meaning of every question of the form, None where there is none yet."""
        return {question.key: self.value(question.key) for question in self.form.questions}

    def error(self, question: Question) -> Invalid | None:
        """What is wrong with what was typed, with its facts; a blank is not wrong."""
        given = self.given.get(question.key, _NOTHING)
        if given.error_code is None:
            return None
        try:
            read_answer(question, given.typed)
        except Invalid as refusal:
            if refusal.code == given.error_code:
                return refusal
        return Invalid(given.error_code, question.key)

    @property
    def errors(self) -> dict[str, Invalid]:
        """What is wrong, by question."""
        found = {question.key: self.error(question) for question in self.form.questions}
        return {key: error for key, error in found.items() if error}

    def missing(self) -> list[Missing]:
        """What keeps the form from being sent, in its order: blanks and errors."""
        return [gap for section in self.form.sections for gap in self.missing_in(section)]

    def missing_in(self, section: Section) -> list[Missing]:
        """What keeps one section from being complete."""
        reasons = [(question, self._reason(question)) for question in section.questions]
        return [Missing(section, question, reason) for question, reason in reasons if reason]

    def _reason(self, question: Question) -> Invalid | None:
        if question.required and self._is_blank(question):
            is_chosen = question.type in CHOSEN
            return Invalid("choice_required" if is_chosen else "required", question.key)
        return self.error(question)

    def _is_blank(self, question: Question) -> bool:
        given = self.given.get(question.key, _NOTHING)
        return given.error_code is None and given.value in (None, [])

    def state(self, section: Section | str) -> str:
        """`empty` while nothing is answered, `complete` when nothing is missing, else `partial`."""
        if isinstance(section, str):
            section = self.form.section(section)
        if all(self._is_blank(question) for question in section.questions):
            return "empty"
        return "partial" if self.missing_in(section) else "complete"

    @property
    def is_complete(self) -> bool:
        """Whether every compulsory question is answered and no answer is wrong."""
        return not self.missing()
