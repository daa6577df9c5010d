"""The spreadsheet that the office uploads."""

from __future__ import annotations

from portal.i18n import lazy
from portal.web import PortalForm, UploadField


class SheetForm(PortalForm):
    """A spreadsheet of applications that arrived on paper."""

    file = UploadField(
        lazy("Spreadsheet filled in"), help=lazy("The template of this call: .xlsx, .ods or .csv.")
    )
