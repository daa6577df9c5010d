"""What the file of a call may hold, part by part; form and grid have schemas of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields

from portal import parse
from portal.definitions import (
    GIVEN,
    ByLanguage,
    Exact,
    Flag,
    Key,
    OneOf,
    Part,
    Parts,
    Problem,
    Property,
    Whole,
)
from portal.errors import Invalid, declare, mark
from portal.registry.engine import ORGANISATION_LABELS

LONGEST_TERM_DAYS = 730
LONGEST_LINE = 200
STRANDS = ("social", "self_employment")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60

declare(
    {
        "definition_slug": mark(
            "Write small letters and digits, with single hyphens between the words."
        ),
        "definition_line": mark("Write one line of text."),
        "definition_moment": mark("Write opens, closes, or the days after the closing day."),
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


class Moment(Property):
    """When something happens: `opens`, `closes`, or so many days after the closing day."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str | int:
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 <= value <= LONGEST_TERM_DAYS:
                return value
        elif value in ("opens", "closes"):
            return str(value)
        raise Problem("definition_moment")


class AnyMapping(Property):
    """A mapping that another schema reads."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Problem("definition_mapping")
        return dict(value)


class OfficeSchema(Part):
    """Who answers for the call: the office, the procedure owner, how to reach them."""

    name = ByLanguage(required=True)
    owner = ByLanguage(required=True)
    email = Line(parse.email, required=True)
    certified_email = Line(parse.email)
    phone = Line(required=True)
    address = ByLanguage(required=True)
    hours = ByLanguage()


class MomentSchema(Part):
    """One moment of the call's timeline."""

    when = Moment(required=True)
    title = ByLanguage(required=True)
    text = ByLanguage()


class SheetSchema(Part):
    """The service sheet: lists of short texts under the headings that the page gives them."""

    audience = Parts(ByLanguage(), required=True)
    description = Parts(ByLanguage(), required=True)
    how_to = Parts(ByLanguage(), required=True)
    needed = Parts(ByLanguage(), required=True)
    obtained = Parts(ByLanguage(), required=True)
    timeline = Parts(MomentSchema, required=True)
    conditions = Parts(ByLanguage(), required=True)
    documents = Parts(ByLanguage())
    topics = Parts(ByLanguage())


class NoticeSectionSchema(Part):
    """A chapter of the privacy notice."""

    title = ByLanguage(required=True)
    text = ByLanguage(required=True)


class PrivacySchema(Part):
    """The privacy notice; who starts an application declares to have read this version."""

    version = Line(required=True)
    sections = Parts(NoticeSectionSchema, required=True)


class CheckSchema(Part):
    """One item of the formal check."""

    key = Key(required=True)
    text = ByLanguage(required=True)


class CallSchema(Part):
    """The whole file, `based_on` already resolved."""

    blueprint = Slug(required=True)
    code = Slug(required=True)
    strand = OneOf(STRANDS, required=True)
    title = ByLanguage(required=True)
    summary = ByLanguage(required=True)
    opens = LocalTime(required=True)
    closes = LocalTime(required=True)
    budget = Exact()
    highest_amount = Exact()
    threshold = Exact(required=True)
    names_hidden = Flag(required=True)
    one_per_applicant = Flag(load_default=True)
    procedure_term_days = Whole(1, LONGEST_TERM_DAYS, required=True)
    applicants = Parts(OneOf(ORGANISATION_LABELS), required=True)
    office = fields.Nested(OfficeSchema, required=True, error_messages=GIVEN)
    sheet = fields.Nested(SheetSchema, required=True, error_messages=GIVEN)
    privacy = fields.Nested(PrivacySchema, required=True, error_messages=GIVEN)
    checklist = Parts(CheckSchema, unique="key", required=True)
    form = AnyMapping(required=True)
    grid = AnyMapping(required=True)
