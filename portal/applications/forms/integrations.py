"""What is typed to ask an applicant to complete an application."""

from __future__ import annotations

from collections.abc import Sequence
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
