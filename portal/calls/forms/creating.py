"""Forms for a new call, and for files of calls."""

from __future__ import annotations

from typing import Any

from portal import parse
from portal.calls.forms.editing import line, moment
from portal.errors import Invalid, declare, mark
from portal.i18n import lazy
from portal.web import ChoiceField, PortalForm, TextField, UploadField, VersionedForm

declare(
    {
        "definition_utf8": mark(
            "This is not a text in UTF-8: save the file as text and try again."
        ),
        "definition_start": mark("Say where the call starts from, or give a file."),
    }
)


class NewCallForm(PortalForm):
    """Where a new call comes from, and what it is first of all.

    With a file of one's own, code, title and window may be the file's.
    """

    source = ChoiceField(
        lazy("Start from"),
        required=False,
        help=lazy("A blueprint of the programme or an earlier call: you can change all of it."),
    )
    file = UploadField(
        lazy("Or from a file (YAML)"),
        help=lazy("What you leave blank below is then as the file says."),
    )
    code = TextField(
        lazy("Code of the call"),
        parse=parse.line,
        required=False,
        help=lazy(
            "It stands in the address: small letters, digits and hyphens, for instance "
            "innovazione-sociale-2027."
        ),
    )
    title = line(lazy("Title"), required=False)
    opens = moment(lazy("Opens on"), required=False, help=lazy("Day and hour of Rome."))
    closes = moment(
        lazy("Closes on"),
        required=False,
        help=lazy("Leave it blank for a call that takes applications all the time."),
    )

    NEEDED = ("source", "code", "title", "opens")

    def offer(self, groups: list[tuple[str, Any]]) -> None:
        """Say what there is to start from."""
        self.source.choices = [("", lazy("A file of mine")), *groups]

    def missing(self) -> list[str]:
        """Return the fields that must be filled in when no file is given."""
        return [] if self.file.value else [name for name in self.NEEDED if not self[name].data]


class ReplaceCallForm(VersionedForm):
    """A file in the place of what a draft says."""

    file = UploadField(lazy("File of the call (YAML)"))


class CallFileForm(PortalForm):
    """A file behind an attachment."""

    file = UploadField(lazy("File"))

    def one_file(self) -> Any:
        """Return the file that was sent, or refuse that there is none."""
        if not self.file.value:
            raise Invalid("required", "file")
        return self.file.value[0]
