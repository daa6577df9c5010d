"""Tables of the registry."""

from portal.registry.models.applicants import (
    Applicant,
    ApplicantKind,
    Mandate,
    MandateKind,
    OrganisationType,
)
from portal.registry.models.documents import ApplicantDocument
from portal.registry.models.invitations import MandateInvitation

__all__ = [
    "Applicant",
    "ApplicantDocument",
    "ApplicantKind",
    "Mandate",
    "MandateInvitation",
    "MandateKind",
    "OrganisationType",
]
