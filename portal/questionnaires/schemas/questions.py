"""What a question may hold, and the columns of one that is a table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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
from portal.questionnaires.schemas.conditions import nested_condition
from portal.questionnaires.schemas.formulas import Expression
from portal.questionnaires.schemas.kinds import (
    COLUMN_TYPES,
    COPIED_TYPES,
    FILE_KINDS,
    FILES,
    LIMITED,
    MOST_COLUMNS,
    MOST_DECIMALS,
    MOST_FILES,
    MOST_ROWS,
    NUMERIC,
    OPTIONED,
    RESERVED,
    RESULTS,
    TEXTS,
    Copy,
    QuestionType,
    Readers,
)
from portal.registry.engine import ProfileDocument

declare(
    {
        "definition_reserved": mark("The pages use this name themselves: choose another one."),
        "definition_limits": mark("The highest is lower than the least, or nothing at all."),
        "definition_open": mark("What is copied into lists can't be kept from the committee."),
        "definition_unsealed": mark("A %(type)s can't be sealed: choose other readers."),
    }
)

COMPUTED = frozenset({QuestionType.COMPUTED})
TABLES = frozenset({QuestionType.TABLE})
SUITED = {
    "limit": TEXTS,
    "minimum": LIMITED,
    "maximum": LIMITED,
    "decimals": COMPUTED | {QuestionType.NUMBER},
    "options": OPTIONED,
    "accept": FILES,
    "most_files": FILES,
    "template": FILES,
    "document": FILES,
    "columns": TABLES,
    "least_rows": TABLES,
    "most_rows": TABLES,
    "result": COMPUTED,
    "formula": COMPUTED,
    "total": NUMERIC,
    "required": frozenset(QuestionType) - COMPUTED,
}
NEEDED = {
    QuestionType.CHOICE: "options",
    QuestionType.CHOICES: "options",
    QuestionType.TABLE: "columns",
    QuestionType.COMPUTED: "formula",
}
UNSEALED = COMPUTED | FILES


class OptionSchema(Part):
    """One of the answers to choose from."""

    key = Key(required=True)
    label = ByLanguage(required=True)


class Asked(Part):
    """What questions and columns share."""

    key = Key(required=True)
    label = ByLanguage(required=True)
    required = Flag()
    limit = Whole(1, LONGEST_TEXT)
    minimum = Exact()
    maximum = Exact()
    decimals = Whole(0, MOST_DECIMALS)
    options = Parts(OptionSchema, least=2, unique="key")
    result = OneOf(RESULTS)
    formula = Expression()

    @validates_schema
    def check_type(self, asked: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse what each property allows but not all of them together."""
        require_suited(asked)
        require_limits(asked)


class ColumnSchema(Asked):
    """A column of a table: what is typed in it, or how it is computed from its row."""

    type = OneOf(COLUMN_TYPES, required=True)
    total = Flag()


class QuestionSchema(Asked):
    """A question; which properties go with it depends on its type."""

    type = OneOf(QuestionType, required=True)
    help = ByLanguage()
    visible_if = nested_condition()
    readers = OneOf(Readers)
    identifies = Flag()
    accept = Parts(OneOf(FILE_KINDS))
    most_files = Whole(1, MOST_FILES)
    template = Key()
    document = OneOf(ProfileDocument)
    copies = OneOf(Copy)
    columns = Parts(ColumnSchema, unique="key")
    least_rows = Whole(0, MOST_ROWS)
    most_rows = Whole(1, MOST_ROWS)

    @validates_schema
    def check(self, question: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse names of the pages' own, readers that don't suit, rows that can't be."""
        if question["key"] in RESERVED:
            raise Problem("definition_reserved", "key")
        kind = repeated(question.get("accept", ()))
        if kind is not None:
            raise Problem("definition_repeated", "accept", name=kind)
        require_readers(question)
        require_rows(question)


def require_suited(question: Mapping[str, Any]) -> None:
    """Refuse properties that don't go with the type, and a type without what it needs."""
    kind = question["type"]
    for name, types in SUITED.items():
        if name in question and kind not in types:
            raise Problem("definition_unsuited", name, type=kind)
    needed = NEEDED.get(kind)
    if needed and needed not in question:
        raise Problem("definition_missing", needed)
    if "copies" in question and kind not in COPIED_TYPES[question["copies"]]:
        raise Problem("definition_unsuited", "copies", type=kind)
    if "decimals" in question and question.get("result", "number") != QuestionType.NUMBER:
        raise Problem("definition_unsuited", "decimals", type=question["result"])


def require_limits(question: Mapping[str, Any]) -> None:
    """Refuse limits no answer could keep, or that the type can't have."""
    if question["type"] == QuestionType.SHORT_TEXT and question.get("limit", 1) > LONGEST_LINE:
        raise Problem("definition_range", "limit", least=1, most=LONGEST_LINE)
    least, most = question.get("minimum", Decimal(0)), question.get("maximum")
    if least < 0:
        raise Problem("definition_wrong", "minimum")
    if most is not None and most < max(least, Decimal("0.01")):
        raise Problem("definition_limits", "maximum")
    if question["type"] == QuestionType.INTEGER:
        for name in ("minimum", "maximum"):
            if question.get(name, Decimal(0)) % 1:
                raise Problem("definition_number", name)


def require_readers(question: Mapping[str, Any]) -> None:
    """Refuse to hide what lists show, and to seal what is not kept in the answers."""
    readers = question.get("readers", Readers.COMMITTEE)
    if readers != Readers.COMMITTEE and "copies" in question:
        raise Problem("definition_open", "readers")
    if readers == Readers.SPECIAL and question["type"] in UNSEALED:
        raise Problem("definition_unsealed", "readers", type=question["type"])


def require_rows(question: Mapping[str, Any]) -> None:
    """Refuse a table too wide, or with more rows at least than at most."""
    if len(question.get("columns", ())) > MOST_COLUMNS:
        raise Problem("definition_many", "columns", most=MOST_COLUMNS)
    most = question.get("most_rows", MOST_ROWS)
    if question.get("least_rows", 0) > most:
        raise Problem("definition_range", "least_rows", least=0, most=most)


def suited_to(kind: QuestionType, is_column: bool = False) -> frozenset[str]:
    """Return the properties that a question, or a column, of a type may have."""
    known = (ColumnSchema if is_column else QuestionSchema)().fields
    copied = any(kind in types for types in COPIED_TYPES.values())
    return frozenset(
        name
        for name in known
        if kind in SUITED.get(name, frozenset(QuestionType)) and (name != "copies" or copied)
    )
