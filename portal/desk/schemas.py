"""What programs are told of the dossiers of the office."""

from __future__ import annotations

from marshmallow import fields

from portal.api.schemas import Amount, Answer, Instant, Texts
from portal.applications.schemas import (
    TEXT_OR_NOTHING,
    GivenFile,
    GivenSection,
    Happening,
    Profile,
    Sending,
    StateSaid,
)


class DossierLine(Answer):
    """A dossier in the office's list; of its score sheets only the numbers."""

    practice_code = fields.String(required=True)
    protocol = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    title = fields.String(required=True)
    applicant = fields.String(required=True)
    call = fields.String(required=True)
    call_title = Texts(required=True)
    requested_amount = Amount(**TEXT_OR_NOTHING)
    received_at = Instant(required=True)
    sheets = fields.Integer(required=True)
    sheets_sent = fields.Integer(required=True)


class CheckLine(Answer):
    """An item of the formal check; without outcome until it is judged."""

    key = fields.String(required=True)
    text = fields.String(required=True)
    outcome = fields.String(**TEXT_OR_NOTHING)
    reason = fields.String(required=True)


class DossierDetail(DossierLine):
    """A dossier, whole."""

    status = fields.Nested(StateSaid, required=True)
    profile = fields.Nested(Profile, required=True)
    sections = fields.List(fields.Nested(GivenSection), required=True)
    files = fields.List(fields.Nested(GivenFile), required=True)
    submission = fields.Nested(Sending, required=True)
    events = fields.List(fields.Nested(Happening), required=True)
    checks = fields.List(fields.Nested(CheckLine), required=True)
