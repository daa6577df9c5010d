"""Pure facts of the registry: places, types of body and what follows from them, documents."""

from portal.registry.engine.bodies import (
    BODY_TYPES,
    NATURAL_PERSON,
    ORGANISATION_LABELS,
    PERSONAL_TYPES,
    read_body_code,
    require_code_suits,
)
from portal.registry.engine.consequences import (
    CONSEQUENCES,
    Consequences,
    consequences_of,
    stamp_exemption,
)
from portal.registry.engine.documents import (
    DOCUMENT_LABELS,
    EXPIRING_DAYS,
    OF_PERSONS,
    ProfileDocument,
    Validity,
    kinds_for,
    validity_of,
)
from portal.registry.engine.places import (
    CITY,
    MUNICIPALITIES,
    Municipality,
    area,
    municipality,
)

__all__ = [
    "BODY_TYPES",
    "CITY",
    "CONSEQUENCES",
    "DOCUMENT_LABELS",
    "EXPIRING_DAYS",
    "MUNICIPALITIES",
    "NATURAL_PERSON",
    "OF_PERSONS",
    "ORGANISATION_LABELS",
    "PERSONAL_TYPES",
    "Consequences",
    "Municipality",
    "ProfileDocument",
    "Validity",
    "area",
    "consequences_of",
    "kinds_for",
    "municipality",
    "read_body_code",
    "require_code_suits",
    "stamp_exemption",
    "validity_of",
]
