"""Tables of applications."""

from portal.applications.models.applications import (
    AccessRow,
    Application,
    Attachment,
    CheckItem,
    CheckOutcome,
    Submission,
)

__all__ = [
    "AccessRow",
    "Application",
    "Attachment",
    "CheckItem",
    "CheckOutcome",
    "Submission",
]
