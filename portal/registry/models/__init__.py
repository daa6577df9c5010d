"""Tables of the registry."""

from portal.registry.models.applicants import (
    Applicant,
    ApplicantKind,
    Mandate,
    MandateKind,
    OrganisationType,
)

__all__ = [
    "Applicant",
    "ApplicantKind",
    "Mandate",
    "MandateKind",
    "OrganisationType",
]
