"""What is typed to say how easy the service was."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from portal.applications.queries import RATING_ANSWERS
from portal.i18n import lazy
from portal.web import AreaField, ChoiceField, PortalForm

LONGEST_TEXT = 500
STAR_CHOICES = (
    ("1", lazy("1 star out of 5")),
    ("2", lazy("2 stars out of 5")),
    ("3", lazy("3 stars out of 5")),
    ("4", lazy("4 stars out of 5")),
    ("5", lazy("5 stars out of 5")),
)
FEW = 3


def star_of(text: str) -> int:
    """Return the stars that an address or a form names; 0 for anything else."""
    return int(text) if text in {key for key, _label in STAR_CHOICES} else 0


class RateForm(PortalForm):
    """One of five answers, and a text."""

    stars = HiddenField()
    answer = ChoiceField("", required=False, radio=True)
    text = AreaField(
        lazy("Do you want to tell us more?"),
        required=False,
        limit=LONGEST_TEXT,
        help=lazy("Don't write names or personal data here."),
    )


def rate_form(stars: int) -> Any:
    """Return the form that follows so many stars."""
    form = RateForm()
    question = (
        lazy("Where did you have most trouble?")
        if stars <= FEW
        else lazy("What did you like most?")
    )
    form.answer.label.text = str(question)
    form.answer.choices = [(key, str(label)) for key, label in RATING_ANSWERS[stars].items()]
    form.stars.data = str(stars)
    return form
