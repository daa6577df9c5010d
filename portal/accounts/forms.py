"""What is typed on the pages of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal import parse
from portal.accounts.engine import PROMOTER_LABELS, ROLE_LABELS, require_good_password
from portal.accounts.engine.tokens import LONGEST_NAME, SCOPES, TERMS
from portal.errors import Invalid
from portal.i18n import LANGUAGES, _, lazy
from portal.permissions import Role
from portal.web import (
    ChoiceField,
    FilterForm,
    ManyField,
    PortalForm,
    SecretField,
    TextField,
    VersionedForm,
    put_errors,
)

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

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the password too, so that all that is wrong is said at once."""
        is_right = super().validate(extra_validators)
        if not self.password.value:
            return is_right
        try:
            require_good_password(self.password.value, self.name.data or "", self.email.data or "")
        except Invalid as refusal:
            put_errors(self, refusal)
            return False
        return is_right


class RequestResetForm(PortalForm):
    """The address to send a link to."""

    email = TextField(lazy("E-mail address"), parse=parse.email)


class ResetPasswordForm(PortalForm):
    """A new password, by a mailed link."""

    password = SecretField(lazy("New password"), help=PASSWORD_HELP)


def account_differences(form: EditAccountForm, saved: Any) -> list[dict[str, str]]:
    """Return where what was typed is other than what was saved meanwhile."""
    rows = (
        (form.name, str(form.name.value), saved.name),
        (form.language, LANGUAGES[str(form.language.value)], LANGUAGES[saved.language]),
    )
    return [
        {"label": str(field.label.text), "yours": yours, "saved": kept}
        for field, yours, kept in rows
        if yours != kept
    ]


class ChangeEmailForm(PortalForm):
    """The address to sign in with from now on."""

    email = TextField(
        lazy("New e-mail address"),
        parse=parse.email,
        help=lazy("We send a link there: nothing changes until you open it."),
    )


class CodeForm(PortalForm):
    """What the app shows now."""

    code = TextField(lazy("Six-digit code"), parse=parse.app_code)


class RecoveryCodeForm(PortalForm):
    """A code of the sheet."""

    code = TextField(
        lazy("Recovery code"),
        parse=parse.recovery_code,
        help=lazy("Twelve letters and digits. Blanks, hyphens and capitals make no difference."),
    )


class ConfirmIdentityForm(PortalForm):
    """The password, or in its place the code of the app."""

    password = SecretField(lazy("Password"), required=False)
    code = TextField(
        lazy("Or the six-digit code of your app"), parse=parse.app_code, required=False
    )

    def values(self) -> dict[str, Any]:
        """Return what was typed; a blank where nothing was."""
        return {name: value or "" for name, value in super().values().items()}


def confirm_form(has_factor: bool) -> ConfirmIdentityForm:
    """Return the form; who has no app is asked for the password alone."""
    form = ConfirmIdentityForm()
    if not has_factor:
        del form.code
        form.password.flags.required = True
    return form


class ChangePasswordForm(PortalForm):
    """A new password, knowing the old one."""

    current = SecretField(lazy("Current password"))
    password = SecretField(lazy("New password"), help=PASSWORD_HELP)


class EditAccountForm(VersionedForm):
    """One's own name and language."""

    name = TextField(lazy("Name and surname"))
    language = ChoiceField(
        lazy("Language of pages and e-mails"), choices=list(LANGUAGES.items()), radio=True
    )


class TokenForm(PortalForm):
    """A new key for a program."""

    name = TextField(
        lazy("Name of the key"),
        parse=lambda text: parse.line(text, LONGEST_NAME),
        help=lazy("So that you know it again, for instance “Budget spreadsheet”."),
    )
    scopes = ManyField(lazy("What it opens"))
    days = ChoiceField(
        lazy("How long it holds"),
        choices=[(str(days), lazy("%(days)s days", days=days)) for days in TERMS],
        radio=True,
    )


def token_form(scopes: Iterable[str]) -> TokenForm:
    """Return the form that offers these scopes; the shortest term is chosen already."""
    form = TokenForm()
    form.scopes.choices = [(name, str(SCOPES[name].label)) for name in scopes]
    if not form.is_typed:
        form.days.data = str(TERMS[0])
    return form


class FilterPeopleForm(FilterForm):
    """Search and filter of the list of people."""

    q = TextField(lazy("Name or e-mail address"), parse=parse.line, required=False)
    role = ChoiceField(
        lazy("Role"),
        choices=[
            ("", lazy("Everybody")),
            ("any", lazy("Who holds a role")),
            *ROLE_LABELS.items(),
            ("closed", lazy("Closed accounts")),
        ],
        required=False,
    )


class PersonForm(PortalForm):
    """Who it is about. It stands first, as on the page: fields go in the order they are made in."""

    name = TextField(lazy("Name and surname"))
    email = TextField(lazy("E-mail address"), parse=parse.email)


class GrantForm(PortalForm):
    """A role, and what it is limited to."""

    role = ChoiceField(lazy("Role"), choices=list(ROLE_LABELS.items()), radio=True)
    strand = ChoiceField(lazy("Only for one strand"), required=False)
    call_code = ChoiceField(lazy("Only for one call"), required=False)
    promoter = ChoiceField(
        lazy("Delegated by"),
        choices=[("", lazy("Nobody")), *PROMOTER_LABELS.items()],
        required=False,
        help=lazy("For members of the evaluation committee."),
    )

    def wanted(self) -> dict[str, Any]:
        """Return what the service wants: blanks are no limit at all."""
        values = {name: value or None for name, value in self.values().items()}
        return {**values, "role": Role(str(values["role"]))}


class InviteForm(PersonForm, GrantForm):
    """A person to invite to a role."""


def role_form(
    kind: type[GrantForm], strands: Iterable[tuple[str, Any]], calls: Iterable[tuple[str, Any]]
) -> GrantForm:
    """Return a form that offers these strands and calls."""
    form = kind()
    form.strand.choices = [("", _("All the strands")), *((key, str(name)) for key, name in strands)]
    form.call_code.choices = [("", _("All the calls")), *calls]
    return form


class JoinForm(PortalForm):
    """Name and password of who is invited to something and has no account."""

    name = TextField(lazy("Name and surname"))
    password = SecretField(lazy("Password"), help=PASSWORD_HELP)
