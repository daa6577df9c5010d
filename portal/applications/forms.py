"""What is typed on the pages of applications; the questions of a call have forms of their own."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from wtforms import HiddenField

from portal.i18n import _, lazy
from portal.web import AreaField, ChoiceField, PortalForm, TickField

LONGEST_REASON = 2_000
OUTCOMES = (
    ("met", lazy("Met")),
    ("not_met", lazy("Not met")),
    ("not_applicable", lazy("Not applicable")),
)


class StartForm(PortalForm):
    """The privacy notice read, and who applies."""

    privacy_version = HiddenField()
    privacy_read = TickField(lazy("I have read the privacy notice"), required=True)
    applicant = ChoiceField(lazy("Who applies"), radio=True)


def start_form(applicants: Sequence[Any], started: Collection[int], version: str) -> StartForm:
    """Return the form that offers these profiles; the only one is chosen already."""
    form = StartForm()
    form.applicant.choices = [
        (each.public_id, _("%(name)s (already started)", name=each.name))
        if each.id in started
        else (each.public_id, each.name)
        for each in applicants
    ]
    if not form.is_submitted():
        form.privacy_version.data = version
        form.applicant.data = applicants[0].public_id if len(applicants) == 1 else None
    return form


class SubmitForm(PortalForm):
    """The confirmation; its key makes a repeated request the same submission."""

    request_key = HiddenField(default=lambda: secrets.token_hex(16))
    confirmed = TickField(
        lazy("I have checked the summary and I want to send the application"), required=True
    )


def check_form(lines: Sequence[Any]) -> Any:
    """Return the form of a formal check: outcome and reason of each item, and the final reason."""
    fields: dict[str, Any] = {}
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
    return type("CheckForm", (PortalForm,), fields)(data=kept)


def checked_items(form: Any, lines: Sequence[Any]) -> dict[str, tuple[str, str]]:
    """Return outcome and reason of the items that have been judged."""
    typed = {
        line.key: (form[f"outcome_{line.key}"].data or "", form[f"reason_{line.key}"].data or "")
        for line in lines
    }
    return {key: pair for key, pair in typed.items() if any(text.strip() for text in pair)}
