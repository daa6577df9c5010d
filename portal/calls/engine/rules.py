"""The rules of a call, each with what holds where its file says nothing. Texts are the reader's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal import parse
from portal.calls.engine.definitions import DEFAULT_TERM_DAYS
from portal.calls.schemas.procedure import (
    ActKind,
    AttachmentKind,
    CallKind,
    Method,
    Reserve,
    SignatureMode,
    Silence,
    Territory,
)
from portal.i18n import lazy, pick

DEFAULT_INTEGRATION_DAYS = 10
DEFAULT_QUESTIONS_CLOSE_DAYS = 5
DEFAULT_REMINDER_DAYS = 2
DEFAULT_SHEETS = 2

KIND_LABELS: Mapping[str, Any] = {
    CallKind.WINDOW.value: lazy("From an opening to a closing"),
    CallKind.ROLLING.value: lazy("All the time"),
}
TERRITORY_LABELS: Mapping[str, Any] = {
    Territory.ANYWHERE.value: lazy("Anywhere"),
    Territory.METROPOLITAN.value: lazy("In the metropolitan city of Bologna"),
    Territory.BOLOGNA.value: lazy("In the municipality of Bologna"),
}
SIGNATURE_LABELS: Mapping[str, Any] = {
    SignatureMode.NONE.value: lazy("No signature"),
    SignatureMode.DIGITAL_SIGNATURE.value: lazy("Digital signature (signed PDF or .p7m)"),
    SignatureMode.HANDWRITTEN_SCAN.value: lazy(
        "Signature by hand, scanned, with an identity document"
    ),
    SignatureMode.EID_SESSION.value: lazy("Sending after entering with SPID, CIE or CNS"),
    SignatureMode.PAPER.value: lazy("On the paper, kept by the office"),
}
METHOD_LABELS: Mapping[str, Any] = {
    Method.MEAN.value: lazy("Mean of the points given"),
    Method.MEDIAN.value: lazy("Median of the points given"),
}
SILENCE_LABELS: Mapping[str, Any] = {
    Silence.INADMISSIBLE.value: lazy("The application is not admitted"),
    Silence.CONTINUE.value: lazy("The office goes on with what it has"),
}
ATTACHMENT_LABELS: Mapping[str, Any] = {
    AttachmentKind.NOTICE.value: lazy("Notice"),
    AttachmentKind.ACT.value: lazy("Act"),
    AttachmentKind.TEMPLATE.value: lazy("Form to fill in"),
    AttachmentKind.FAQ.value: lazy("Questions with answers"),
    AttachmentKind.OTHER.value: lazy("Other document"),
}
ACT_LABELS: Mapping[str, Any] = {
    ActKind.DETERMINATION.value: lazy("Determination"),
    ActKind.RESOLUTION.value: lazy("Resolution"),
    ActKind.OTHER.value: lazy("Act"),
}


def kind_of(call: Any) -> CallKind:
    """Whether applications are taken within one window or all the time."""
    return CallKind(call.kind)


def is_rolling(call: Any) -> bool:
    """Whether applications are taken all the time."""
    return kind_of(call) is CallKind.ROLLING


def territory_of(call: Any) -> Territory:
    """Where the applicant's seat or residence must be."""
    return Territory(call.rules.get("territory", Territory.METROPOLITAN))


@dataclass(frozen=True)
class EligibilityQuestion:
    """A question of "can I apply?"; `wanted` is yes or no, the rest is for other answers."""

    key: str
    question: str
    wanted: str
    reason: str
    alternative: str
    alternative_url: str = ""


def eligibility_of(call: Any) -> list[EligibilityQuestion]:
    """What "can I apply?" asks beside the kind of applicant and the territory."""
    return [
        EligibilityQuestion(
            key=item["key"],
            question=pick(item["question"]),
            wanted=item["wanted"],
            reason=pick(item["reason"]),
            alternative=pick(item["alternative"]),
            alternative_url=item.get("alternative_url", ""),
        )
        for item in call.rules.get("eligibility", ())
    ]


@dataclass(frozen=True)
class MoneyRule:
    """The budget line a call draws on, and what an application takes of it when it is sent."""

    budget_line: str
    reserve: Reserve


def money_of(call: Any) -> MoneyRule | None:
    """What limits the call by money; None where nothing does."""
    found = call.rules.get("money")
    return MoneyRule(found["budget_line"], Reserve(found["reserve"])) if found else None


@dataclass(frozen=True)
class IntegrationRule:
    """How many days there are to answer a request, and what silence means."""

    days: int
    silence: Silence


def integration_of(call: Any) -> IntegrationRule:
    """How the call asks for integrations."""
    found = call.rules.get("integration", {})
    return IntegrationRule(
        found.get("days", DEFAULT_INTEGRATION_DAYS),
        Silence(found.get("silence", Silence.INADMISSIBLE)),
    )


def signature_modes_of(call: Any) -> tuple[SignatureMode, ...]:
    """The ways of signing that the call takes; none where no signature is asked for."""
    return tuple(SignatureMode(mode) for mode in call.rules.get("signature_modes", ()))


def representative_confirms(call: Any) -> bool:
    """Whether the legal representative must confirm before an application is sent."""
    return bool(call.rules.get("representative_confirms", False))


def stamp_duty_of(call: Any) -> Decimal | None:
    """The stamp duty on an application; None where it isn't due."""
    found = call.rules.get("stamp_duty")
    return Decimal(found) if found else None


def is_ranked(call: Any) -> bool:
    """Whether the applications are put in a ranking."""
    return bool(call.rules.get("ranked", True))


@dataclass(frozen=True)
class EvaluationRule:
    """How the applications of a call are judged.

    `sheets`: how many people judge each; `places`: how many may be selected, None without a limit;
    `partial_funding`: the last one may get what is left of the money; `remarks_days`: how long a
    provisional ranking takes remarks, 0 where it is final at once; `quorum`: how many promoters
    must be present, None for more than half.
    """

    method: Method
    sheets: int
    is_blind: bool
    places: int | None
    partial_funding: bool
    remarks_days: int
    needs_committee: bool
    quorum: int | None


def evaluation_of(call: Any) -> EvaluationRule:
    """How the applications are judged."""
    found = call.rules.get("evaluation", {})
    return EvaluationRule(
        method=Method(found.get("method", Method.MEAN)),
        sheets=found.get("sheets", DEFAULT_SHEETS),
        is_blind=found.get("blind", False),
        places=found.get("places"),
        partial_funding=found.get("partial_funding", True),
        remarks_days=found.get("remarks_days", 0),
        needs_committee=found.get("committee", False),
        quorum=found.get("quorum"),
    )


def questions_close_at(call: Any) -> datetime | None:
    """Until when public questions may be asked; None where they may as long as it is open."""
    if is_rolling(call) or call.closes_at is None:
        return None
    days = call.rules.get("questions_close_days", DEFAULT_QUESTIONS_CLOSE_DAYS)
    closing: datetime = call.closes_at
    return closing - timedelta(days=days)


def reminder_days_of(call: Any) -> int:
    """How many working days before the closing drafts are reminded."""
    return int(call.rules.get("reminder_days", DEFAULT_REMINDER_DAYS))


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the call, whether it has been uploaded or not."""

    key: str
    title: str
    kind: AttachmentKind


def attachments_of(call: Any) -> list[Attachment]:
    """The files that go with the call, as its file lists them."""
    return [
        Attachment(item["key"], pick(item["title"]), AttachmentKind(item["kind"]))
        for item in call.rules.get("attachments", ())
    ]


@dataclass(frozen=True)
class Act:
    """An act on which the call rests."""

    kind: ActKind
    number: str
    date: date
    unit: str
    subject: str
    url: str = ""


def acts_of(call: Any) -> list[Act]:
    """The acts on which the call rests."""
    return [
        Act(
            kind=ActKind(item["kind"]),
            number=item["number"],
            date=date.fromisoformat(item["date"]),
            unit=item["unit"],
            subject=pick(item["subject"]),
            url=item.get("url", ""),
        )
        for item in call.rules.get("acts", ())
    ]


def assessment_windows_of(call: Any) -> list[datetime]:
    """Until when what a rolling call receives is assessed together, in order."""
    return [parse.deadline(item["until"]) for item in call.rules.get("assessment_windows", ())]


def term_of(call: Any) -> int:
    """Within how many days the procedure must end."""
    return int(call.rules.get("procedure_term_days", DEFAULT_TERM_DAYS))
