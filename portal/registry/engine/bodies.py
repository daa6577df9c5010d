"""Types of body, and how the code of one is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import parse
from portal.errors import Invalid, beside, declare, mark
from portal.i18n import lazy
from portal.parse.texts import squeeze

declare(
    {
        "cf_of_person": mark(
            "This is the codice fiscale of a person. Write that of the body: it has 11 digits."
        ),
    }
)

NATURAL_PERSON = "natural_person"

ORGANISATION_LABELS: Mapping[str, Any] = {
    "aps": lazy("Social promotion association (APS)"),
    "odv": lazy("Voluntary organisation (ODV)"),
    "social_coop_a": lazy("Social cooperative of type A"),
    "social_coop_b": lazy("Social cooperative of type B"),
    "social_coop_ab": lazy("Social cooperative of types A and B"),
    "social_coop_consortium": lazy("Consortium of social cooperatives"),
    "social_enterprise_company": lazy("Social enterprise in the form of a company"),
    "social_enterprise_other": lazy("Other social enterprise"),
    "philanthropic": lazy("Philanthropic body"),
    "network": lazy("Network of associations"),
    "mutual_aid": lazy("Mutual aid society"),
    "other_ets": lazy("Other third-sector body (ETS)"),
    "church_body_branch": lazy("Church body, third-sector branch"),
    "onlus_legacy": lazy("Onlus of the former registry"),
    "non_ets_association": lazy("Association outside the third-sector register"),
    "committee": lazy("Committee of citizens"),
    "foundation_non_ets": lazy("Foundation outside the third-sector register"),
    "informal_group": lazy("Informal group"),
    "sole_trader": lazy("Sole trader"),
    "partnership": lazy("Partnership (snc, sas)"),
    "srl": lazy("Limited company (srl, srls)"),
    "cooperative": lazy("Cooperative that is not social"),
    NATURAL_PERSON: lazy("Natural person"),
}

BODY_TYPES = tuple(key for key in ORGANISATION_LABELS if key != NATURAL_PERSON)

# Where a person answers with a codice fiscale of his own.
PERSONAL_TYPES = frozenset({"informal_group", "sole_trader", NATURAL_PERSON})


def read_body_code(text: str) -> str:
    """Read the code of a body: its codice fiscale, its partita IVA, or a person's code.

    Whether a person's suits depends on the type of body: `require_code_suits` says.
    """
    if squeeze(text)[:2].upper() == "IT":
        return parse.partita_iva(text)
    return parse.tax_code(text)


def require_code_suits(organisation_type: str, tax_code: str) -> None:
    """Refuse the code of a person for a body that has its own, provisional ones too."""
    if organisation_type in PERSONAL_TYPES:
        return
    if not parse.is_provisional(tax_code):
        raise Invalid("cf_of_person", "tax_code")
    with beside("tax_code"):
        parse.codice_fiscale_ente(tax_code)
