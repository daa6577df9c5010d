"""What a form is made of: options, columns, questions, sections, checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from portal.definitions import Text
from portal.questionnaires.engine.conditions import Condition
from portal.questionnaires.engine.formulas import Formula
from portal.questionnaires.schemas import Copy, Must, ProfileDocument, QuestionType, Readers


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    key: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What questions and columns share; a property that doesn't go with the type is None or empty.

    `formula` and `result` (amount, number or percent) belong to what is computed.
    """

    key: str
    type: QuestionType
    label: Text
    required: bool = True
    limit: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int | None = None
    options: tuple[Option, ...] = ()
    result: QuestionType | None = None
    formula: Formula | None = None

    @property
    def option_labels(self) -> dict[str, Text]:
        """The texts of the options by key, in their order."""
        return {option.key: option.label for option in self.options}

    @property
    def unit(self) -> QuestionType:
        """What kind of number it is: of what is computed the result, of others the type."""
        return self.result or self.type

    @property
    def is_computed(self) -> bool:
        """Whether it follows from other answers and is never typed."""
        return self.type is QuestionType.COMPUTED


@dataclass(frozen=True, kw_only=True)
class Column(Asked):
    """A column of a table; with `total`, its sum is shown below it."""

    total: bool = False


@dataclass(frozen=True, kw_only=True)
class Question(Asked):
    """A question. The label of a declaration is the declared text.

    `template` is the key of a file of the call to fill in; `document` the kind of document of
    the profile that answers. An answer that `identifies` its author is hidden in a blind round.
    """

    help: Text = field(default_factory=dict)
    visible_if: Condition | None = None
    readers: Readers = Readers.COMMITTEE
    identifies: bool = False
    accept: tuple[str, ...] = ()
    most_files: int | None = None
    template: str | None = None
    document: ProfileDocument | None = None
    copies: Copy | None = None
    columns: tuple[Column, ...] = ()
    least_rows: int = 0
    most_rows: int | None = None

    def column(self, key: str) -> Column:
        """The column of this key; KeyError where there is none."""
        return {column.key: column for column in self.columns}[key]

    @property
    def is_special(self) -> bool:
        """Whether its answer is sealed."""
        return self.readers is Readers.SPECIAL


@dataclass(frozen=True)
class Section:
    """Questions that stand on one page."""

    key: str
    title: Text
    questions: tuple[Question, ...]
    help: Text = field(default_factory=dict)
    visible_if: Condition | None = None


@dataclass(frozen=True)
class Check:
    """Two formulas that must stand to one another in a given way, and what to say when not.

    It is judged where `when` holds, `at` is in sight and both sides have a value.
    """

    key: str
    left: Formula
    must: Must
    right: Formula
    message: Text
    at: str
    when: Condition | None = None
