""" "Can I apply?": the one rule on who a call is for, and what stands in the way of whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.calls.engine.rules import TERRITORY_LABELS, eligibility_of, territory_of
from portal.calls.engine.shown import eligible_types
from portal.calls.schemas.procedure import Territory
from portal.i18n import _
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS, area

ELSEWHERE = "elsewhere"
YES, NO, UNSURE = "yes", "no", "unsure"

# The areas that each territory takes in; a place that is none of the 55 lies elsewhere.
AREAS: Mapping[Territory, frozenset[str]] = {
    Territory.ANYWHERE: frozenset({"bologna", "metropolitan", ELSEWHERE}),
    Territory.METROPOLITAN: frozenset({"bologna", "metropolitan"}),
    Territory.BOLOGNA: frozenset({"bologna"}),
}


@dataclass(frozen=True)
class Hindrance:
    """Why somebody can't apply, or must look first; and what they can do instead."""

    reason: str
    alternative: str = ""
    url: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the self-check says: what stands in the way, and what must be looked at first."""

    hindrances: list[Hindrance]
    doubts: list[Hindrance]


def place_of(municipality_code: str) -> str:
    """The area of a municipality; elsewhere for one that is not of the metropolitan city."""
    return area(municipality_code) if municipality_code in MUNICIPALITIES else ELSEWHERE


def takes_type(call: Any, organisation_type: str) -> bool:
    """Whether the call is for applicants of this type."""
    allowed = eligible_types(call)
    return not allowed or organisation_type in allowed


def takes_place(call: Any, municipality_code: str) -> bool:
    """Whether the call is for applicants with their seat or residence there."""
    return place_of(municipality_code) in AREAS[territory_of(call)]


def suits(call: Any, organisation_type: str, municipality_code: str) -> bool:
    """Whether type and place are those of the call."""
    return takes_type(call, organisation_type) and takes_place(call, municipality_code)


def judge(
    call: Any, organisation_type: str, municipality_code: str, given: Mapping[str, str]
) -> Verdict:
    """What the answers to the self-check lead to; `given` holds yes, no or unsure by question."""
    hindrances: list[Hindrance] = []
    if not takes_type(call, organisation_type):
        label = ORGANISATION_LABELS[organisation_type]
        hindrances.append(
            Hindrance(_("This call is not for this kind of applicant: %(kind)s.", kind=label))
        )
    if not takes_place(call, municipality_code):
        where = TERRITORY_LABELS[territory_of(call)]
        hindrances.append(Hindrance(_("Seat or residence must be here: %(where)s.", where=where)))
    doubts: list[Hindrance] = []
    for question in eligibility_of(call):
        answer = given[question.key]
        if answer == question.wanted:
            continue
        told = Hindrance(question.reason, question.alternative, question.alternative_url)
        (doubts if answer == UNSURE else hindrances).append(told)
    return Verdict(hindrances, doubts)
