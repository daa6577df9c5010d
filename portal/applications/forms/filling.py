"""What is typed on the pages of applications; the questions of a call have forms of their own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from portal.applications.queries import field_labels
from portal.i18n import _, lazy
from portal.web import AreaField, CarriedField, ChoiceField, PortalForm, TickField, add_labels

LONGEST_REASON = 2_000
OUTCOMES = (
    ("met", lazy("Met")),
    ("not_met", lazy("Not met")),
    ("not_applicable", lazy("Not applicable")),
)


add_labels(field_labels)


class StartForm(PortalForm):
    """The privacy notice read, and who applies; its key makes a repeated start the same draft."""

    privacy_version = HiddenField()
    start_key = HiddenField(default=lambda: secrets.token_hex(16))
    privacy_read = TickField(lazy("I have read the privacy notice"), required=True)
    applicant = ChoiceField(lazy("Who applies"), radio=True)
    another = TickField(
        lazy("Start one more application"),
        help=lazy("Otherwise you go on with the one that was started last."),
    )


def start_form(start: Any, version: str) -> StartForm:
    """Return the form that offers the profiles; the only one is chosen already.

    One more application is offered where one has been started and the call takes several.
    """
    form, applicants, started = StartForm(), start.applicants, start.started_ids
    if not (started and start.takes_more):
        del form.another
    form.applicant.choices = [
        (each.public_id, _("%(name)s (already started)", name=each.name))
        if each.id in started
        else (each.public_id, each.name)
        for each in applicants
    ]
    if not form.is_typed:
        form.privacy_version.data = version
        form.applicant.data = applicants[0].public_id if len(applicants) == 1 else None
    return form


class SubmitForm(PortalForm):
    """The confirmation; its key makes a repeated request the same submission."""

    request_key = HiddenField(default=lambda: secrets.token_hex(16))
    confirmed = TickField(
        lazy("I have checked the summary and I want to send the application"), required=True
    )


class RepresentativeSubmitForm(SubmitForm):
    """The same for a legal representative where the call wants his word."""

    confirms = TickField(
        lazy("I am the legal representative, and I confirm what the application says"),
        required=True,
    )


def submit_form(confirms: bool) -> SubmitForm:
    """Return the form that sends, with the word of a representative where it is wanted."""
    return RepresentativeSubmitForm() if confirms else SubmitForm()


def check_form(lines: Sequence[Any], mark: str) -> Any:
    """Return the form of a formal check: outcome and reason of each item, and the final reason.

    `mark` is that of the check as it stands; a page that saw another one is told.
    """
    fields: dict[str, Any] = {"version": CarriedField()}
    for line in lines:
        fields[f"outcome_{line.key}"] = ChoiceField(
            line.text, choices=OUTCOMES, required=False, radio=True
        )
        fields[f"reason_{line.key}"] = AreaField(
            _("Reason, or note for the office"), required=False, limit=LONGEST_REASON
        )
    fields["reason"] = AreaField(
        _("Why it is not admissible"),
        required=False,
        limit=LONGEST_REASON,
        help=_("The applicant reads this text as you write it."),
    )
    kept = {
        name: value
        for line in lines
        for name, value in (
            (f"outcome_{line.key}", line.outcome.value if line.outcome else None),
            (f"reason_{line.key}", line.reason),
        )
    }
    return type("CheckForm", (PortalForm,), fields)(data={**kept, "version": mark})


def check_differences(form: Any, lines: Sequence[Any]) -> list[dict[str, str]]:
    """Return where what was typed is other than what was saved meanwhile."""
    words = {key: str(label) for key, label in OUTCOMES}
    typed = checked_items(form, lines)
    rows = [(line, *typed.get(line.key, ("", ""))) for line in lines]
    return [
        {
            "label": line.text,
            "yours": judged(words, outcome, reason),
            "saved": judged(words, line.outcome or "", line.reason),
        }
        for line, outcome, reason in rows
        if (outcome, reason.strip()) != (line.outcome or "", line.reason)
    ]


def judged(words: Mapping[str, str], outcome: str, reason: str) -> str:
    """Return an outcome and its reason on one line."""
    return ". ".join(filter(None, (words.get(outcome, ""), reason)))


def checked_items(form: Any, lines: Sequence[Any]) -> dict[str, tuple[str, str]]:
    """Return outcome and reason of the items that have been judged."""
    typed = {
        line.key: (form[f"outcome_{line.key}"].data or "", form[f"reason_{line.key}"].data or "")
        for line in lines
    }
    return {key: pair for key, pair in typed.items() if any(text.strip() for text in pair)}
