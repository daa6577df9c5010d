"""From what was typed to what it means, by the type of the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from portal import parse
from portal.errors import Invalid, beside, declare, mark
from portal.parse.amounts import LARGEST, LARGEST_INTEGER
from portal.questionnaires.engine.parts import Asked, Column, Question
from portal.questionnaires.engine.tables import is_blank_row, read_rows
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
CHOSEN = frozenset(
    {QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.SECTOR, QuestionType.YES_NO}
)


def is_blank(typed: Sequence[str]) -> bool:
    """Whether nothing was typed, chosen or ticked."""
    return not any(parse.texts.trim(text) for text in typed)


def read_answer(question: Question, typed: Sequence[str]) -> Any:
    """The meaning of what was typed, as JSON: amounts, percentages and dates as text.

    A blank is refused as `required` whether the question is compulsory or not: only the caller
    knows if it may wait. A character the database can't keep is refused, also when it comes back
    as the replacement it was stored as. Files are not typed: see `read_files`.
    """
    with beside(question.key):
        if is_blank(typed):
            raise Invalid("required")
        if REPLACEMENT in "".join(clean(typed)):
            raise Invalid("text_control")
        return _READERS[question.type](question, list(typed))


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


def _integer(question: Asked, typed: Sequence[str]) -> int:
    least = 0 if question.minimum is None else int(question.minimum)
    most = LARGEST_INTEGER if question.maximum is None else int(question.maximum)
    return parse.integer(_one(typed), least, most)


def _amount(question: Asked, typed: Sequence[str]) -> str:
    least = Decimal("0.01") if question.minimum is None else question.minimum
    amount = parse.amount(_one(typed), Decimal(0))
    if question.maximum is not None:
        parse.require_at_most(amount, question.maximum)
    if amount < least:
        raise Invalid("amount_range", minimum=least, maximum=question.maximum or LARGEST)
    return str(amount)


def _declaration(question: Asked, typed: Sequence[str]) -> bool:
    """True; not to declare is the same as to leave blank."""
    if not parse.yes_no(_one(typed)):
        raise Invalid("required")
    return True


def _choices(question: Asked, typed: Sequence[str]) -> list[str]:
    chosen = [text for text in typed if parse.texts.trim(text)]
    return parse.choices(chosen, question.option_labels)


def _refuse(question: Asked, typed: Sequence[str]) -> Any:
    raise Invalid("invalid")


def _number(question: Asked, typed: Sequence[str]) -> str:
    decimals = 2 if question.decimals is None else question.decimals
    least = Decimal(0) if question.minimum is None else question.minimum
    most = LARGEST if question.maximum is None else question.maximum
    return str(parse.number(_one(typed), decimals, least, most))


def _ateco(question: Asked, typed: Sequence[str]) -> dict[str, str]:
    return {"code": parse.ateco(_one(typed)), "edition": parse.activities.EDITION}


def _table(question: Asked, typed: Sequence[str]) -> list[Any]:
    """The rows of a table; one without rows is blank."""
    if not isinstance(question, Question) or all(is_blank_row(text) for text in typed):
        raise Invalid("required")
    return read_rows(question, typed, read_cell)


def read_cell(column: Column, text: str) -> Any:
    """The meaning of what was typed in a cell."""
    return _READERS[column.type](column, [text])


_READERS: dict[QuestionType, Callable[[Any, list[str]], Any]] = {
    QuestionType.SHORT_TEXT: lambda q, typed: parse.line(_one(typed), q.limit or 200),
    QuestionType.LONG_TEXT: lambda q, typed: parse.free_text(_one(typed), q.limit or 2_000),
    QuestionType.INTEGER: _integer,
    QuestionType.NUMBER: _number,
    QuestionType.AMOUNT: _amount,
    QuestionType.PERCENT: lambda q, typed: str(parse.percent(_one(typed))),
    QuestionType.DATE: lambda q, typed: parse.date(_one(typed)).isoformat(),
    QuestionType.YES_NO: lambda q, typed: parse.yes_no(_one(typed)),
    QuestionType.CHOICE: lambda q, typed: parse.choice(_one(typed), q.option_labels),
    QuestionType.CHOICES: _choices,
    QuestionType.FILE: _refuse,
    QuestionType.SECTOR: lambda q, typed: parse.choice(_one(typed), q.option_labels),
    QuestionType.ATECO: _ateco,
    QuestionType.TABLE: _table,
    QuestionType.COMPUTED: _refuse,
    QuestionType.MUNICIPALITY: lambda q, typed: parse.municipality(_one(typed), MUNICIPALITIES),
    QuestionType.CODICE_FISCALE: lambda q, typed: parse.tax_code(_one(typed)),
    QuestionType.PARTITA_IVA: lambda q, typed: parse.partita_iva(_one(typed)),
    QuestionType.IBAN: lambda q, typed: parse.iban(_one(typed)),
    QuestionType.EMAIL: lambda q, typed: parse.email(_one(typed)),
    QuestionType.PHONE: lambda q, typed: parse.phone(_one(typed)),
    QuestionType.DECLARATION: _declaration,
}
