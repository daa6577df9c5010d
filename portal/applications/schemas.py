"""What programs are told of an application."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from portal.api.schemas import Amount, Answer, Instant

TEXT_OR_NOTHING: dict[str, Any] = {"required": True, "allow_none": True}


class ApplicationLine(Answer):
    """One of one's own applications in a list; without receipt while it is a draft."""

    practice_code = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    title = fields.String(required=True)
    call = fields.String(required=True)
    applicant = fields.String(required=True)
    requested_amount = Amount(**TEXT_OR_NOTHING)
    started_at = Instant(required=True)
    received_at = Instant(**TEXT_OR_NOTHING)
    protocol = fields.String(**TEXT_OR_NOTHING)
    can_send = fields.Boolean(required=True)


class GivenAnswer(Answer):
    """An answer: `value` for programs, `text` as people read it; files are named in `text`."""

    key = fields.String(required=True)
    type = fields.String(required=True)
    label = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    text = fields.List(fields.String(), required=True)
    files = fields.List(fields.String(), required=True)


class GivenSection(Answer):
    """A section with its answers."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    answers = fields.List(fields.Nested(GivenAnswer), required=True)


class GivenFile(Answer):
    """A file given as an answer; `url` is where its content is."""

    id = fields.String(required=True)
    question = fields.String(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    url = fields.String(required=True)


class Profile(Answer):
    """The applicant: as it is now in a draft, as it was when the application was sent."""

    kind = fields.String(required=True)
    organisation_type = fields.String(required=True)
    name = fields.String(required=True)
    tax_code = fields.String(required=True)
    vat_number = fields.String(**TEXT_OR_NOTHING)
    municipality_code = fields.String(required=True)
    address = fields.String(required=True)
    postcode = fields.String(required=True)
    phone = fields.String(required=True)
    email = fields.String(required=True)
    certified_email = fields.String(**TEXT_OR_NOTHING)
    representative_name = fields.String(**TEXT_OR_NOTHING)
    representative_tax_code = fields.String(**TEXT_OR_NOTHING)
    birth_date = fields.String(required=True, allow_none=True, metadata={"format": "date"})


class StateSaid(Answer):
    """The state in plain words, with the last day for the decision while it is awaited."""

    label = fields.String(required=True)
    meaning = fields.String(required=True)
    next_step = fields.String(required=True)
    due = fields.Date(**TEXT_OR_NOTHING)


class Happening(Answer):
    """Something that happened; `who` is blank where the reader is not told."""

    at = Instant(required=True)
    title = fields.String(required=True)
    who = fields.String(required=True)


class Sending(Answer):
    """What was sent: instant, number, hash; `receipt` is where the PDF is once it is drawn."""

    received_at = Instant(required=True)
    protocol = fields.String(required=True)
    sha256 = fields.String(required=True)
    receipt = fields.String(**TEXT_OR_NOTHING)


class Gap(Answer):
    """What keeps a draft from being sent."""

    section = fields.String(required=True)
    question = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class ApplicationDetail(ApplicationLine):
    """One's own application, whole."""

    status = fields.Nested(StateSaid, required=True)
    profile = fields.Nested(Profile, required=True)
    sections = fields.List(fields.Nested(GivenSection), required=True)
    files = fields.List(fields.Nested(GivenFile), required=True)
    submission = fields.Nested(Sending, required=True, allow_none=True)
    events = fields.List(fields.Nested(Happening), required=True)
    missing = fields.List(fields.Nested(Gap), required=True)
