"""Pure facts of the registry: the 55 municipalities, types of body, how a body's code is read."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal import parse
from portal.errors import Invalid, NotFound, declare, mark
from portal.i18n import lazy
from portal.parse.texts import squeeze

CITY = "037006"

declare(
    {
        "cf_of_person": mark(
            "This is the codice fiscale of a person. Write that of the body: it has 11 digits."
        ),
    }
)


@dataclass(frozen=True)
class Municipality:
    """One of the 55 of the metropolitan city; `code` is that of ISTAT."""

    code: str
    name: str
    district: str
    district_code: str
    union: str

    @property
    def area(self) -> str:
        """Return `bologna` for the city, `metropolitan` for all the others."""
        return "bologna" if self.code == CITY else "metropolitan"


def _read_municipalities() -> dict[str, Municipality]:
    path = Path(__file__).with_name("municipalities.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Municipality(
                code=row["istat_code"],
                name=row["name"],
                district=row["distretto"],
                district_code=row["distretto_code"],
                union=row["unione"],
            )
            for row in csv.DictReader(file)
        ]
    return {row.code: row for row in sorted(rows, key=lambda row: row.name)}


MUNICIPALITIES: Mapping[str, Municipality] = _read_municipalities()


def municipality(code: str) -> Municipality:
    """Return the municipality of an ISTAT code; NotFound when it is none of the 55."""
    try:
        return MUNICIPALITIES[code]
    except KeyError:
        raise NotFound from None


def area(code: str) -> str:
    """Return `bologna` or `metropolitan` for an ISTAT code."""
    return municipality(code).area


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


class ProfileDocument(StrEnum):
    """The kinds of document that a profile keeps and a question for a file may ask for."""

    STATUTE = "statute"
    BALANCE_SHEET = "balance_sheet"
    REGISTRY_EXTRACT = "registry_extract"
    IDENTITY = "identity"
    CURRICULUM = "curriculum"
    CONTRIBUTION_CERTIFICATE = "contribution_certificate"


DOCUMENT_LABELS: Mapping[ProfileDocument, Any] = {
    ProfileDocument.STATUTE: lazy("Statute or deed"),
    ProfileDocument.BALANCE_SHEET: lazy("Last balance sheet"),
    ProfileDocument.REGISTRY_EXTRACT: lazy("Extract of the register (RUNTS or companies)"),
    ProfileDocument.IDENTITY: lazy("Identity document"),
    ProfileDocument.CURRICULUM: lazy("Curriculum"),
    ProfileDocument.CONTRIBUTION_CERTIFICATE: lazy("Contribution certificate (DURC)"),
}
OF_PERSONS = (ProfileDocument.IDENTITY, ProfileDocument.CURRICULUM)


def kinds_for(organisation_type: str) -> list[ProfileDocument]:
    """Return the kinds of document that a profile of this type may keep, in their order."""
    is_person = organisation_type == NATURAL_PERSON
    return list(OF_PERSONS if is_person else DOCUMENT_LABELS)


class Validity(StrEnum):
    """How a document stands on a day; without an end it stays valid."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


EXPIRING_DAYS = 30


def validity_of(expires_on: date | None, day: date) -> Validity:
    """Tell how a document stands on `day`; its last day is a good one."""
    if expires_on is None or expires_on > day + timedelta(days=EXPIRING_DAYS):
        return Validity.VALID
    return Validity.EXPIRING if expires_on >= day else Validity.EXPIRED


BODY_TYPES = tuple(key for key in ORGANISATION_LABELS if key != NATURAL_PERSON)

_THIRD_SECTOR = lazy(
    "Exempt: it is a third-sector body (article 82, paragraph 5, of legislative decree 117/2017)."
)


@dataclass(frozen=True)
class Consequences:
    """What follows by law from the type of a body."""

    stamp_exemption: Any = ""


# A social enterprise in the form of a company pays, social cooperatives don't; the registry of
# Onlus has ended, and with it what followed from standing in it.
CONSEQUENCES: Mapping[str, Consequences] = {
    kind: Consequences(stamp_exemption=_THIRD_SECTOR)
    for kind in (
        *("odv", "aps", "philanthropic", "network", "mutual_aid", "other_ets"),
        *("social_coop_a", "social_coop_b", "social_coop_ab", "social_coop_consortium"),
        *("social_enterprise_other", "church_body_branch"),
    )
}
PLAIN = Consequences()


def consequences_of(organisation_type: str) -> Consequences:
    """Return what follows from the type of a body."""
    return CONSEQUENCES.get(organisation_type, PLAIN)


def stamp_exemption(organisation_type: str) -> str:
    """Return why a body of this type pays no stamp duty; blank where it pays."""
    return str(consequences_of(organisation_type).stamp_exemption)


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
    try:
        parse.codice_fiscale_ente(tax_code)
    except Invalid as refusal:
        raise refusal.on("tax_code") from refusal
