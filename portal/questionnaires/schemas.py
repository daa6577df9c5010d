"""What a form definition may hold, section by section and question by question."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import validates_schema

from portal.definitions import (
    ByLanguage,
    Exact,
    Flag,
    Key,
    OneOf,
    Part,
    Parts,
    Problem,
    Whole,
    repeated,
)
from portal.errors import declare, mark
from portal.parse.texts import LONGEST_LINE, LONGEST_TEXT

FILE_KINDS = ("pdf", "p7m", "png", "jpg", "docx", "xlsx", "zip")
MOST_FILES = 10

# What the pages send beside the answers.
RESERVED = frozenset({"action", "csrf_token", "next", "remove", "request_key", "save", "version"})

declare({"definition_reserved": mark("The pages use this name themselves: choose another one.")})


class QuestionType(StrEnum):
    """The kinds of answer a question may ask for."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    AMOUNT = "amount"
    PERCENT = "percent"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    FILE = "file"
    MUNICIPALITY = "municipality"
    CODICE_FISCALE = "codice_fiscale"
    PARTITA_IVA = "partita_iva"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    DECLARATION = "declaration"


class Copy(StrEnum):
    """The columns of the asking record that an answer may be copied to."""

    TITLE = "title"
    REQUESTED_AMOUNT = "requested_amount"
    SECTOR = "sector"


COPIED_TYPES = {
    Copy.TITLE: QuestionType.SHORT_TEXT,
    Copy.REQUESTED_AMOUNT: QuestionType.AMOUNT,
    Copy.SECTOR: QuestionType.CHOICE,
}
TEXTS = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT})
NUMBERS = frozenset({QuestionType.INTEGER, QuestionType.AMOUNT})
OPTIONED = frozenset({QuestionType.CHOICE, QuestionType.CHOICES})
FILES = frozenset({QuestionType.FILE})
SUITED = {
    "limit": TEXTS,
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "options": OPTIONED,
    "accept": FILES,
    "most_files": FILES,
}


class OptionSchema(Part):
    """One of the answers to choose from."""

    key = Key(required=True)
    label = ByLanguage(required=True)


class QuestionSchema(Part):
    """A question; which properties go with it depends on its type."""

    key = Key(required=True)
    type = OneOf(QuestionType, required=True)
    label = ByLanguage(required=True)
    help = ByLanguage()
    required = Flag()
    limit = Whole(1, LONGEST_TEXT)
    minimum = Exact()
    maximum = Exact()
    options = Parts(OptionSchema, least=2, unique="key")
    accept = Parts(OneOf(FILE_KINDS))
    most_files = Whole(1, MOST_FILES)
    copies = OneOf(Copy)

    @validates_schema
    def check(self, question: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse what each property allows but not all of them together."""
        if question["key"] in RESERVED:
            raise Problem("definition_reserved", "key")
        require_suited(question)
        require_limits(question)
        kind = repeated(question.get("accept", ()))
        if kind is not None:
            raise Problem("definition_repeated", "accept", name=kind)


def require_suited(question: Mapping[str, Any]) -> None:
    """Refuse properties that don't go with the type, and a choice without options."""
    kind = question["type"]
    for name, types in SUITED.items():
        if name in question and kind not in types:
            raise Problem("definition_unsuited", name, type=kind)
    if kind in OPTIONED and "options" not in question:
        raise Problem("definition_missing", "options")
    if "copies" in question and COPIED_TYPES[question["copies"]] != kind:
        raise Problem("definition_unsuited", "copies", type=kind)


def require_limits(question: Mapping[str, Any]) -> None:
    """Refuse limits no answer could keep, or that the type can't have."""
    if question["type"] == QuestionType.SHORT_TEXT and question.get("limit", 1) > LONGEST_LINE:
        raise Problem("definition_range", "limit", least=1, most=LONGEST_LINE)
    least, most = question.get("minimum", Decimal(0)), question.get("maximum")
    if least < 0:
        raise Problem("definition_wrong", "minimum")
    if most is not None and most < max(least, Decimal("0.01")):
        raise Problem("definition_wrong", "maximum")
    if question["type"] == QuestionType.INTEGER:
        for name in ("minimum", "maximum"):
            if question.get(name, Decimal(0)) % 1:
                raise Problem("definition_number", name)


class SectionSchema(Part):
    """Questions that stand on one page."""

    key = Key(required=True)
    title = ByLanguage(required=True)
    help = ByLanguage()
    questions = Parts(QuestionSchema, unique="key", required=True)


class FormSchema(Part):
    """A whole form."""

    sections = Parts(SectionSchema, unique="key", required=True)
