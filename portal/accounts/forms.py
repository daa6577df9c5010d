"""What is typed on the pages of accounts."""

from __future__ import annotations

from portal import parse
from portal.i18n import LANGUAGES, lazy
from portal.web import ChoiceField, PortalForm, SecretField, TextField

PASSWORD_HELP = lazy(
    "At least 8 characters, better 15 or more: four words that have nothing to do with each other "
    "are easy to remember and hard to guess. Blanks and accents count."
)


class SignInForm(PortalForm):
    """Address and password of an account."""

    email = TextField(lazy("E-mail address"), parse=parse.email)
    password = SecretField(lazy("Password"))


class RegisterForm(PortalForm):
    """A new account."""

    name = TextField(
        lazy("Name and surname"), help=lazy("Yours, also when you will act for a body.")
    )
    email = TextField(
        lazy("E-mail address"),
        parse=parse.email,
        help=lazy("We send a link here to confirm it, then the news of your applications."),
    )
    password = SecretField(lazy("Password"), help=PASSWORD_HELP)


class RequestResetForm(PortalForm):
    """The address to send a link to."""

    email = TextField(lazy("E-mail address"), parse=parse.email)


class ResetPasswordForm(PortalForm):
    """A new password, by a mailed link."""

    password = SecretField(lazy("New password"), help=PASSWORD_HELP)


class ChangePasswordForm(PortalForm):
    """A new password, knowing the old one."""

    current = SecretField(lazy("Current password"))
    password = SecretField(lazy("New password"), help=PASSWORD_HELP)


class EditAccountForm(PortalForm):
    """One's own name and language."""

    name = TextField(lazy("Name and surname"))
    language = ChoiceField(
        lazy("Language of pages and e-mails"), choices=list(LANGUAGES.items()), radio=True
    )
