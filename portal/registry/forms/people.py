"""What is typed to invite somebody to act for a body, and the proxy that is uploaded."""

from __future__ import annotations

from portal import parse
from portal.i18n import lazy
from portal.web import ChoiceField, PortalForm, TextField, UploadField

INVITED_AS = [
    ("delegate", lazy("Delegate: fills in and sends, with a proxy")),
    ("legal_representative", lazy("Legal representative: can also invite others")),
]


class InvitePersonForm(PortalForm):
    """Who is invited to act for a body, as what and until when."""

    email = TextField(lazy("E-mail address"), parse=parse.email)
    kind = ChoiceField(lazy("As what?"), choices=INVITED_AS, radio=True)
    last_day = TextField(
        lazy("Last day"),
        parse=parse.date,
        required=False,
        help=lazy("Only if it has an end. For instance 31/12/2026."),
    )


class ProxyForm(PortalForm):
    """The proxy of the legal representative."""

    proxy = UploadField(
        lazy("Proxy"), help=lazy("Signed by the legal representative, with an identity document.")
    )
