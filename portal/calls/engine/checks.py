"""What must hold before a call is published, and what should: one list, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal import clock
from portal.calls.engine.rules import acts_of, attachments_of, money_of
from portal.calls.engine.shown import (
    eligible_types,
    form_of,
    grid_of,
    office_of,
    privacy_notice_of,
)
from portal.grids.engine import gaps_of
from portal.i18n import LANGUAGES, lazy
from portal.questionnaires.engine import Copy, QuestionType

# How texts mark what is invented and has to be replaced.
EXAMPLES = ("(esempio)", "di esempio)", "(example", "(nome di esempio")


class Place(StrEnum):
    """Where in the call's pages a check is put right."""

    FACTS = "facts"
    FORM = "form"
    GRID = "grid"
    FILES = "files"
    MONEY = "money"
    TRIAL = "trial"


@dataclass(frozen=True)
class Check:
    """One point of the list: what should hold, whether it does, what to do otherwise."""

    code: str
    is_met: bool
    is_needed: bool
    title: Any
    advice: Any
    place: Place = Place.FACTS


def checks_of(
    call: Any,
    uploaded: Iterable[str],
    money_obstacle: str | None,
    areas: Mapping[str, bool] = MappingProxyType({}),
) -> list[Check]:
    """Return every point, those that are needed first.

    `uploaded` are keys of attachments; `areas` says of each priority area in force whether it is
    an example.
    """
    needed = [Check(code, met, True, *said) for code, met, said in _needed(call, areas)]
    missing = {attachment.key for attachment in attachments_of(call)} - set(uploaded)
    needed.append(Check("attachments", not missing, True, *FILES))
    if money_of(call) is not None:
        needed.append(Check("money", money_obstacle is None, True, *MONEY))
    wished = _wished(call, areas)
    return [*needed, *(Check(code, met, False, *said) for code, met, said in wished)]


Said = tuple[Any, ...]
FILES: Said = (
    lazy("Every attachment that the call lists is uploaded"),
    lazy("Upload the files that are missing, or take them off the list."),
    Place.FILES,
)
MONEY: Said = (
    lazy("The budget line exists and has money"),
    lazy("Open the budget line and put money on it, or name another one."),
    Place.MONEY,
)
NEEDED: Mapping[str, Said] = {
    "window": (
        lazy("The closing lies in the future"),
        lazy("Move the closing: nobody could apply."),
    ),
    "title": (
        lazy("A question of the form gives the application its title"),
        lazy("Choose which answer is the title of the application."),
        Place.FORM,
    ),
    "declarations": (
        lazy("The form asks for the declarations"),
        lazy("Add the declarations that applicants make under their responsibility."),
        Place.FORM,
    ),
    "privacy": (
        lazy("There is a privacy notice with its version"),
        lazy("Write the privacy notice."),
    ),
    "office": (
        lazy("Office, procedure owner, e-mail, telephone and address are given"),
        lazy("Complete the contacts of the office."),
    ),
    "applicants": (
        lazy("Who may apply is said"),
        lazy("Choose the kinds of applicant."),
    ),
    "threshold": (
        lazy("The threshold can be reached with the points of the criteria"),
        lazy("Lower the threshold, or change the criteria."),
        Place.GRID,
    ),
    "criteria": (
        lazy("The weights of the criteria make 100, and each can be reached"),
        lazy("Open the grid: it says what is missing."),
        Place.GRID,
    ),
}
WISHED: Mapping[str, Said] = {
    "opening": (
        lazy("The opening lies in the future"),
        lazy("If you publish now, the call is open at once."),
    ),
    "acts": (
        lazy("The act that approves the call is named"),
        lazy("Name the act on which the call rests."),
    ),
    "examples": (
        lazy("No text is marked as an example"),
        lazy("Replace the texts marked “(esempio)” with the real ones."),
    ),
    "areas": (
        lazy("No priority area is an example"),
        lazy("Check the municipalities of the areas that the criteria use."),
        Place.GRID,
    ),
    "english": (
        lazy("All texts are there in English too"),
        lazy("Write the English texts that are missing: readers find the Italian ones there."),
    ),
    "trial": (
        lazy("Somebody has tried the call out as an applicant"),
        lazy("Try the call out up to the receipt: it takes ten minutes."),
        Place.TRIAL,
    ),
}


def _needed(call: Any, areas: Mapping[str, bool]) -> Iterator[tuple[str, bool, Said]]:
    form, office, grid = form_of(call), office_of(call), grid_of(call)
    notice = privacy_notice_of(call)
    contacts = (office.name, office.owner, office.email, office.phone, office.address)
    met = {
        "window": call.closes_at is None or call.closes_at > clock.now(),
        "title": form.copied(Copy.TITLE) is not None,
        "declarations": any(q.type is QuestionType.DECLARATION for q in form.questions),
        "privacy": bool(notice.version and notice.sections),
        "office": all(contacts),
        "applicants": bool(eligible_types(call)),
        "threshold": call.threshold_hundredths <= grid.maximum_hundredths,
        "criteria": not gaps_of(grid, areas),
    }
    return ((code, met[code], said) for code, said in NEEDED.items())


def _wished(call: Any, areas: Mapping[str, bool]) -> Iterator[tuple[str, bool, Said]]:
    said = [call.title, call.summary, call.rules, call.form_definition.definition]
    met = {
        "opening": call.opens_at > clock.now(),
        "acts": bool(acts_of(call)),
        "examples": not any(word in text for text in _texts(said) for word in EXAMPLES),
        "areas": not any(areas.get(key) for key in grid_of(call).area_keys),
        "english": all(set(LANGUAGES) <= set(text) for text in _by_language(said)),
        "trial": call.tried_at is not None,
    }
    return ((code, met[code], told) for code, told in WISHED.items())


def _texts(part: Any) -> Iterator[str]:
    """Go through every text of a definition."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, Sequence):
        for value in part:
            yield from _texts(value)


def _by_language(part: Any) -> Iterator[Mapping[str, Any]]:
    """Go through every text that is said by language."""
    if isinstance(part, Mapping):
        if part and set(part) <= set(LANGUAGES):
            yield part
            return
        for value in part.values():
            yield from _by_language(value)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for value in part:
            yield from _by_language(value)
