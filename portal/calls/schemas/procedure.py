"""What the file of a call may say of its procedure: windows, money, signatures, acts, papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import validates_schema

from portal import clock, parse
from portal.calls.schemas.parts import Line, LocalTime
from portal.definitions import ByLanguage, Flag, Key, OneOf, Part, Problem, Property, Whole
from portal.errors import Invalid, declare, mark

LONGEST_INTEGRATION_DAYS = 90
LONGEST_ADDRESS = 300
MOST_DAYS_BEFORE = 60
MOST_SHEETS = 20
MOST_PLACES = 10_000

declare({"definition_address": mark("Write a web address that begins with https:// or with /.")})


class CallKind(StrEnum):
    """How applications are taken: within one window, or all the time."""

    WINDOW = "window"
    ROLLING = "rolling"


class Territory(StrEnum):
    """Where the applicant's seat or residence must be."""

    ANYWHERE = "anywhere"
    METROPOLITAN = "metropolitan"
    BOLOGNA = "bologna"


class Silence(StrEnum):
    """What happens when nobody answers a request for integrations."""

    INADMISSIBLE = "inadmissible"
    CONTINUE = "continue"


class SignatureMode(StrEnum):
    """How an application is signed.

    `none` is no word of a file, which lists no mode then; `paper` was signed before it arrived.
    """

    NONE = "none"
    DIGITAL_SIGNATURE = "digital_signature"
    HANDWRITTEN_SCAN = "handwritten_scan"
    EID_SESSION = "eid_session"
    PAPER = "paper"


class Reserve(StrEnum):
    """What an application takes from a call's money when it is sent."""

    REQUESTED_AMOUNT = "requested_amount"


class Method(StrEnum):
    """How the points that several people give to one criterion become one figure."""

    MEAN = "mean"
    MEDIAN = "median"


class AttachmentKind(StrEnum):
    """What a file of a call is."""

    NOTICE = "notice"
    ACT = "act"
    TEMPLATE = "template"
    FAQ = "faq"
    OTHER = "other"


class ActKind(StrEnum):
    """What an act is."""

    DETERMINATION = "determination"
    RESOLUTION = "resolution"
    OTHER = "other"


NOT_ASKED = (SignatureMode.NONE, SignatureMode.PAPER)
SIGNING = tuple(mode for mode in SignatureMode if mode not in NOT_ASKED)


class LocalMoment(LocalTime):
    """A local time of Rome, kept as it is written: `2026-10-31T12:00`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        instant = super()._deserialize(value, attr, data, **kwargs)
        return clock.to_rome(instant).strftime("%Y-%m-%dT%H:%M")


class Day(Property):
    """A day, as ISO writes it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, date):
            return value.isoformat()
        try:
            return parse.date(value if isinstance(value, str) else "?").isoformat()
        except Invalid as error:
            raise Problem(error.code, "_schema", **error.facts) from None


def web_address(text: str) -> str:
    """Read the address of a page: elsewhere over https, or of this portal."""
    address = parse.line(text, LONGEST_ADDRESS)
    elsewhere = address.startswith("https://") and len(address) > len("https://")
    here = address.startswith("/") and not address.startswith("//")
    if " " in address or "\\" in address or not (elsewhere or here):
        raise Invalid("definition_address")
    return address


class WindowSchema(Part):
    """Until when what is received is assessed together."""

    until = LocalMoment(required=True)


class EligibilitySchema(Part):
    """A question of "can I apply?": the answer it wants, and what to say and offer otherwise."""

    key = Key(required=True)
    question = ByLanguage(required=True)
    wanted = OneOf(("yes", "no"), required=True)
    reason = ByLanguage(required=True)
    alternative = ByLanguage(required=True)
    alternative_url = Line(web_address)


class MoneySchema(Part):
    """The budget line that the call's money comes from, and what an application takes of it."""

    budget_line = Line(required=True)
    reserve = OneOf(Reserve, required=True)


class IntegrationSchema(Part):
    """How long one has to answer a request, and what silence means."""

    days = Whole(1, LONGEST_INTEGRATION_DAYS, required=True)
    silence = OneOf(Silence, required=True)


class EvaluationSchema(Part):
    """How the applications are judged; what is left out is as `evaluation_of` says."""

    method = OneOf(Method)
    sheets = Whole(1, MOST_SHEETS)
    blind = Flag()
    places = Whole(1, MOST_PLACES)
    partial_funding = Flag()
    remarks_days = Whole(0, MOST_DAYS_BEFORE)
    committee = Flag()
    quorum = Whole(1, MOST_SHEETS)


class AttachmentSchema(Part):
    """A file that goes with the call; the file itself is uploaded on the call's page."""

    key = Key(required=True)
    title = ByLanguage(required=True)
    kind = OneOf(AttachmentKind, required=True)


class ActSchema(Part):
    """An act on which the call rests."""

    kind = OneOf(ActKind, required=True)
    number = Line(required=True)
    date = Day(required=True)
    unit = Line(required=True)
    subject = ByLanguage(required=True)
    url = Line(web_address)


def require_order_of_windows(windows: list[Mapping[str, Any]], path: str) -> None:
    """Refuse windows that don't come one after the other."""
    ends = [window["until"] for window in windows]
    if ends != sorted(set(ends)):
        raise Problem("definition_windows", path)


class WindowsMixin(Part):
    """Checks over the parts of this module, for the schema of the whole file."""

    @validates_schema
    def check_windows(self, found: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse a call in a window without an end, and windows of assessment in disorder."""
        rolling = found.get("kind", CallKind.WINDOW) == CallKind.ROLLING
        if not rolling and found.get("closes") is None:
            raise Problem("definition_missing", "closes")
        windows = found.get("assessment_windows", [])
        if windows and not rolling:
            raise Problem("definition_only_rolling", "assessment_windows")
        require_order_of_windows(windows, "assessment_windows")


declare(
    {
        "definition_windows": mark("Write the windows one after the other, none twice."),
        "definition_only_rolling": mark("Only a rolling call has windows of assessment."),
    }
)
