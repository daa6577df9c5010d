"""Forms of decision letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal import parse
from portal.i18n import lazy
from portal.web import AreaField, CarriedField, ManyField, PortalForm, TextField, VersionedForm

LONGEST_CODE = 20
LONGEST_TEXT = 1_000
LONGEST_REFERRAL = 200


class ReasonForm(VersionedForm):
    """A reason for which applications are refused."""

    code = TextField(lazy("Code"), parse=lambda text: parse.line(text, LONGEST_CODE))
    text = AreaField(lazy("Reason"), limit=LONGEST_TEXT)
    advice = AreaField(
        lazy("What the applicant can do next"),
        limit=LONGEST_TEXT,
        help=lazy("One or two sentences that help for the next time."),
    )
    referral = TextField(
        lazy("Where to turn to"),
        required=False,
        parse=lambda text: parse.line(text, LONGEST_REFERRAL),
        help=lazy("An office or a service that can help, for example Progetti d'impresa."),
    )


class ChooseReasonsForm(PortalForm):
    """The reasons of one letter; `seen` are those that the page showed."""

    reasons = ManyField(lazy("Reasons of the refusal"), required=False)
    seen = CarriedField()


def reason_form(reason: Any = None) -> ReasonForm:
    """Return the form with what a reason says."""
    if reason is None:
        return ReasonForm()
    names = ("code", "text", "advice", "referral", "version")
    return ReasonForm(data={name: str(getattr(reason, name)) for name in names})


def choose_form(reasons: Iterable[Any], chosen: Iterable[int]) -> ChooseReasonsForm:
    """Return the form with the reasons of the call, and those that stand in the letter."""
    picked = [str(each) for each in chosen]
    form = ChooseReasonsForm(data={"reasons": picked, "seen": ",".join(picked)})
    form.reasons.choices = [(str(each.id), f"{each.code}: {each.text}") for each in reasons]
    return form
