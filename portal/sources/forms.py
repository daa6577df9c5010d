"""What the pages of sources and lines let people type."""

from __future__ import annotations

import secrets
from typing import Any

from wtforms import HiddenField

from portal import parse
from portal.i18n import format_date, lazy
from portal.sources.engine import REGIME_LABELS, read_code
from portal.web import AreaField, ChoiceField, PortalForm, TextField, VersionedForm

CODE_HELP = lazy("Small letters, digits and hyphens. It never changes.")
ENGLISH_HELP = lazy("Left blank, the Italian one is shown.")


class SourceForm(VersionedForm):
    """What is written of a source."""

    name_it = TextField(lazy("Name"))
    name_en = TextField(lazy("Name in English"), required=False, help=ENGLISH_HELP)
    payer = TextField(lazy("Who pays"), help=lazy("The body whose money it is."))
    regime = ChoiceField(
        lazy("By which law it is spent"), choices=list(REGIME_LABELS.items()), radio=True
    )
    cup = TextField(
        lazy("CUP"),
        parse=parse.cup,
        required=False,
        help=lazy("Only if the money belongs to a public investment project."),
    )
    starts_on = TextField(
        lazy("First day"), parse=parse.date, help=lazy("Day/month/year, for instance 09/05/2026.")
    )
    ends_on = TextField(
        lazy("Last day"),
        parse=parse.date,
        required=False,
        help=lazy("Left blank, the money has no end."),
    )
    note = AreaField(
        lazy("Notes on the source"),
        required=False,
        limit=2_000,
        help=lazy("Acts, agreements, conditions."),
    )


class NewSourceForm(SourceForm):
    """The same with the code it gets."""

    code = TextField(lazy("Code"), parse=read_code, help=CODE_HELP)


class LineForm(PortalForm):
    """What is written of a new line."""

    title_it = TextField(lazy("Title of the line"))
    title_en = TextField(lazy("Title in English"), required=False, help=ENGLISH_HELP)
    code = TextField(lazy("Code"), parse=read_code, help=CODE_HELP)


class ChangeForm(PortalForm):
    """A change of what a line holds; its key makes a repeated request the same change."""

    request_key = HiddenField(default=lambda: secrets.token_hex(16))
    amount = TextField(lazy("Amount"), parse=parse.amount)
    act = TextField(lazy("Act"), help=lazy("The act that decides it, for instance PG 397711/2020."))
    effective_on = TextField(
        lazy("Day of the act"),
        parse=parse.date,
        help=lazy("Day/month/year, for instance 09/05/2026."),
    )
    reason = AreaField(lazy("Why"), limit=1_000)


def texts_of(source: Any) -> dict[str, str]:
    """Return a source as its form shows it."""
    return {
        "version": str(source.version),
        "name_it": source.name["it"],
        "name_en": source.name.get("en", ""),
        "payer": source.payer,
        "regime": source.regime.value,
        "cup": source.cup or "",
        "starts_on": format_date(source.starts_on),
        "ends_on": "" if source.ends_on is None else format_date(source.ends_on),
        "note": source.note,
    }
