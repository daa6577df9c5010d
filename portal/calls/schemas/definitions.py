"""What the file of a call may hold, part by part; form and grid have schemas of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from portal import parse
from portal.calls.schemas.parts import Line, LocalTime, Slug
from portal.calls.schemas.procedure import (
    MOST_DAYS_BEFORE,
    SIGNING,
    ActSchema,
    AttachmentSchema,
    CallKind,
    EligibilitySchema,
    EvaluationSchema,
    IntegrationSchema,
    MoneySchema,
    Territory,
    WindowSchema,
    WindowsMixin,
)
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
from portal.errors import declare, mark
from portal.registry.engine import ORGANISATION_LABELS

LONGEST_TERM_DAYS = 730
STRANDS = ("social", "self_employment")

declare(
    {
        "definition_moment": mark(
            "Write opens, closes, or the days after the closing day (of a rolling call: after "
            "the sending)."
        ),
    }
)


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


class CallSchema(WindowsMixin):
    """The whole file, `based_on` already resolved. An export follows this order."""

    blueprint = Slug(required=True)
    code = Slug(required=True)
    strand = OneOf(STRANDS, required=True)
    title = ByLanguage(required=True)
    summary = ByLanguage(required=True)
    kind = OneOf(CallKind, load_default=CallKind.WINDOW.value)
    opens = LocalTime(required=True)
    closes = LocalTime()
    assessment_windows = Parts(WindowSchema)
    budget = Exact()
    money = fields.Nested(MoneySchema, error_messages=GIVEN)
    lowest_amount = Exact()
    highest_amount = Exact()
    threshold = Exact(required=True)
    ranked = Flag()
    evaluation = fields.Nested(EvaluationSchema, error_messages=GIVEN)
    de_minimis = Flag()
    cup = Line(parse.cup)
    programme_code = Line()
    names_hidden = Flag(required=True)
    one_per_applicant = Flag(load_default=True)
    procedure_term_days = Whole(1, LONGEST_TERM_DAYS, required=True)
    applicants = Parts(OneOf(ORGANISATION_LABELS), required=True)
    territory = OneOf(Territory)
    eligibility = Parts(EligibilitySchema, unique="key")
    representative_confirms = Flag()
    signature_modes = Parts(OneOf(SIGNING))
    stamp_duty = Exact()
    integration = fields.Nested(IntegrationSchema, error_messages=GIVEN)
    questions_close_days = Whole(0, MOST_DAYS_BEFORE)
    reminder_days = Whole(0, MOST_DAYS_BEFORE)
    office = fields.Nested(OfficeSchema, required=True, error_messages=GIVEN)
    acts = Parts(ActSchema)
    attachments = Parts(AttachmentSchema, unique="key")
    sheet = fields.Nested(SheetSchema, required=True, error_messages=GIVEN)
    privacy = fields.Nested(PrivacySchema, required=True, error_messages=GIVEN)
    checklist = Parts(CheckSchema, unique="key", required=True)
    form = AnyMapping(required=True)
    grid = AnyMapping(required=True)
