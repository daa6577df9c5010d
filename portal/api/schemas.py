"""What questions and answers of the programming interface are made of.

A question is read strictly: a parameter nobody knows, twice given or out of its limits is refused.
An answer holds what its schema names and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from marshmallow import RAISE, Schema, fields

from portal import tables
from portal.definitions import Problem
from portal.errors import declare, mark

MOST_ON_A_PAGE = 100
ON_A_PAGE = 25
LONGEST_NUMBER = 6
WITHOUT_NUL = r"^[^\x00]*$"

declare(
    {
        "parameter_unknown": mark("There is no parameter of this name here."),
        "parameter_repeated": mark("Give this parameter once."),
        "parameter_choice": mark("Write one of these: %(choices)s."),
    }
)


class Args(Schema):
    """The parameters of an address; one it does not know is refused."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "parameter_unknown"}


class Answer(Schema):
    """A part of an answer: the document says that it holds no other property."""

    class Meta:
        unknown = RAISE


class Whole(fields.Integer):
    """A whole number within limits, in plain digits."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(metadata={"minimum": least, "maximum": most}, **kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if not (value.isascii() and value.isdigit()):
            raise Problem("number_format")
        number = int(value) if len(value) <= LONGEST_NUMBER else self.most + 1
        if not self.least <= number <= self.most:
            raise Problem("number_range", minimum=self.least, maximum=self.most)
        return number


class Word(fields.String):
    """One of a few words."""

    def __init__(self, choices: Iterable[str], **kwargs: Any) -> None:
        self.choices = [str(choice) for choice in choices]
        super().__init__(metadata={"enum": self.choices}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if value not in self.choices:
            raise Problem("parameter_choice", choices=", ".join(self.choices))
        return str(value)


class Sought(fields.String):
    """A text to look for: whatever stands in it is only compared."""

    def __init__(self, most: int = tables.LONGEST_SEARCH, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": most, "pattern": WITHOUT_NUL}, **kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if len(value) > self.most:
            raise Problem("too_long", length=len(value), maximum=self.most)
        return str(value)


class PageArgs(Args):
    """Which page of a list, and how long it is."""

    page = Whole(1, tables.HIGHEST_PAGE, load_default=1)
    per_page = Whole(1, MOST_ON_A_PAGE, load_default=ON_A_PAGE)


class Amount(fields.String):
    """Euros or points, exact: a text with a point and two decimals, never a float."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:.2f}"


class Instant(fields.AwareDateTime):
    """An instant in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **kwargs)


class Texts(fields.Dict):
    """A text by language; the Italian one is always there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), values=fields.String(), **kwargs)


class Refusal(Answer):
    """One of several things that are wrong."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class Error(Answer):
    """What went wrong: programs go by the code, people read the message."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    field = fields.String()
    details = fields.List(fields.Nested(Refusal))


class ErrorAnswer(Answer):
    """The one form that all refusals have."""

    error = fields.Nested(Error, required=True)


def list_args(
    name: str, table: tables.Table, filters: Mapping[str, fields.Field]
) -> type[PageArgs]:
    """Return the parameters of a list that is searched, filtered and sorted as on its page."""
    more = {
        "q": Sought(),
        "sort": Word(table.sorts),
        "dir": Word(("asc", "desc")),
        **{each: filters[each] for each in table.filters},
    }
    return type(name, (PageArgs,), more)


def page_of(item: type[Schema]) -> type[Answer]:
    """Return the schema of one page of a list of such items."""
    whole = {each: fields.Integer(required=True) for each in ("page", "per_page", "pages", "total")}
    items = fields.List(fields.Nested(item), required=True)
    return type(f"{item.__name__}Page", (Answer,), {"items": items, **whole})
