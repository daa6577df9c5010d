"""Forms of remarks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal import parse
from portal.i18n import lazy
from portal.web import (
    AreaField,
    ChoiceField,
    PortalForm,
    TextField,
    UploadField,
    VersionedForm,
)

LONGEST_TEXT = 5_000
LONGEST_VALUE = 10


class RemarkForm(PortalForm):
    """What an applicant says."""

    text = AreaField(lazy("Your remark"), limit=LONGEST_TEXT)
    file = UploadField(
        lazy("A file that shows it"),
        help=lazy("One file, if it helps: PDF, photo (JPG, PNG), Word or Excel (docx, xlsx)."),
    )


class DecideForm(VersionedForm):
    """What the office decides, and what it corrects."""

    decision = ChoiceField(
        lazy("Decision"),
        choices=[("reject", lazy("Reject it")), ("uphold", lazy("Uphold it"))],
        radio=True,
    )
    answer = AreaField(lazy("Answer to the applicant"), limit=LONGEST_TEXT)
    what = ChoiceField(lazy("What is corrected"), required=False)
    value = TextField(
        lazy("New points or mark"),
        required=False,
        parse=lambda text: parse.line(text, LONGEST_VALUE),
        help=lazy("Only where points or a mark are corrected."),
    )


def decide_form(remark: Any, corrections: Iterable[tuple[str, str]]) -> DecideForm:
    """Return the form with what can be corrected."""
    form = DecideForm(data={"version": str(remark.version), "what": "none"})
    form.what.choices = list(corrections)
    return form
