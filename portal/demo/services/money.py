"""Where the demo's money comes from. The amounts are invented, the purposes are the programme's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portal.accounts.models import User
from portal.sources.services import Change, create_source, fund_line, open_line

SOURCES = (
    {
        "code": "indumenti-usati",
        "name_it": "Raccolta di indumenti usati, quota del Comune",
        "name_en": "Used-clothes collection, the municipality's share",
        "payer": "Comune di Bologna",
        "starts_on": date(2018, 1, 1),
        "note": "Quota 2018-2019 del servizio di raccolta di indumenti, borse e scarpe usate. "
        "Solo per chi ha perso il lavoro dopo i 55 anni. Importi di esempio.",
    },
    {
        "code": "fondo-straordinario",
        "name_it": "Finanziamento straordinario del Comune per il lavoro",
        "name_en": "The municipality's extraordinary fund for work",
        "payer": "Comune di Bologna",
        "starts_on": date(2021, 1, 1),
        "note": "Secondo la convenzione del 2020. Importi di esempio.",
    },
)
# Line, its source, its titles, its money.
LINES = (
    ("over-55", "indumenti-usati", "Assunzione di over 55", "Hiring of over-55s", 100_000),
    (
        "innovazione-sociale",
        "fondo-straordinario",
        "Progetti di innovazione sociale",
        "Social innovation projects",
        64_000,
    ),
)


def add_sources(staff: User) -> None:
    """Write down the sources, open their lines and put money on them."""
    sources = {x["code"]: create_source(staff, regime="public", **x) for x in SOURCES}
    for code, source, italian, english, euros in LINES:
        line = open_line(sources[source], staff, code, title_it=italian, title_en=english)
        change = Change(
            amount=Decimal(euros),
            reason="Prima assegnazione (esempio)",
            act="Delibera di Giunta (esempio)",
            effective_on=date(2021, 1, 15),
        )
        fund_line(line, staff, change, "demo")
