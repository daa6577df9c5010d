"""Forms for the life of a call: more time, the end before its time."""

from __future__ import annotations

from portal import parse
from portal.calls.engine.rules import ACT_LABELS
from portal.calls.services.publishing import LONGEST_REASON
from portal.i18n import lazy
from portal.web import AreaField, ChoiceField, TextField, TickField, UploadField, VersionedForm


class ActForm(VersionedForm):
    """The act by which something is decided, and why."""

    reason = AreaField(
        lazy("Why"), limit=LONGEST_REASON, help=lazy("Everybody reads it on the call's page.")
    )
    act_kind = ChoiceField(lazy("Kind of act"), choices=list(ACT_LABELS.items()))
    act_number = TextField(lazy("Number of the act"), parse=parse.line, help=lazy("DD/9277/2026"))
    act_date = TextField(lazy("Date of the act"), parse=parse.date, render_kw={"type": "date"})
    act_unit = TextField(
        lazy("Who adopted it"), parse=parse.line, help=lazy("The unit, as the act names it.")
    )

    @property
    def act(self) -> dict[str, str]:
        """Return the act as it was typed, by the names the service reads."""
        names = ("kind", "number", "date", "unit")
        return {name: str(self[f"act_{name}"].data or "") for name in names}


class ExtendForm(ActForm):
    """A later closing for everybody."""

    closes_at = TextField(
        lazy("New closing"),
        parse=parse.deadline,
        help=lazy("Day and hour of Rome. It can only be later than the closing that holds."),
        render_kw={"type": "datetime-local"},
    )


class ExtendForForm(VersionedForm):
    """A later closing for one applicant."""

    tax_code = TextField(
        lazy("Tax code of the applicant"),
        parse=parse.tax_code,
        help=lazy("Of the body or the person: the profile must already be in the portal."),
    )
    closes_at = TextField(
        lazy("New closing for this applicant"),
        parse=parse.deadline,
        help=lazy("Day and hour of Rome."),
        render_kw={"type": "datetime-local"},
    )
    reason = AreaField(
        lazy("Why"),
        limit=LONGEST_REASON,
        help=lazy("The applicant and the office read it, nobody else."),
    )


class AmendForm(ActForm):
    """The act by which a working copy becomes the next version."""


class ReplaceForm(VersionedForm):
    """A file that takes the place of the working copy."""

    file = UploadField(
        lazy("File of the call (YAML)"), help=lazy("The working copy, changed by you.")
    )


class PublishForm(VersionedForm):
    """The tick that says that what is marked has been looked at."""

    despite_warnings = TickField(
        lazy("I have looked at what is marked: publish the call all the same"), required=False
    )


class CancelForm(ActForm):
    """The end of a call before its time."""
