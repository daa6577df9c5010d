"""Lists that span features."""

from portal.desk.queries.applications import (
    APPLICATIONS,
    GROUPS,
    PROTOCOL,
    Line,
    OwnLine,
    S,
    Work,
    applications_page,
    calls_with_applications,
    looks_at,
    own_lines,
    read_applications_listing,
    sheets_of,
    work_of,
)

__all__ = [
    "APPLICATIONS",
    "GROUPS",
    "Line",
    "OwnLine",
    "PROTOCOL",
    "S",
    "Work",
    "applications_page",
    "calls_with_applications",
    "looks_at",
    "own_lines",
    "read_applications_listing",
    "sheets_of",
    "work_of",
]
