"""The kinds of value that only the file of a call has: names in addresses, lines, local times."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from portal import parse
from portal.definitions import Problem, Property
from portal.errors import Invalid, declare, mark

LONGEST_SLUG = 60
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

declare(
    {
        "definition_slug": mark(
            "Write small letters and digits, with single hyphens between the words."
        ),
        "definition_line": mark("Write one line of text."),
    }
)


class Slug(Property):
    """A name that stands in addresses: `innovazione-sociale-2023`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _SLUG.fullmatch(value) or len(value) > LONGEST_SLUG:
            raise Problem("definition_slug")
        return value


class Line(Property):
    """One line of text, the same in every language; `reads` says which kind."""

    def __init__(self, reads: Any = parse.line, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reads = reads

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise Problem("definition_line")
        try:
            return str(self.reads(value))
        except Invalid as error:
            raise Problem(error.code, "_schema", **error.facts) from None


class LocalTime(Property):
    """An instant written as the clocks of Rome show it; an aware instant is taken as it is."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value
        try:
            return parse.deadline(value if isinstance(value, str) else "?")
        except Invalid as error:
            raise Problem(error.code, "_schema", **error.facts) from None
