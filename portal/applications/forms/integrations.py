"""What is typed to ask an applicant to complete an application."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from portal import parse
from portal.i18n import _, lazy
from portal.web import AreaField, ChoiceField, PortalForm, TextField

LONGEST_TEXT = 2_000
FAULT_CHOICES = (
    ("incorrect", lazy("Incorrect")),
    ("incomplete", lazy("Incomplete")),
    ("outdated", lazy("Out of date")),
)
NOTHING = ("", lazy("Nothing to ask"))


def request_form(places: Sequence[tuple[str, str]]) -> Any:
    """Return the form that asks: for each place what is wrong and why, and a word to all of it.

    `places` are the questions and the items of the checklist: name and words.
    """
    fields: dict[str, Any] = {}
    for place, label in places:
        fields[fault_name(place)] = ChoiceField(
            label, choices=(NOTHING, *FAULT_CHOICES), required=False
        )
        fields[text_name(place)] = AreaField(
            _("What is to be done: %(label)s", label=label), required=False, limit=LONGEST_TEXT
        )
    fields["text"] = AreaField(
        _("A word to all of it"),
        required=False,
        limit=LONGEST_TEXT,
        help=_("It stands in the mail, below the points."),
    )
    return type("RequestForm", (PortalForm,), fields)()


def fault_name(place: str) -> str:
    """Return the name of the field that says what is wrong at a place."""
    return f"fault_{place.replace('.', '_', 1)}"


def text_name(place: str) -> str:
    """Return the name of the field that says what is to be done at a place."""
    return f"text_{place.replace('.', '_', 1)}"


def wanted(form: Any, places: Sequence[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return what was typed, by place."""
    return {
        place: (form[fault_name(place)].data or "", form[text_name(place)].data or "")
        for place, _label in places
    }


@dataclass(frozen=True)
class Part:
    """A part of the form on its page: its places, how many are chosen, whether any is wrong."""

    title: str
    places: Sequence[tuple[str, str]]
    chosen: int
    is_wrong: bool


def parts_of(
    form: Any, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], first: Collection[str]
) -> tuple[Part, list[Part]]:
    """Return what stands at the top, then all the rest by its groups."""
    top = [pair for _title, places in groups for pair in places if pair[0] in first]
    rest = [(title, [x for x in places if x[0] not in first]) for title, places in groups]
    return _part(form, "", top), [_part(form, *group) for group in rest if group[1]]


def _part(form: Any, title: str, places: Sequence[tuple[str, str]]) -> Part:
    names = [(fault_name(place), text_name(place)) for place, _label in places]
    return Part(
        title,
        places,
        chosen=sum(bool(form[fault].data or form[text].data) for fault, text in names),
        is_wrong=any(form[fault].errors or form[text].errors for fault, text in names),
    )


class ExtendForm(PortalForm):
    """More days, and why."""

    days = TextField(
        lazy("How many days more"),
        parse=lambda text: parse.integer(text, 1, 60),
        help=lazy("They count from the day the term ends on now."),
    )
    reason = AreaField(
        lazy("Reason"), limit=LONGEST_TEXT, help=lazy("The applicant reads it in the mail.")
    )
