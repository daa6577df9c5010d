"""Forms about promoters and seats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from portal import parse
from portal.committee.engine import FUNCTION_LABELS
from portal.errors import Invalid, declare, mark
from portal.i18n import lazy
from portal.web import ChoiceField, ManyField, PortalForm, TextField, VersionedForm

CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")

declare(
    {
        "promoter_code": mark(
            "Use small letters, digits and hyphens, for instance arcidiocesi: at most 40."
        ),
    }
)


def read_code(text: str) -> str:
    """Read the code of a promoter."""
    code = parse.line(text)
    if not CODE.fullmatch(code):
        raise Invalid("promoter_code")
    return code


class PromoterForm(VersionedForm):
    """A promoter; its code never changes."""

    name = TextField(lazy("Name of the promoter"))
    lines = ManyField(
        lazy("Budget lines whose money is its own"),
        required=False,
        help=lazy("Decisions on this money need its vote in favour."),
    )


class NewPromoterForm(PromoterForm):
    """A promoter that isn't known yet."""

    code = TextField(
        lazy("Code"),
        parse=read_code,
        help=lazy("Small letters, digits and hyphens. It never changes."),
    )


class AppointForm(PortalForm):
    """A seat in the committee of a call."""

    user = ChoiceField(lazy("Person"))
    function = ChoiceField(lazy("Function"), choices=[("", ""), *FUNCTION_LABELS.items()])
    promoter = ChoiceField(
        lazy("Promoter"),
        required=False,
        help=lazy("Whose vote the person gives. A secretary doesn't vote: leave it blank."),
    )
    act = TextField(lazy("Act of appointment"), help=lazy("For instance DD/9277/2026."))
    appointed_on = TextField(
        lazy("Day of the appointment"),
        parse=parse.date,
        help=lazy("Day/month/year, for instance 09/05/2026."),
    )


def offer(field: Any, pairs: Iterable[tuple[str, Any]], blank: bool = False) -> None:
    """Put choices into a field, a blank one before them where so asked."""
    field.choices = [("", ""), *pairs] if blank else list(pairs)


def promoter_form(kind: type[PromoterForm], codes: Iterable[str], **data: Any) -> PromoterForm:
    """Return the form of a promoter with the lines there are."""
    form = kind(data=data)
    offer(form.lines, [(code, code) for code in codes])
    return form


def promoter_texts(promoter: Any) -> dict[str, Any]:
    """Return a promoter as its form shows it."""
    lines = [line.code for line in promoter.lines]
    return {"name": promoter.name, "lines": lines, "version": str(promoter.version)}


def appoint_form(people: Iterable[Any], promoters: Iterable[Any]) -> AppointForm:
    """Return the form of a seat with who may have one."""
    form = AppointForm()
    offer(form.user, [(str(each.id), each.name) for each in people], blank=True)
    offer(form.promoter, [(each.code, each.name) for each in promoters], blank=True)
    return form
