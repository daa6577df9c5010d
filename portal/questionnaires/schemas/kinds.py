"""The words of a form definition: kinds of question, who reads an answer, how values compare."""

from __future__ import annotations

from enum import StrEnum

FILE_KINDS = ("pdf", "p7m", "png", "jpg", "docx", "xlsx", "zip")
MOST_FILES = 10
MOST_ROWS = 50
MOST_COLUMNS = 12
MOST_DECIMALS = 4

# What the pages send beside the answers.
RESERVED = frozenset(
    {"action", "csrf_token", "next", "remove", "request_key", "save", "seen", "version"}
)


class QuestionType(StrEnum):
    """The kinds of answer a question may ask for."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "amount"
    PERCENT = "percent"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    FILE = "file"
    MUNICIPALITY = "municipality"
    SECTOR = "sector"
    ATECO = "ateco"
    CODICE_FISCALE = "codice_fiscale"
    PARTITA_IVA = "partita_iva"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    DECLARATION = "declaration"
    TABLE = "table"
    COMPUTED = "computed"


class Copy(StrEnum):
    """The columns of the asking record that an answer may be copied to."""

    TITLE = "title"
    REQUESTED_AMOUNT = "requested_amount"
    SECTOR = "sector"


class Readers(StrEnum):
    """Who reads an answer beside its owners, from the many to the few.

    The committee; the office alone; the office by a permission of its own, and sealed at rest.
    """

    COMMITTEE = "committee"
    STAFF = "staff"
    SPECIAL = "special"


class Compare(StrEnum):
    """How a condition compares an answer with a value."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    INCLUDES = "includes"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"


class Must(StrEnum):
    """How the two sides of a check must stand to one another."""

    EQUAL = "equal"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    MORE_THAN = "more_than"


COLUMN_TYPES = (
    QuestionType.SHORT_TEXT,
    QuestionType.INTEGER,
    QuestionType.NUMBER,
    QuestionType.AMOUNT,
    QuestionType.PERCENT,
    QuestionType.DATE,
    QuestionType.CHOICE,
    QuestionType.YES_NO,
    QuestionType.COMPUTED,
)
RESULTS = (QuestionType.AMOUNT, QuestionType.NUMBER, QuestionType.PERCENT)
COPIED_TYPES = {
    Copy.TITLE: frozenset({QuestionType.SHORT_TEXT}),
    Copy.REQUESTED_AMOUNT: frozenset({QuestionType.AMOUNT, QuestionType.COMPUTED}),
    Copy.SECTOR: frozenset({QuestionType.CHOICE, QuestionType.SECTOR}),
}
TEXTS = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT})
LIMITED = frozenset({QuestionType.INTEGER, QuestionType.NUMBER, QuestionType.AMOUNT})
NUMERIC = LIMITED | {QuestionType.PERCENT, QuestionType.COMPUTED}
CHOSEN_ONE = frozenset({QuestionType.CHOICE, QuestionType.SECTOR})
OPTIONED = CHOSEN_ONE | {QuestionType.CHOICES}
FILES = frozenset({QuestionType.FILE})
