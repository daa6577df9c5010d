"""What is typed to check a receipt."""

from __future__ import annotations

from portal import parse
from portal.i18n import lazy
from portal.web import PortalForm, TextField

LONGEST_CODE = 40


class VerifyForm(PortalForm):
    """The code on a receipt."""

    code = TextField(
        lazy("Code of the receipt"),
        parse=lambda text: parse.line(text, LONGEST_CODE),
        help=lazy("16 letters and figures, below the square code. Blanks and dashes don't matter."),
    )
