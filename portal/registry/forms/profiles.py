"""What is typed of a body and of a person; the columns of a profile, by name."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from wtforms import HiddenField

from portal import parse
from portal.i18n import format_date, lazy
from portal.registry.engine import (
    BODY_TYPES,
    MUNICIPALITIES,
    ORGANISATION_LABELS,
    read_body_code,
)
from portal.web import ChoiceField, TextField, VersionedForm, in_words

CHOOSE = ("", lazy("Choose"))
QUALITIES = [
    ("legal_representative", lazy("I am its legal representative")),
    ("delegate", lazy("I act for it with a proxy of its legal representative")),
]


def municipality_choices() -> list[tuple[str, Any]]:
    """Return the 55 municipalities by name, after a line that chooses none."""
    return [CHOOSE, *((row.code, row.name) for row in MUNICIPALITIES.values())]


# Fields come in the order in which they are made: the order of the page, and so of its errors.


class BodyFacts(VersionedForm):
    """What a body is."""

    organisation_type = ChoiceField(
        lazy("Type of organisation"),
        choices=[CHOOSE, *((key, ORGANISATION_LABELS[key]) for key in BODY_TYPES)],
    )
    name = TextField(lazy("Name of the body"), help=lazy("As in its statute or deed."))
    tax_code = TextField(
        lazy("Codice fiscale or partita IVA"),
        parse=read_body_code,
        help=lazy(
            "11 digits. For an informal group or a sole trader, the codice fiscale of the person "
            "who answers for it."
        ),
    )
    vat_number = TextField(
        lazy("Partita IVA"),
        parse=parse.partita_iva,
        required=False,
        help=lazy("Only if the body has one."),
    )
    municipality_code = ChoiceField(
        lazy("Municipality of the seat"),
        choices=municipality_choices(),
        help=lazy("One of the 55 of the metropolitan city of Bologna."),
    )


class PersonFacts(VersionedForm):
    """Who a person is."""

    name = TextField(lazy("Name and surname"), help=lazy("As on your identity card."))
    tax_code = TextField(
        lazy("Codice fiscale"),
        parse=parse.tax_code,
        help=lazy("16 characters, or the 11 digits of a provisional one."),
    )
    birth_date = TextField(
        lazy("Birth date"),
        parse=parse.birth_date,
        help=lazy("Day, month and year, for instance 09/05/1988. You must be of age."),
    )
    municipality_code = ChoiceField(
        lazy("Municipality where you live"),
        choices=municipality_choices(),
        help=lazy("One of the 55 of the metropolitan city of Bologna."),
    )


class Contacts(VersionedForm):
    """Where to find a body or a person."""

    address = TextField(
        lazy("Address"), parse=parse.line, help=lazy("Street and number, for instance via Lame 12")
    )
    postcode = TextField(lazy("Postcode (CAP)"), parse=parse.cap)
    phone = TextField(lazy("Telephone"), parse=parse.phone)
    email = TextField(
        lazy("E-mail address"), parse=parse.email, help=lazy("The office writes here.")
    )


class PersonForm(PersonFacts, Contacts):
    """The profile of a person."""


class BodyForm(BodyFacts, Contacts):
    """The profile of a body."""

    certified_email = TextField(
        lazy("PEC"),
        parse=parse.email,
        required=False,
        help=lazy("The certified e-mail address, if there is one."),
    )
    representative_name = TextField(lazy("Name and surname of the legal representative"))
    representative_tax_code = TextField(
        lazy("Codice fiscale of the legal representative"), parse=parse.tax_code
    )
    quality = ChoiceField(lazy("How do you act for this body?"), choices=QUALITIES, radio=True)


class NewPerson(PersonForm):
    """The first profile of a person; its key makes a repeated request the same profile."""

    request_key = HiddenField(default=lambda: secrets.token_hex(16))


class NewBody(BodyForm):
    """The first profile of a body; its key makes a repeated request the same profile."""

    request_key = HiddenField(default=lambda: secrets.token_hex(16))


def form_class(applicant: Any) -> type[VersionedForm]:
    """Return the form that suits a profile."""
    return BodyForm if applicant.kind == "body" else PersonForm


def texts_of(applicant: Any, quality: str | None) -> dict[str, str]:
    """Return a profile as the texts its form shows."""
    texts = {
        name: str(getattr(applicant, name) or "")
        for name in (
            *("organisation_type", "name", "tax_code", "vat_number", "municipality_code"),
            *("address", "postcode", "phone", "email", "certified_email"),
            *("representative_name", "representative_tax_code", "version"),
        )
    }
    if applicant.birth_date:
        texts["birth_date"] = format_date(applicant.birth_date)
    return {**texts, "quality": quality or ""}


def differences(form: VersionedForm, saved: dict[str, str]) -> list[dict[str, str]]:
    """Return where what was typed means other than what was saved meanwhile, field by field."""
    return [
        {
            "label": form[name].label.text,
            "yours": in_words(form[name], form[name].data),
            "saved": in_words(form[name], saved[name]),
        }
        for name, value in form.values().items()
        if meaning(value) != saved[name]
    ]


def meaning(value: Any) -> str:
    """Return a parsed value as the text it is shown with."""
    return format_date(value) if isinstance(value, date) else str(value or "")
