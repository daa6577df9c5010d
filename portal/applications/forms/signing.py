"""What is typed and uploaded to sign: paper, scan, proxy, stamp duty, the representative's word."""

from __future__ import annotations

from typing import Any

from portal import parse
from portal.i18n import format_date, lazy
from portal.web import AreaField, PortalForm, TextField, UploadField, VersionedForm

LONGEST_REASON = 2_000


class DigitalForm(PortalForm):
    """The paper with a digital signature."""

    digital_signature_signed = UploadField(
        lazy("Signed file (.p7m or PDF)"),
        help=lazy("The very file you downloaded from here, signed with your tool."),
    )


class ScanForm(PortalForm):
    """The paper signed by hand, and the identity document of who signed."""

    handwritten_scan_signed = UploadField(
        lazy("Scan of the signed paper"), help=lazy("All its pages in one PDF, or a picture.")
    )
    handwritten_scan_identity = UploadField(
        lazy("Identity document of who signed"), help=lazy("Front and back, not expired.")
    )


class StampForm(VersionedForm):
    """How the stamp duty was paid; `version` 0 where nothing has been said yet."""

    serial = TextField(
        lazy("Number of the stamp"),
        parse=parse.line,
        required=False,
        help=lazy("14 digits: they stand under the bar code."),
    )
    issued_on = TextField(
        lazy("Day of the stamp"),
        parse=parse.line,
        required=False,
        help=lazy("Day, month and year, for instance 09/05/2026."),
    )
    reference = TextField(
        lazy("Or the reference of the payment"),
        parse=parse.line,
        required=False,
        help=lazy("Of pagoPA or of form F24, if you have not bought a stamp."),
    )


class VerdictForm(VersionedForm):
    """The word of the legal representative; `version` is that of the answers read."""

    reason = AreaField(
        lazy("What is to be corrected"),
        required=False,
        limit=LONGEST_REASON,
        help=lazy("Only if you send it back: who asked you reads this text."),
    )


def saved_stamp(stamp: Any) -> dict[str, str]:
    """Return the stamp duty as it stands, as its form shows it."""
    given = stamp.given
    if given is None:
        return {"serial": "", "issued_on": "", "reference": ""}
    return {
        "serial": given.serial or "",
        "issued_on": format_date(given.issued_on) if given.issued_on else "",
        "reference": given.reference or "",
    }


def stamp_form(stamp: Any) -> StampForm:
    """Return the form of the stamp duty as it stands."""
    version = str(stamp.given.version) if stamp.given else "0"
    return StampForm(data={"version": version, **saved_stamp(stamp)})
