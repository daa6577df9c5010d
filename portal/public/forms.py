"""What visitors may write to the office."""

from __future__ import annotations

from portal import parse
from portal.i18n import lazy
from portal.web import AreaField, PortalForm, TextField

LONGEST_REPORT = 3_000


class ReportForm(PortalForm):
    """A problem, told by somebody who wants an answer."""

    place = TextField(
        lazy("Page"),
        parse=parse.line,
        required=False,
        help=lazy("Its address or its title, if you remember it."),
    )
    description = AreaField(
        lazy("What happened"),
        limit=LONGEST_REPORT,
        help=lazy("What you were doing, what you expected, what happened instead."),
    )
    email = TextField(
        lazy("Your e-mail address"),
        parse=parse.email,
        help=lazy("We use it only to answer you."),
    )


class ReportAccessibilityForm(ReportForm):
    """The same, with room for what somebody reads with."""

    description = AreaField(
        lazy("What you could not do"),
        limit=LONGEST_REPORT,
        help=lazy(
            "If you like, also say which browser and which aid you use, for instance a screen "
            "reader."
        ),
    )
