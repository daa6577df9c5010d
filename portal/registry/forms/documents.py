"""What is typed and uploaded of a profile's document."""

from __future__ import annotations

from typing import Any

from portal import parse
from portal.i18n import _, lazy
from portal.registry.engine import DOCUMENT_LABELS, kinds_for
from portal.web import ChoiceField, PortalForm, TextField, UploadField


class DocumentForm(PortalForm):
    """One document, with the days between which it is good."""

    kind = ChoiceField(lazy("Which document"))
    file = UploadField(lazy("File"), help=lazy("PDF or a readable photo, up to 20 MB."))
    issued_on = TextField(
        lazy("Day of issue"),
        parse=parse.date,
        required=False,
        help=lazy("For instance 15/03/2026."),
    )
    expires_on = TextField(
        lazy("Valid until"),
        parse=parse.date,
        required=False,
        help=lazy("Only if it has an end. We remind you 30 days before."),
    )


def document_form(applicant: Any) -> DocumentForm:
    """Return the form with the kinds of document that suit the profile."""
    form = DocumentForm()
    kinds = kinds_for(applicant.organisation_type.value)
    form.kind.choices = [("", _("Choose")), *((k.value, DOCUMENT_LABELS[k]) for k in kinds)]
    return form
