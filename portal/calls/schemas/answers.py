"""What programs are told of a call: what every visitor reads, as data."""

from __future__ import annotations

from marshmallow import fields

from portal.api.schemas import Amount, Answer, Instant, Texts


def many(schema: type[Answer]) -> fields.List:
    """Return a list of such parts."""
    return fields.List(fields.Nested(schema))


class CallLine(Answer):
    """A call in a list."""

    code = fields.String(required=True)
    strand = fields.String(required=True)
    phase = fields.String(required=True)
    kind = fields.String(required=True)
    title = Texts(required=True)
    summary = Texts(required=True)
    opens_at = Instant(required=True)
    closes_at = Instant(required=True, allow_none=True)
    budget = Amount(required=True, allow_none=True)
    lowest_amount = Amount(required=True, allow_none=True)
    highest_amount = Amount(required=True, allow_none=True)


class Office(Answer):
    """Who answers for the call."""

    name = Texts()
    owner = Texts()
    email = fields.String()
    certified_email = fields.String()
    phone = fields.String()
    address = Texts()
    hours = Texts()


class Moment(Answer):
    """A moment of the timeline: `opens`, `closes`, or days after the closing day."""

    when = fields.Raw(required=True, metadata={"type": ["string", "integer"]})
    title = Texts(required=True)
    text = Texts()


class ServiceSheet(Answer):
    """The service sheet, under its headings."""

    audience = fields.List(Texts())
    description = fields.List(Texts())
    how_to = fields.List(Texts())
    needed = fields.List(Texts())
    obtained = fields.List(Texts())
    timeline = many(Moment)
    conditions = fields.List(Texts())
    documents = fields.List(Texts())
    topics = fields.List(Texts())


class Chapter(Answer):
    """A chapter of the privacy notice."""

    title = Texts(required=True)
    text = Texts(required=True)


class Privacy(Answer):
    """The privacy notice."""

    version = fields.String()
    sections = many(Chapter)


class CheckText(Answer):
    """An item of the formal check."""

    key = fields.String(required=True)
    text = Texts(required=True)


class FormOption(Answer):
    """An answer to choose."""

    key = fields.String(required=True)
    label = Texts(required=True)


class FormColumn(Answer):
    """A column of a table."""

    key = fields.String(required=True)
    type = fields.String(required=True)
    label = Texts(required=True)
    required = fields.Boolean()
    limit = fields.Integer()
    minimum = fields.String()
    maximum = fields.String()
    decimals = fields.Integer()
    options = many(FormOption)
    result = fields.String()
    formula = fields.Raw()
    total = fields.Boolean()


class FormCheck(Answer):
    """Two sides that must stand to one another in a given way."""

    key = fields.String(required=True)
    when = fields.Raw()
    left = fields.Raw(required=True)
    must = fields.String(required=True)
    right = fields.Raw(required=True)
    message = Texts(required=True)
    at = fields.String(required=True)


class FormQuestion(Answer):
    """A question; what goes without saying is left out."""

    key = fields.String(required=True)
    type = fields.String(required=True)
    label = Texts(required=True)
    help = Texts()
    required = fields.Boolean()
    limit = fields.Integer()
    minimum = fields.String()
    maximum = fields.String()
    options = many(FormOption)
    accept = fields.List(fields.String())
    most_files = fields.Integer()
    copies = fields.String()
    visible_if = fields.Raw()
    readers = fields.String()
    identifies = fields.Boolean()
    decimals = fields.Integer()
    template = fields.String()
    document = fields.String()
    columns = many(FormColumn)
    least_rows = fields.Integer()
    most_rows = fields.Integer()
    result = fields.String()
    formula = fields.Raw()


class FormSection(Answer):
    """A page of the form."""

    key = fields.String(required=True)
    title = Texts(required=True)
    help = Texts()
    visible_if = fields.Raw()
    questions = many(FormQuestion)


class CallForm(Answer):
    """The form of the applications."""

    sections = many(FormSection)
    checks = many(FormCheck)


class ExtraPoints(Answer):
    """Points added for some municipalities."""

    points = fields.String(required=True)
    label = Texts(required=True)
    municipalities = fields.List(fields.String(), required=True)


class Criterion(Answer):
    """A criterion, automatic or judged; what does not go with its kind is left out."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    label = Texts(required=True)
    help = Texts()
    weight = fields.String(required=True)
    bonus = fields.Boolean()
    source = fields.String()
    points = fields.Dict(keys=fields.String(), values=fields.String())
    otherwise = fields.String()
    extra = many(ExtraPoints)
    scale = fields.Integer()
    guidance = fields.List(Texts())
    comment = fields.Raw()  # false: never compulsory; "low": for low marks and the ends
    minimum = fields.Integer()
    veto = fields.Boolean()
    abstain = fields.Boolean()


class GridArea(Answer):
    """A priority area as it stood when the call was published."""

    key = fields.String(required=True)
    label = Texts(required=True)
    municipalities = fields.List(fields.String(), required=True)


class CallGrid(Answer):
    """The scoring grid."""

    criteria = many(Criterion)
    bonus_ceiling = fields.String()
    tie_breakers = fields.List(fields.String())
    areas = many(GridArea)


class CallDetail(CallLine):
    """A call with its service sheet, its form and its grid."""

    state = fields.String(required=True)
    threshold = Amount(required=True)
    names_hidden = fields.Boolean(required=True)
    one_per_applicant = fields.Boolean(required=True)
    applicants = fields.List(fields.String(), required=True)
    decision_due_on = fields.Date(required=True, allow_none=True)
    office = fields.Nested(Office, required=True)
    sheet = fields.Nested(ServiceSheet, required=True)
    privacy = fields.Nested(Privacy, required=True)
    checklist = many(CheckText)
    form = fields.Nested(CallForm, required=True)
    grid = fields.Nested(CallGrid, required=True)
