"""The kinds of document that a profile keeps, and how long one is good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from portal.i18n import lazy
from portal.registry.engine.bodies import NATURAL_PERSON


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
