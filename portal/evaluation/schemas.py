"""What programs are told of what a person evaluates: never what others have judged."""

from __future__ import annotations

from marshmallow import fields

from portal.api.schemas import Amount, Answer, Instant, Texts
from portal.applications.schemas import TEXT_OR_NOTHING, GivenFile, GivenSection


class AssignmentLine(Answer):
    """A dossier to evaluate, in one's own reading order; `total` once the scores are sent.

    In a blind round the title is the code and the applicant is blank.
    """

    practice_code = fields.String(required=True)
    title = fields.String(required=True)
    applicant = fields.String(required=True)
    call_title = Texts(required=True)
    work = fields.String(required=True)
    total = Amount(**TEXT_OR_NOTHING)


class OwnMark(Answer):
    """One's own mark on a criterion; none while it is blank."""

    criterion = fields.String(required=True)
    label = fields.String(required=True)
    highest = fields.Integer(required=True)
    mark = fields.Integer(**TEXT_OR_NOTHING)
    not_assessable = fields.Boolean(required=True)
    comment = fields.String(required=True)


class AutomaticPoints(Answer):
    """Points that are computed, and from what."""

    criterion = fields.String(required=True)
    label = fields.String(required=True)
    points = Amount(**TEXT_OR_NOTHING)
    reason = fields.String(required=True)


class ReadFile(GivenFile):
    """A file of a dossier; no hash in a blind round: it would show whose it is."""

    sha256 = fields.String(**TEXT_OR_NOTHING)


class AssignmentDetail(AssignmentLine):
    """A dossier to evaluate, whole, with one's own sheet."""

    call = fields.String(required=True)
    sent_at = Instant(**TEXT_OR_NOTHING)
    sections = fields.List(fields.Nested(GivenSection), required=True)
    files = fields.List(fields.Nested(ReadFile), required=True)
    automatic = fields.List(fields.Nested(AutomaticPoints), required=True)
    marks = fields.List(fields.Nested(OwnMark), required=True)
